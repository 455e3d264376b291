//! What the sample country buys: titles in Spanish, UNSPSC classes and units, by sector.

use super::country::{PROVINCES, RIVERS, TOWNS};
use super::random::Random;

/// Number of sectors; each has firms of its own.
pub(super) const SECTORS: usize = 6;
/// The sector of works.
pub(super) const WORKS: usize = 0;
/// The sector of studies and supervision.
pub(super) const STUDIES: usize = 5;

/// OCDS `mainProcurementCategory`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Category {
    Goods,
    Works,
    Services,
}

impl Category {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Goods => "goods",
            Self::Works => "works",
            Self::Services => "services",
        }
    }
}

/// The category of a sector.
pub(super) const fn category_of(sector: usize) -> Category {
    match sector {
        WORKS => Category::Works,
        1..=3 => Category::Goods,
        _ => Category::Services,
    }
}

/// One class of goods, works or services.
pub(super) struct Ware {
    /// Title of a process; `{r}` a river, `{t}` a town, `{p}` a province.
    title: &'static str,
    /// UNSPSC commodity.
    pub(super) class: &'static str,
    /// Its name.
    pub(super) class_name: &'static str,
    /// Unit in which it is counted.
    pub(super) unit: &'static str,
}

const fn ware(
    title: &'static str,
    class: &'static str,
    class_name: &'static str,
    unit: &'static str,
) -> Ware {
    Ware {
        title,
        class,
        class_name,
        unit,
    }
}

