//! Places and public bodies of the República de Istmania, a country that does not exist.
//!
//! It is drawn like Panama (provinces, ministries, municipalities, `PA-RUC` identifiers) so that Panama's jurisdiction applies,
//! and every name is invented so that nobody is meant.

use super::random::mix;

/// What is written where a publisher names itself.
pub(super) const PUBLISHER: &str = "Generated sample, not real data";
/// Start of every ocid of the country.
pub(super) const OCID_PREFIX: &str = "ocds-istmo0-";
/// Start of every project identifier of the country.
pub(super) const PROJECT_PREFIX: &str = "oc4ids-istmo0-";
/// Start of every party identifier of the country.
pub(super) const PARTY_PREFIX: &str = "PA-";

/// Invented provinces.
pub(super) const PROVINCES: [&str; 10] = [
    "Bocaverde",
    "Costa Serena",
    "Altos de Guaranú",
    "Tierra Clara",
    "Puerto Almendro",
    "Los Manglares",
    "Valle Quieto",
    "Cerro Morado",
    "Isla Garza",
    "Río Hondo",
];

/// Invented towns; town `n` lies in province `n % 10`.
pub(super) const TOWNS: [&str; 36] = [
    "Santa Lumbre",
    "Pueblo Nuevo del Istmo",
    "Las Garzas",
    "Boca de Perla",
    "San Telmo",
    "La Ceiba Alta",
    "Agua Mansa",
    "El Tamarindo",
    "Playa Honda",
    "Monte Lirio",
    "Villa Candela",
    "Quebrada Honda",
    "Los Almendros",
    "San Isidro del Mar",
    "La Esperanza Vieja",
    "Punta Coral",
    "Cañas Dulces",
    "El Guayabo",
    "Loma Bonita",
    "Río Escondido",
    "Santa Brisa",
    "Las Palmitas",
    "Corozal Grande",
    "La Arena Blanca",
    "Bahía Tranquila",
    "El Roble",
    "San Jacinto",
    "Cerro Azulejo",
    "Nueva Concordia",
    "Las Delicias",
    "La Yeguada Chica",
    "Puente Viejo",
    "Aguas Claras",
    "El Naranjal",
    "Isla Tórtola",
    "Monte Oscuro",
];

/// Invented rivers.
pub(super) const RIVERS: [&str; 12] = [
    "Guaranú",
    "Tortuguero",
    "Caimitillo",
    "Sereno",
    "La Garza",
    "Hondo",
    "Perlado",
    "Chiricaco",
    "Santa Lumbre",
    "Yagrumal",
    "Tolosí",
    "Marañoncito",
];

/// Invented national bodies; the municipalities follow them.
const NATIONAL_BODIES: [&str; 24] = [
    "Ministerio de Caminos de Istmania",
    "Ministerio de Salud Pública de Istmania",
    "Ministerio de Enseñanza de Istmania",
    "Ministerio de Vivienda y Territorio de Istmania",
    "Ministerio de Hacienda de Istmania",
    "Ministerio de Agricultura y Pesca de Istmania",
    "Ministerio de Seguridad Ciudadana de Istmania",
    "Ministerio de Cultura de Istmania",
    "Ministerio de Ambiente y Costas de Istmania",
    "Ministerio de Trabajo de Istmania",
    "Instituto de Acueductos de Istmania",
    "Caja del Seguro de Istmania",
    "Instituto del Deporte de Istmania",
    "Autoridad de Puertos del Istmo",
    "Autoridad de Aseo Urbano del Istmo",
    "Autoridad de Transporte del Istmo",
    "Empresa Eléctrica del Istmo",
    "Universidad Técnica del Istmo",
    "Universidad de Costa Serena",
    "Hospital General Santa Lumbre",
    "Hospital Regional de Valle Quieto",
    "Instituto de Formación Técnica de Istmania",
    "Registro de Tierras de Istmania",
    "Biblioteca Nacional de Istmania",
];

/// Number of public bodies that buy.
pub(super) const BUYERS: usize = NATIONAL_BODIES.len() + TOWNS.len();

/// One public body.
pub(super) struct Buyer {
    pub(super) name: String,
    /// Identifier within `PA-RUC`; public bodies carry `NT`.
    pub(super) ruc: String,
    pub(super) town: &'static str,
    pub(super) province: &'static str,
    pub(super) email: String,
}

impl Buyer {
    /// The public body at `position`, always the same.
    pub(super) fn at(position: usize) -> Self {
        let traits = mix(0xb0b0, position as u64);
        let (name, town) = match NATIONAL_BODIES.get(position) {
            Some(name) => (
                (*name).to_owned(),
                usize::try_from(traits % 36).expect("below 36"),
            ),
            None => (
                format!("Municipio de {}", TOWNS[position - NATIONAL_BODIES.len()]),
                position - NATIONAL_BODIES.len(),
            ),
        };
        Self {
            name,
            ruc: format!("8-NT-2-{}", 10_000 + position * 17),
            town: TOWNS[town],
            province: province_of(town),
            email: format!("compras{position:02}@istmania.example"),
        }
    }

    /// The identifier as parties carry it.
    pub(super) fn id(&self) -> String {
        format!("PA-RUC-{}", self.ruc)
    }
}

/// Where a town lies.
pub(super) fn province_of(town: usize) -> &'static str {
    PROVINCES[town % PROVINCES.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_public_body_has_its_own_name_and_identifier() {
        let mut names: Vec<(String, String)> = (0..BUYERS)
            .map(|position| (Buyer::at(position).name, Buyer::at(position).ruc))
            .collect();
        names.sort();
        assert!(names.windows(2).all(|pair| pair[0].0 != pair[1].0));
        names.sort_by(|a, b| a.1.cmp(&b.1));
        assert!(names.windows(2).all(|pair| pair[0].1 != pair[1].1));
    }
}
