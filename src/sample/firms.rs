//! The firms of the sample country: a name, an identifier and an address for each, computed from its number alone.
//!
//! Firms are never listed in memory: the firm with a number is always the same firm. A few are published under one name with two
//! identifiers, which is what `one-name-several-ids` looks for; others are spelled in two ways with one identifier, or carry an
//! identifier of another scheme, which is not.

use super::country::province_of;
use super::random::{Random, mix};
use super::wares::SECTORS;

/// Firms of one sector.
const FIRMS_PER_SECTOR: u64 = 5_000;

const KINDS: [[&str; 5]; SECTORS] = [
    [
        "Constructora",
        "Ingeniería",
        "Obras y Puentes",
        "Grupo Constructor",
        "Pavimentos",
    ],
    [
        "Farmacéutica",
        "Equipos Médicos",
        "Droguería",
        "Laboratorios",
        "Suministros Clínicos",
    ],
    [
        "Tecnologías",
        "Sistemas",
        "Redes y Datos",
        "Informática",
        "Soluciones Digitales",
    ],
    [
        "Papelería",
        "Distribuidora",
        "Comercial",
        "Importadora",
        "Suministros",
    ],
    [
        "Servicios",
        "Limpieza",
        "Seguridad",
        "Mantenimientos",
        "Transportes",
    ],
    [
        "Consultores",
        "Estudios",
        "Asesores",
        "Diseños y Planos",
        "Supervisiones",
    ],
];
const FIRST: [&str; 32] = [
    "Río Claro",
    "Bahía",
    "Cordillera",
    "Litoral",
    "Istmeña",
    "Guayacán",
    "Tucán",
    "Cacique",
    "Balboana",
    "Coral",
    "Marañón",
    "Ceiba",
    "Almendro",
    "Garza Real",
    "Monte Alto",
    "San Telmo",
    "Perla",
    "Horizonte",
    "Amanecer",
    "Faro",
    "Brisas",
    "Quetzal",
    "Laurel",
    "Manglar",
    "Jacarandá",
    "Pacífica",
    "Caribeña",
    "Meridiano",
    "Aurora",
    "Vértice",
    "Sabana",
    "Trópico",
];
const SECOND: [&str; 32] = [
    "del Norte",
    "del Sur",
    "Oriental",
    "Occidental",
    "Central",
    "y Asociados",
    "Hermanos",
    "Unidos",
    "Internacional",
    "de Istmania",
    "del Istmo",
    "Global",
    "Moderna",
    "Integral",
    "Primera",
    "Segunda",
    "Veloz",
    "Andina",
    "Atlántica",
    "Nacional",
    "Urbana",
    "Rural",
    "Costera",
    "Serrana",
    "Futura",
    "Antigua",
    "Continental",
    "Peninsular",
    "Insular",
    "Boreal",
    "Austral",
    "Real",
];
const FORMS: [&str; 2] = ["S.A.", "Corp."];

/// How a firm shows in one process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Appearance {
    /// The firm's number.
    pub(super) firm: u32,
    /// Which of its identifiers: 0 the usual one, 1 a second one of the same scheme, 2 one of another scheme.
    pub(super) identity: u8,
    /// How its name is spelled: 0 as registered, 1 in capitals without accents, 2 with doubled spaces.
    pub(super) spelling: u8,
}

impl Appearance {
    /// Some firm of a sector, as one process publishes it.
    pub(super) fn draw(random: &mut Random, sector: usize, honest: bool) -> Self {
        let rank = random
            .below(FIRMS_PER_SECTOR)
            .min(random.below(FIRMS_PER_SECTOR));
        let firm = u32::try_from(sector as u64 * FIRMS_PER_SECTOR + rank)
            .expect("thirty thousand firms fit");
        let identity = if has_two_identifiers(firm) && !honest {
            u8::from(random.happens(5_000))
        } else if mix(0x5c3e, u64::from(firm)).is_multiple_of(100) {
            2 * u8::from(random.happens(3_000))
        } else {
            0
        };
        let spelling = match random.below(100) {
            0..92 => 0,
            92..98 => 1,
            _ => 2,
        };
        Self {
            firm,
            identity,
            spelling,
        }
    }

