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

/// One class of goods, works or services.
#[derive(Debug)]
pub(super) struct Ware {
    /// Title of a process; `{r}` a river, `{t}` a town, `{p}` a province.
    title: &'static str,
    /// UNSPSC commodity.
    pub(super) class: &'static str,
    /// Its name.
    pub(super) class_name: &'static str,
    /// Unit in which it is counted.
    pub(super) unit: &'static str,
    /// What one unit costs, more or less, in cents.
    pub(super) price: i64,
    /// Whose business it is: firms sell what belongs to one trade.
    pub(super) trade: usize,
}

const fn ware(
    title: &'static str,
    class: &'static str,
    class_name: &'static str,
    unit: &'static str,
    price: i64,
    trade: usize,
) -> Ware {
    Ware {
        title,
        class,
        class_name,
        unit,
        price,
        trade,
    }
}

static WARES: [[Ware; 7]; SECTORS] = [
    [
        ware(
            "Rehabilitación del puente sobre el río {r}",
            "72141104",
            "Construcción de puentes",
            "metro",
            85_000,
            0,
        ),
        ware(
            "Construcción de aulas en la escuela de {t}",
            "72121406",
            "Construcción de escuelas",
            "metro cuadrado",
            62_000,
            0,
        ),
        ware(
            "Mejoramiento de la carretera {t} – límite de {p}",
            "72141001",
            "Construcción de carreteras",
            "metro",
            42_000,
            0,
        ),
        ware(
            "Ampliación del acueducto de {t}",
            "72151102",
            "Instalación de tuberías",
            "metro",
            9_500,
            0,
        ),
        ware(
            "Construcción del centro de salud de {t}",
            "72121403",
            "Construcción de hospitales y clínicas",
            "metro cuadrado",
            78_000,
            0,
        ),
        ware(
            "Protección de riberas del río {r} en {t}",
            "72154043",
            "Estabilización de suelos",
            "metro",
            38_000,
            0,
        ),
        ware(
            "Rehabilitación del parque central de {t}",
            "72103300",
            "Rehabilitación de infraestructura",
            "metro cuadrado",
            7_400,
            0,
        ),
    ],
    [
        ware(
            "Suministro de medicamentos para el hospital de {t}",
            "51101500",
            "Antibióticos",
            "caja",
            1_850,
            1,
        ),
        ware(
            "Adquisición de reactivos de laboratorio para {p}",
            "41116004",
            "Reactivos de análisis",
            "juego",
            8_600,
            1,
        ),
        ware(
            "Compra de camas hospitalarias para {t}",
            "42192200",
            "Camas de hospital",
            "unidad",
            64_000,
            1,
        ),
        ware(
            "Suministro de vacunas para la provincia de {p}",
            "51201600",
            "Vacunas",
            "dosis",
            940,
            1,
        ),
        ware(
            "Placas de imagen médica para el hospital de {t}",
            "42201800",
            "Insumos de imagen médica",
            "placa",
            5_200,
            1,
        ),
        ware(
            "Insumos médicos quirúrgicos para {p}",
            "42295400",
            "Insumos quirúrgicos",
            "caja",
            3_300,
            1,
        ),
        ware(
            "Equipos de esterilización para {t}",
            "42281500",
            "Esterilizadores",
            "unidad",
            72_000,
            1,
        ),
    ],
    [
        ware(
            "Equipos de cómputo para las escuelas de {p}",
            "43211500",
            "Computadoras",
            "unidad",
            58_000,
            2,
        ),
        ware(
            "Licencias de programas para oficinas de {t}",
            "43231500",
            "Programas de oficina",
            "licencia",
            14_500,
            2,
        ),
        ware(
            "Red de datos para la sede de {t}",
            "43222600",
            "Equipo de red",
            "unidad",
            39_000,
            2,
        ),
        ware(
            "Servidores para el registro de {p}",
            "43211501",
            "Servidores",
            "unidad",
            88_000,
            2,
        ),
        ware(
            "Cámaras de vigilancia para {t}",
            "46171610",
            "Cámaras de seguridad",
            "unidad",
            21_000,
            2,
        ),
        ware(
            "Impresoras para las oficinas de {p}",
            "43212100",
            "Impresoras",
            "unidad",
            26_000,
            2,
        ),
        ware(
            "Radios de comunicación para {t}",
            "43191510",
            "Radios de dos vías",
            "unidad",
            17_500,
            2,
        ),
    ],
    [
        ware(
            "Útiles de oficina para las dependencias de {t}",
            "44121600",
            "Suministros de escritorio",
            "paquete",
            620,
            3,
        ),
        ware(
            "Compra de mobiliario escolar para {p}",
            "56121500",
            "Mobiliario escolar",
            "unidad",
            6_900,
            3,
        ),
        ware(
            "Remolques y carros de trabajo para {t}",
            "25101500",
            "Remolques",
            "unidad",
            86_000,
            4,
        ),
        ware(
            "Uniformes para el personal de {p}",
            "53102700",
            "Uniformes",
            "juego",
            4_200,
            3,
        ),
        ware(
            "Suministro de combustible para la flota de {t}",
            "15101500",
            "Combustibles",
            "galón",
            320,
            4,
        ),
        ware(
            "Alimentos para los comedores escolares de {p}",
            "50192700",
            "Comidas preparadas",
            "ración",
            410,
            4,
        ),
        ware(
            "Llantas y repuestos para la flota de {t}",
            "25172500",
            "Llantas",
            "unidad",
            11_800,
            4,
        ),
    ],
    [
        ware(
            "Servicio de limpieza de las oficinas de {t}",
            "76111500",
            "Limpieza de edificios",
            "hora",
            1_150,
            5,
        ),
        ware(
            "Vigilancia de las instalaciones de {t}",
            "92121500",
            "Servicios de guardias",
            "hora",
            1_480,
            6,
        ),
        ware(
            "Transporte escolar en la provincia de {p}",
            "78111800",
            "Transporte de pasajeros",
            "viaje",
            6_400,
            6,
        ),
        ware(
            "Mantenimiento de aires acondicionados en {t}",
            "72101511",
            "Mantenimiento de climatización",
            "visita",
            9_700,
            6,
        ),
        ware(
            "Recolección de desechos en {t}",
            "76121500",
            "Recolección de desechos",
            "tonelada",
            7_900,
            5,
        ),
        ware(
            "Poda de áreas verdes en {t}",
            "70111700",
            "Mantenimiento de parques",
            "hectárea",
            24_000,
            5,
        ),
        ware(
            "Fumigación de escuelas en {p}",
            "72102100",
            "Control de plagas",
            "visita",
            13_500,
            6,
        ),
    ],
    [
        ware(
            "Supervisión de las obras viales de {p}",
            "81101500",
            "Ingeniería civil",
            "hora",
            6_100,
            7,
        ),
        ware(
            "Estudio y diseño del acueducto de {t}",
            "81101505",
            "Ingeniería hidráulica",
            "hora",
            5_600,
            7,
        ),
        ware(
            "Consultoría para el plan territorial de {p}",
            "81101512",
            "Sistemas de información geográfica",
            "hora",
            5_200,
            7,
        ),
        ware(
            "Estudio de impacto ambiental en {t}",
            "77101500",
            "Evaluación de impacto ambiental",
            "hora",
            5_900,
            7,
        ),
        ware(
            "Auditoría financiera de la sede de {t}",
            "84111600",
            "Servicios de auditoría",
            "hora",
            4_800,
            8,
        ),
        ware(
            "Estudio de suelos para el puente del río {r}",
            "81151600",
            "Estudios geotécnicos",
            "ensayo",
            31_000,
            7,
        ),
        ware(
            "Capacitación de docentes en {p}",
            "86101700",
            "Formación profesional",
            "hora",
            3_700,
            8,
        ),
    ],
];

