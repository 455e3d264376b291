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

/// Invented provinces, as titles name them.
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

/// Invented towns.
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

/// Words of which the names of regions are made.
const FIRST: [&str; 40] = [
    "Garza",
    "Ceiba",
    "Coral",
    "Perla",
    "Manglar",
    "Almendro",
    "Tamarindo",
    "Roble",
    "Laurel",
    "Brisa",
    "Arena",
    "Lirio",
    "Candela",
    "Azulejo",
    "Concordia",
    "Esperanza",
    "Delicia",
    "Naranjal",
    "Tortuga",
    "Guayabo",
    "Palmita",
    "Corozal",
    "Quetzal",
    "Jacinto",
    "Espavé",
    "Caimito",
    "Marañón",
    "Yagrumo",
    "Cañaza",
    "Lumbre",
    "Telmo",
    "Guaranú",
    "Sereno",
    "Morado",
    "Quieto",
    "Hondo",
    "Garúa",
    "Bocaverde",
    "Piragua",
    "Chiricaco",
];
const SECOND: [&str; 25] = [
    "Norte",
    "Sur",
    "Este",
    "Oeste",
    "Alta",
    "Baja",
    "Central",
    "Nueva",
    "Vieja",
    "Grande",
    "Chica",
    "del Mar",
    "del Río",
    "del Valle",
    "del Cerro",
    "de la Costa",
    "del Puente",
    "de la Isla",
    "del Llano",
    "de la Loma",
    "del Bosque",
    "de la Bahía",
    "del Puerto",
    "de la Sierra",
    "del Lago",
];
/// Start of the name of every region, by which a truth file knows the regions of the country from others.
pub(super) const REGION_PREFIX: &str = "Istmo de ";

/// The public bodies of a region; the first ten buy regularly.
const BODIES: [&str; BUYERS_PER_BLOCK] = [
    "Municipio de",
    "Gobernación de",
    "Hospital Regional de",
    "Dirección de Obras de",
    "Instituto de Acueductos de",
    "Universidad Técnica de",
    "Autoridad de Puertos de",
    "Caja del Seguro de",
    "Junta de Enseñanza de",
    "Empresa Eléctrica de",
    "Junta Comunal de",
    "Biblioteca Pública de",
    "Museo de",
    "Registro de Tierras de",
    "Ministerio de Caminos, región de",
    "Unidad de Proyectos de",
];
/// Public bodies in a region; each belongs to the region alone, so that what its buyers do can be judged there.
pub(super) const BUYERS_PER_BLOCK: usize = 16;
/// Those that buy regularly.
pub(super) const REGULAR_BUYERS: usize = 10;
/// The first of those that buy once in a while.
pub(super) const THIN_BUYER: usize = 10;
/// The one that, in a few regions, buys most of everything.
pub(super) const BIG_BUYER: usize = 14;
/// The one that only runs projects.
pub(super) const PROJECT_BUYER: usize = 15;

/// The short name of a block's region; no two blocks share one.
pub(super) fn place(block: u64) -> String {
    // 617 and 1,000 have no factor in common: every combination comes once before any comes again.
    let words = FIRST.len() as u64 * SECOND.len() as u64;
    let combination = usize::try_from(block % words * 617 % words).expect("below a thousand");
    let name = format!(
        "{} {}",
        FIRST[combination / SECOND.len()],
        SECOND[combination % SECOND.len()]
    );
    match block / words {
        0 => name,
        round => format!("{name} {}", round + 1),
    }
}

/// The region of a block, as addresses give it.
pub(super) fn region(block: u64) -> String {
    format!("{REGION_PREFIX}{}", place(block))
}

/// One public body.
pub(super) struct Buyer {
    pub(super) name: String,
    /// Identifier within `PA-RUC`; public bodies carry `NT`.
    pub(super) ruc: String,
    pub(super) town: &'static str,
    pub(super) region: String,
    pub(super) email: String,
    pub(super) telephone: String,
    pub(super) street: String,
}

impl Buyer {
    /// The public body at `position`, always the same.
    pub(super) fn at(position: usize) -> Self {
        let block = (position / BUYERS_PER_BLOCK) as u64;
        let town = mix(0xb0b0, position as u64) % TOWNS.len() as u64;
        Self {
            name: format!("{} {}", BODIES[position % BUYERS_PER_BLOCK], place(block)),
            ruc: ruc(position),
            town: TOWNS[usize::try_from(town).expect("below 36")],
            region: region(block),
            email: format!("compras{position}@istmania.example"),
            telephone: format!("+507 5{:02}-{:04}", position / 10_000, position % 10_000),
            street: format!("Avenida Central, edificio {}", position + 1),
        }
    }

    /// The identifier as parties carry it.
    pub(super) fn id(&self) -> String {
        format!("PA-RUC-{}", self.ruc)
    }
}

fn ruc(position: usize) -> String {
    format!("8-NT-2-{}", 10_000 + position * 17)
}

/// The identifier of the public body at `position`.
pub(super) fn buyer_id(position: usize) -> String {
    format!("PA-RUC-{}", ruc(position))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_public_body_has_its_own_name_identifier_and_contact() {
        let bodies: Vec<Buyer> = (0..40_000).map(Buyer::at).collect();
        for told in [
            |body: &Buyer| body.name.clone(),
            |body: &Buyer| body.id(),
            |body: &Buyer| body.email.clone(),
            |body: &Buyer| body.telephone.clone(),
            |body: &Buyer| body.street.clone(),
        ] {
            let different: BTreeSet<String> = bodies.iter().map(told).collect();
            assert_eq!(different.len(), bodies.len());
        }
    }
}