    /// The name as published.
    pub(super) fn name(self) -> String {
        let registered = registered_name(self.firm);
        match self.spelling {
            0 => registered,
            1 => without_accents(&registered).to_uppercase(),
            _ => registered.replace(' ', "  "),
        }
    }

    /// The scheme of the identifier as published.
    pub(super) const fn scheme(self) -> &'static str {
        if self.identity == 2 {
            "PA-PROV"
        } else {
            "PA-RUC"
        }
    }

    /// The identifier within its scheme.
    pub(super) fn number(self) -> String {
        let traits = mix(0xf1a3, u64::from(self.firm) * 2 + u64::from(self.identity));
        match self.identity {
            2 => format!("{:06}", 100_000 + self.firm),
            // Tomo, folio, asiento; the last block alone tells any two apart.
            identity => {
                format!(
                    "{}-{}-{}",
                    1_000 + traits % 2_600_000,
                    1 + traits / 4_194_304 % 900,
                    200_000 + 2 * self.firm + u32::from(identity)
                )
            }
        }
    }

    /// The identifier as parties carry it.
    pub(super) fn id(self) -> String {
        format!("{}-{}", self.scheme(), self.number())
    }

    /// The province it is registered in.
    pub(super) fn province(self) -> &'static str {
        province_of(usize::try_from(mix(0xadd2, u64::from(self.firm)) % 36).expect("below 36"))
    }
}

/// Whether the country publishes this firm under two identifiers of one scheme.
pub(super) const fn has_two_identifiers(firm: u32) -> bool {
    mix(0x7717, firm as u64).is_multiple_of(50)
}

/// The registered name: each firm number has its own, by counting through the words.
fn registered_name(firm: u32) -> String {
    let sector = firm as usize / usize::try_from(FIRMS_PER_SECTOR).expect("small");
    // An odd step visits every combination of the words once before it repeats.
    let combination = (firm as usize % 5_000) * 1_237 % (5 * 32 * 32 * 2);
    let kind = combination % 5;
    let first = combination / 5 % 32;
    let second = combination / 160 % 32;
    let legal_form = combination / 5_120;
    format!(
        "{} {} {}, {}",
        KINDS[sector][kind], FIRST[first], SECOND[second], FORMS[legal_form]
    )
}

/// Replaces the accented letters that the names use.
fn without_accents(name: &str) -> String {
    name.chars()
        .map(|letter| match letter {
            'á' => 'a',
            'é' => 'e',
            'í' => 'i',
            'ó' => 'o',
            'ú' => 'u',
            'ñ' => 'n',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_firms_share_a_name_or_an_identifier() {
        let firms = 0..u32::try_from(SECTORS as u64 * FIRMS_PER_SECTOR).unwrap();
        let names: BTreeSet<String> = firms
            .clone()
            .map(|firm| {
                Appearance {
                    firm,
                    identity: 0,
                    spelling: 1,
                }
                .name()
            })
            .collect();
        assert_eq!(names.len(), firms.len());
        let identifiers: BTreeSet<String> = firms
            .clone()
            .flat_map(|firm| {
                [0, 1, 2].map(|identity| {
                    Appearance {
                        firm,
                        identity,
                        spelling: 0,
                    }
                    .id()
                })
            })
            .collect();
        assert_eq!(identifiers.len(), 3 * firms.len());
    }

    #[test]
    fn about_one_firm_in_fifty_has_two_identifiers() {
        let doubled = (0..30_000)
            .filter(|&firm| has_two_identifiers(firm))
            .count();
        assert!((450..750).contains(&doubled), "{doubled}");
    }
}