static WARES: [[Ware; 7]; SECTORS] = [
    [
        ware(
            "Rehabilitación del puente sobre el río {r}",
            "72141104",
            "Construcción de puentes",
            "metro",
        ),
        ware(
            "Construcción de aulas en la escuela de {t}",
            "72121406",
            "Construcción de escuelas",
            "metro cuadrado",
        ),
        ware(
            "Mejoramiento de la carretera {t} – límite de {p}",
            "72141001",
            "Construcción de carreteras",
            "kilómetro",
        ),
        ware(
            "Ampliación del acueducto de {t}",
            "72141120",
            "Construcción de acueductos",
            "metro",
        ),
        ware(
            "Construcción del centro de salud de {t}",
            "72121403",
            "Construcción de hospitales y clínicas",
            "metro cuadrado",
        ),
        ware(
            "Protección de riberas del río {r} en {t}",
            "72141505",
            "Control de inundaciones",
            "metro",
        ),
        ware(
            "Rehabilitación del parque central de {t}",
            "72141510",
            "Parques y espacios públicos",
            "metro cuadrado",
        ),
    ],
    [
        ware(
            "Suministro de medicamentos para el hospital de {t}",
            "51101500",
            "Antibióticos",
            "caja",
        ),
        ware(
            "Adquisición de reactivos de laboratorio para {p}",
            "41116004",
            "Reactivos de análisis",
            "juego",
        ),
        ware(
            "Compra de camas hospitalarias para {t}",
            "42192200",
            "Camas de hospital",
            "unidad",
        ),
        ware(
            "Suministro de vacunas para la provincia de {p}",
            "51201600",
            "Vacunas",
            "dosis",
        ),
        ware(
            "Compra de un tomógrafo para el hospital de {t}",
            "42201800",
            "Equipo de imagen médica",
            "unidad",
        ),
        ware(
            "Insumos médicos quirúrgicos para {p}",
            "42295400",
            "Insumos quirúrgicos",
            "caja",
        ),
        ware(
            "Equipos de esterilización para {t}",
            "42281500",
            "Esterilizadores",
            "unidad",
        ),
    ],
    [
        ware(
            "Equipos de cómputo para las escuelas de {p}",
            "43211500",
            "Computadoras",
            "unidad",
        ),
        ware(
            "Licencias de programas para oficinas de {t}",
            "43231500",
            "Programas de oficina",
            "licencia",
        ),
        ware(
            "Red de datos para la sede de {t}",
            "43222600",
            "Equipo de red",
            "unidad",
        ),
        ware(
            "Servidores para el registro de {p}",
            "43211501",
            "Servidores",
            "unidad",
        ),
        ware(
            "Cámaras de vigilancia para {t}",
            "46171610",
            "Cámaras de seguridad",
            "unidad",
        ),
        ware(
            "Impresoras para las oficinas de {p}",
            "43212100",
            "Impresoras",
            "unidad",
        ),
        ware(
            "Radios de comunicación para {t}",
            "43191510",
            "Radios de dos vías",
            "unidad",
        ),
    ],
    [
        ware(
            "Útiles de oficina para las dependencias de {t}",
            "44121600",
            "Suministros de escritorio",
            "paquete",
        ),
        ware(
            "Compra de mobiliario escolar para {p}",
            "56121500",
            "Mobiliario escolar",
            "unidad",
        ),
        ware(
            "Adquisición de vehículos de trabajo para {t}",
            "25101500",
            "Vehículos de pasajeros",
            "unidad",
        ),
        ware(
            "Uniformes para el personal de {p}",
            "53102700",
            "Uniformes",
            "juego",
        ),
        ware(
            "Suministro de combustible para la flota de {t}",
            "15101500",
            "Combustibles",
            "galón",
        ),
        ware(
            "Alimentos para los comedores escolares de {p}",
            "50192700",
            "Comidas preparadas",
            "ración",
        ),
        ware(
            "Llantas y repuestos para la flota de {t}",
            "25172500",
            "Llantas",
            "unidad",
        ),
    ],
    [
        ware(
            "Servicio de limpieza de las oficinas de {t}",
            "76111500",
            "Limpieza de edificios",
            "mes",
        ),
        ware(
            "Vigilancia de las instalaciones de {t}",
            "92121500",
            "Servicios de guardias",
            "mes",
        ),
        ware(
            "Transporte escolar en la provincia de {p}",
            "78111800",
            "Transporte de pasajeros",
            "viaje",
        ),
        ware(
            "Mantenimiento de aires acondicionados en {t}",
            "72101511",
            "Mantenimiento de climatización",
            "mes",
        ),
        ware(
            "Recolección de desechos en {t}",
            "76121500",
            "Recolección de desechos",
            "mes",
        ),
        ware(
            "Poda de áreas verdes en {t}",
            "70111700",
            "Mantenimiento de parques",
            "mes",
        ),
        ware(
            "Fumigación de escuelas en {p}",
            "72102100",
            "Control de plagas",
            "visita",
        ),
    ],
    [
        ware(
            "Supervisión de las obras viales de {p}",
            "81101500",
            "Ingeniería civil",
            "mes",
        ),
        ware(
            "Estudio y diseño del acueducto de {t}",
            "81101505",
            "Ingeniería hidráulica",
            "informe",
        ),
        ware(
            "Consultoría para el plan territorial de {p}",
            "81101512",
            "Sistemas de información geográfica",
            "informe",
        ),
        ware(
            "Estudio de impacto ambiental en {t}",
            "77101500",
            "Evaluación de impacto ambiental",
            "informe",
        ),
        ware(
            "Auditoría financiera de la sede de {t}",
            "84111600",
            "Servicios de auditoría",
            "informe",
        ),
        ware(
            "Estudio de suelos para el puente del río {r}",
            "81151600",
            "Estudios geotécnicos",
            "informe",
        ),
        ware(
            "Capacitación de docentes en {p}",
            "86101700",
            "Formación profesional",
            "curso",
        ),
    ],
];

/// Draws what a process of a sector buys.
pub(super) fn draw(random: &mut Random, sector: usize) -> &'static Ware {
    random.pick(&WARES[sector])
}

impl Ware {
    /// The title with its places filled in.
    pub(super) fn title(&self, random: &mut Random) -> String {
        self.title
            .replace("{r}", RIVERS[random.position(RIVERS.len())])
            .replace("{t}", TOWNS[random.position(TOWNS.len())])
            .replace("{p}", PROVINCES[random.position(PROVINCES.len())])
    }
}
