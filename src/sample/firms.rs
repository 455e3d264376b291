//! The firms of the sample country: a name, an identifier and a contact for each, computed from its number alone.
//!
//! Firms are never listed in memory: the firm with a number is always the same firm. Each works in the region of one block, so that
//! what firms do with each other can be judged there. A few are published under one name with two identifiers, which is what
//! `one-name-several-ids` looks for; others are spelled in two ways with one identifier, or carry an identifier of another scheme,
//! which is not.

use super::country::{TOWNS, place};
use super::random::{Random, mix};
use super::wares::SECTORS;

/// Firms of one block, whatever they do.
pub(super) const FIRMS_PER_BLOCK: u32 = 384;
/// The firms of each trade within a block: the first, and how many.
const TRADES: [(u32, u32); 9] = [
    (0, 40),
    (40, 28),
    (68, 24),
    (92, 20),
    (112, 20),
    (132, 18),
    (150, 18),
    (168, 16),
    (184, 12),
];
/// Firms of a block that have a trade; they come first.
pub(super) const TRADING_FIRMS: u32 = 196;
/// After them come firms that appear in one scheme each.
pub(super) const FIRST_GUEST: u32 = 196;
/// After them firms that never bid: subcontractors, and others that are paid.
const OUTSIDERS: (u32, u32) = (300, 20);
/// Then builders of projects, and designers and supervisors.
const BUILDERS: (u32, u32) = (320, 30);
const DESIGNERS: (u32, u32) = (350, 34);

/// What firms of a sector call themselves.
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
    /// Which of its identifiers: see [`USUAL`] and the constants after it.
    pub(super) identity: u8,
    /// How its name is spelled: 0 as registered, 1 in capitals without accents, 2 with doubled spaces.
    pub(super) spelling: u8,
}

/// The identifier that a firm mostly carries.
pub(super) const USUAL: u8 = 0;
/// A second one of the same scheme.
pub(super) const SECOND_OF_SCHEME: u8 = 1;
/// One of another scheme.
pub(super) const OTHER_SCHEME: u8 = 2;
/// None at all: the party is known by a number of the portal.
pub(super) const MISSING: u8 = 3;
/// A word where the identifier should be.
pub(super) const PLACEHOLDER: u8 = 4;

impl Appearance {
    /// The firm as it mostly shows.
    pub(super) const fn plain(firm: u32) -> Self {
        Self {
            firm,
            identity: USUAL,
            spelling: 0,
        }
    }

    /// Some firm of a trade.
    pub(super) fn of_trade(random: &mut Random, block: u64, trade: usize, honest: bool) -> Self {
        let (first, number) = TRADES[trade];
        let local = first + draw(random, number);
        Self::dressed(random, number_of(block, local), honest)
    }

    /// One of the firms that win most of the small purchases of a trade: a few firms know how to sell to the state.
    pub(super) fn busy_of_trade(
        random: &mut Random,
        block: u64,
        trade: usize,
        honest: bool,
    ) -> Self {
        let (first, number) = TRADES[trade];
        let local = first + draw(random, (number / 10).max(1));
        Self::dressed(random, number_of(block, local), honest)
    }

    /// A firm that does not bid.
    pub(super) fn outsider(random: &mut Random, block: u64) -> Self {
        Self::plain(number_of(block, OUTSIDERS.0 + draw(random, OUTSIDERS.1)))
    }

    /// A builder of projects, or a designer or supervisor.
    pub(super) fn of_project(random: &mut Random, block: u64, builds: bool) -> Self {
        let (first, number) = if builds { BUILDERS } else { DESIGNERS };
        Self::plain(number_of(block, first + draw(random, number)))
    }