/// Draws what a process of a sector buys.
pub(super) fn draw(random: &mut Random, sector: usize) -> &'static Ware {
    random.pick(&WARES[sector])
}

/// Draws something that somebody buys, sectors as often as a small country uses them.
pub(super) fn draw_any(random: &mut Random) -> &'static Ware {
    let sector = match random.below(100) {
        0..28 => WORKS,
        28..46 => 1,
        46..60 => 2,
        60..78 => 3,
        78..92 => 4,
        _ => STUDIES,
    };
    draw(random, sector)
}

/// Draws goods or a service: what is bought in any number of small purchases.
pub(super) fn draw_small(random: &mut Random) -> &'static Ware {
    let sector = 1 + random.position(SECTORS - 1);
    draw(random, sector)
}

impl Ware {
    /// Goods, works or services.
    pub(super) const fn category(&self) -> Category {
        match self.trade {
            0 => Category::Works,
            1..=4 => Category::Goods,
            _ => Category::Services,
        }
    }

    /// The class that peers and markets are made of: the first four digits.
    pub(super) fn family(&self) -> &'static str {
        &self.class[..4]
    }

    /// The division: the first two digits.
    pub(super) fn division(&self) -> &'static str {
        &self.class[..2]
    }

    /// The title with its places filled in.
    pub(super) fn title(&self, random: &mut Random) -> String {
        self.title
            .replace("{r}", RIVERS[random.position(RIVERS.len())])
            .replace("{t}", TOWNS[random.position(TOWNS.len())])
            .replace("{p}", PROVINCES[random.position(PROVINCES.len())])
    }
}