    /// The firm with one of its identifiers and one spelling of its name.
    fn dressed(random: &mut Random, firm: u32, honest: bool) -> Self {
        let identity = if has_two_identifiers(firm) && !honest {
            u8::from(random.happens(5_000))
        } else if has_other_scheme(firm) {
            OTHER_SCHEME * u8::from(random.happens(3_000))
        } else {
            USUAL
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
        match self.identity {
            OTHER_SCHEME => "PA-PROV",
            MISSING => "PROV",
            _ => "PA-RUC",
        }
    }

    /// The identifier within its scheme.
    pub(super) fn number(self) -> String {
        let traits = mix(0xf1a3, u64::from(self.firm) * 2 + u64::from(self.identity));
        match self.identity {
            OTHER_SCHEME => format!("{:06}", 100_000 + self.firm),
            MISSING => format!("{:07}", self.firm),
            PLACEHOLDER => "NO DISPONIBLE".to_owned(),
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
        match self.identity {
            MISSING | PLACEHOLDER => format!("PROV-{:07}", self.firm),
            _ => format!("{}-{}", self.scheme(), self.number()),
        }
    }

    /// The same firm under the same identifier, however its name is spelled.
    pub(super) const fn unspelled(self) -> Self {
        Self {
            spelling: 0,
            ..self
        }
    }
}

/// Where and through whom a party is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Contact {
    pub(super) person: String,
    pub(super) email: String,
    pub(super) telephone: String,
    pub(super) street: String,
}

/// The address of the bookkeepers through whom one firm in twelve can be reached: shared by too many to tie anybody to anybody.
pub(super) const BOOKKEEPERS: &str = "tramites@gestoria.example";

const GIVEN: [&str; 24] = [
    "Ana", "Luis", "Marta", "José", "Elena", "Raúl", "Inés", "Pablo", "Rosa", "Iván", "Clara",
    "Hugo", "Nora", "Óscar", "Julia", "Tomás", "Lidia", "Félix", "Alba", "Bruno", "Sara", "Darío",
    "Olga", "Mateo",
];
const FAMILY: [&str; 40] = [
    "Abrego",
    "Batista",
    "Cedeño",
    "Díaz",
    "Espino",
    "Franco",
    "Guerra",
    "Herrera",
    "Ibarra",
    "Jaén",
    "Lasso",
    "Medina",
    "Navas",
    "Ortega",
    "Pinzón",
    "Quirós",
    "Ramos",
    "Solís",
    "Tejada",
    "Urriola",
    "Vega",
    "Yáñez",
    "Zúñiga",
    "Arosemena",
    "Barría",
    "Castillo",
    "Domínguez",
    "Escobar",
    "Fuentes",
    "González",
    "Him",
    "Icaza",
    "Jiménez",
    "Luna",
    "Moreno",
    "Núñez",
    "Osorio",
    "Peralta",
    "Ríos",
    "Saldaña",
];

impl Contact {
    /// The contact of a firm: nobody else has any of it, but for the bookkeepers' address.
    pub(super) fn of(firm: u32) -> Self {
        let position = usize::try_from(firm).expect("a firm's number fits");
        // Two family names: a person comes again after 38,400 firms, far beyond any region.
        let person = format!(
            "{} {} {}",
            GIVEN[position % GIVEN.len()],
            FAMILY[position / GIVEN.len() % FAMILY.len()],
            FAMILY[(position / (GIVEN.len() * FAMILY.len()) + position) % FAMILY.len()]
        );
        Self {
            person,
            email: if is_reached_through_bookkeepers(firm) {
                BOOKKEEPERS.to_owned()
            } else {
                format!("ventas{firm}@istmo.example")
            },
            telephone: format!("+507 6{:03}-{:04}", firm / 10_000, firm % 10_000),
            street: format!("{}, casa {}", TOWNS[position % TOWNS.len()], firm + 1),
        }
    }
}

/// Whether a firm gives its bookkeepers' address for its own.
pub(super) fn is_reached_through_bookkeepers(firm: u32) -> bool {
    firm % FIRMS_PER_BLOCK < TRADING_FIRMS && mix(0xb00c, u64::from(firm)).is_multiple_of(12)
}

/// Whether the country publishes this firm under two identifiers of one scheme.
pub(super) const fn has_two_identifiers(firm: u32) -> bool {
    firm % FIRMS_PER_BLOCK < TRADING_FIRMS && mix(0x7717, firm as u64).is_multiple_of(50)
}

/// Whether this firm also goes by an identifier of another scheme.
pub(super) const fn has_other_scheme(firm: u32) -> bool {
    firm % FIRMS_PER_BLOCK < TRADING_FIRMS
        && !has_two_identifiers(firm)
        && mix(0x5c3e, firm as u64).is_multiple_of(100)
}

/// The number of a block's firm.
pub(super) fn number_of(block: u64, local: u32) -> u32 {
    u32::try_from(block).expect("a country has fewer than eleven million blocks") * FIRMS_PER_BLOCK
        + local
}

fn draw(random: &mut Random, number: u32) -> u32 {
    u32::try_from(random.below(u64::from(number))).expect("below a number of 32 bits")
}

/// The day on which a firm was founded, unless a scheme says otherwise: years before the first tender of the country.
pub(super) fn founding_day(firm: u32) -> i64 {
    // From 1980 on, some thirty-four years.
    3_652 + (mix(0xf04d, u64::from(firm)) % 12_500).cast_signed()
}

/// The registered name: no two firms of a region share their two words, and no two regions their name.
fn registered_name(firm: u32) -> String {
    let block = u64::from(firm / FIRMS_PER_BLOCK);
    let local = (firm % FIRMS_PER_BLOCK) as usize;
    let traits = usize::try_from(mix(0x4a3e, u64::from(firm)) % 60_000).expect("small");
    let turn = usize::try_from(mix(0x7a1e, block) % 32).expect("below 32");
    format!(
        "{} {} {} de {}, {}",
        KINDS[sector_of(firm, traits)][traits % 5],
        FIRST[local % 32],
        SECOND[(local / 32 + turn) % 32],
        place(block),
        FORMS[traits / 5 % 2]
    )
}

/// The sector whose words a firm uses for its name.
fn sector_of(firm: u32, traits: usize) -> usize {
    match firm % FIRMS_PER_BLOCK {
        0..40 | 320..350 => 0,
        40..68 => 1,
        68..92 => 2,
        92..132 => 3,
        132..168 => 4,
        168..196 | 350..384 => 5,
        _ => traits / 10 % SECTORS,
    }
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

    const FIRMS: u32 = 90 * FIRMS_PER_BLOCK;

    fn different<T: Ord>(told: impl Fn(u32) -> T) -> usize {
        (0..FIRMS).map(told).collect::<BTreeSet<T>>().len()
    }

    #[test]
    fn no_two_firms_share_a_name_or_an_identifier() {
        let shouted = |firm| {
            Appearance {
                spelling: 1,
                ..Appearance::plain(firm)
            }
            .name()
        };
        assert_eq!(different(shouted), FIRMS as usize);
        let identifiers: BTreeSet<String> = (0..FIRMS)
            .flat_map(|firm| {
                [USUAL, SECOND_OF_SCHEME, OTHER_SCHEME, MISSING].map(|identity| {
                    Appearance {
                        identity,
                        ..Appearance::plain(firm)
                    }
                    .id()
                })
            })
            .collect();
        assert_eq!(identifiers.len(), 4 * FIRMS as usize);
    }

    #[test]
    fn no_two_firms_share_a_contact_but_for_the_bookkeepers() {
        let own: Vec<Contact> = (0..FIRMS).map(Contact::of).collect();
        let clients = own.iter().filter(|own| own.email == BOOKKEEPERS).count();
        assert_eq!(
            different(|firm| Contact::of(firm).telephone),
            FIRMS as usize
        );
        assert_eq!(different(|firm| Contact::of(firm).street), FIRMS as usize);
        assert_eq!(
            different(|firm| Contact::of(firm).email),
            FIRMS as usize - clients + 1
        );
        for region in own.chunks(FIRMS_PER_BLOCK as usize) {
            let people: BTreeSet<&str> = region.iter().map(|own| own.person.as_str()).collect();
            assert_eq!(people.len(), region.len());
        }
        assert!((700..2_500).contains(&clients), "{clients}");
    }

    #[test]
    fn about_one_trading_firm_in_fifty_has_two_identifiers() {
        let doubled = (0..FIRMS).filter(|&firm| has_two_identifiers(firm)).count();
        assert!((250..460).contains(&doubled), "{doubled}");
    }
}
