//! What the list of alerts may be asked: the words it knows, how they are documented, and how they become filters.

use std::sync::LazyLock;

use utoipa::IntoParams;

use super::{
    parameters::{Known, Parameters, any_of, once},
    problem::Problem,
};
use crate::{
    alerts::{AlertSubject, Grade},
    rules::{Family, Stage},
    store::{AlertFilters, Range, Sort, SortColumn},
};

/// Alerts on a page at most.
pub(super) const LARGEST_PAGE: usize = 200;
/// Alerts on a page when nothing is said.
pub(super) const USUAL_PAGE: usize = 25;
/// No amount of money is larger in any currency.
const LARGEST_AMOUNT: f64 = 1e18;

pub(super) const SORTS: [(&str, Sort); 8] = [
    (
        "-priority",
        Sort {
            column: SortColumn::Priority,
            descending: true,
        },
    ),
    (
        "priority",
        Sort {
            column: SortColumn::Priority,
            descending: false,
        },
    ),
    (
        "-risk",
        Sort {
            column: SortColumn::Risk,
            descending: true,
        },
    ),
    (
        "risk",
        Sort {
            column: SortColumn::Risk,
            descending: false,
        },
    ),
    (
        "-value",
        Sort {
            column: SortColumn::Value,
            descending: true,
        },
    ),
    (
        "value",
        Sort {
            column: SortColumn::Value,
            descending: false,
        },
    ),
    (
        "-year",
        Sort {
            column: SortColumn::Year,
            descending: true,
        },
    ),
    (
        "year",
        Sort {
            column: SortColumn::Year,
            descending: false,
        },
    ),
];

const STAGES: [(&str, Stage); 6] = [
    ("planning", Stage::Planning),
    ("tender", Stage::Tender),
    ("award", Stage::Award),
    ("contract", Stage::Contract),
    ("implementation", Stage::Implementation),
    ("project", Stage::Project),
];

const FAMILIES: [(&str, Family); 9] = [
    ("competition", Family::Competition),
    ("price", Family::Price),
    ("procedure", Family::Procedure),
    ("supplier", Family::Supplier),
    ("collusion", Family::Collusion),
    ("execution", Family::Execution),
    ("project", Family::Project),
    ("transparency", Family::Transparency),
    ("data_quality", Family::DataQuality),
];

const GRADES: [(&str, Grade); 4] = [
    ("not_enough_data", Grade::NotEnoughData),
    ("low", Grade::Low),
    ("medium", Grade::Medium),
    ("high", Grade::High),
];

const SUBJECTS: [(&str, AlertSubject); 2] = [
    ("process", AlertSubject::Process),
    ("project", AlertSubject::Project),
];

/// What narrows alerts; a test holds it against the documented [`FilterParameters`].
const FILTERS: [Known; 19] = [
    any_of("indicator"),
    any_of("family"),
    any_of("stage"),
    any_of("buyer"),
    any_of("supplier"),
    any_of("region"),
    any_of("method"),
    any_of("category"),
    any_of("subject"),
    any_of("grade"),
    any_of("year"),
    once("year_min"),
    once("year_max"),
    once("value_min"),
    once("value_max"),
    any_of("currency"),
    once("risk_min"),
    once("risk_max"),
    once("q"),
];

fn filters_and(more: &[Known]) -> Vec<Known> {
    [&FILTERS, more].concat()
}

/// What the list knows.
pub(super) static KNOWN: LazyLock<Vec<Known>> =
    LazyLock::new(|| filters_and(&[once("sort"), once("limit"), once("cursor"), once("lang")]));

/// What the list as a file knows.
pub(super) static KNOWN_TO_EXPORT: LazyLock<Vec<Known>> =
    LazyLock::new(|| filters_and(&[once("format"), once("bom"), once("sort"), once("lang")]));

/// What counts of alerts know.
pub(super) static KNOWN_TO_FACETS: LazyLock<Vec<Known>> =
    LazyLock::new(|| filters_and(&[once("top"), once("lang")]));

/// What alerts over time know.
pub(super) static KNOWN_TO_TIMESERIES: LazyLock<Vec<Known>> =
    LazyLock::new(|| filters_and(&[once("by"), once("lang")]));

/// What narrows alerts, as it is documented. Values of a repeated parameter are alternatives; different parameters narrow together.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the documentation of what `read_filters` reads")]
pub(super) struct FilterParameters {
    /// Flagged by this indicator, itself or as context through a supplier. `indicator`, `family` and `stage` speak of the same flag.
    #[param(example = json!(["single-bid"]))]
    indicator: Option<Vec<String>>,
    /// Flagged by an indicator of this family.
    family: Option<Vec<Family>>,
    /// Flagged by an indicator of this stage.
    stage: Option<Vec<Stage>>,
    /// Identifier or exact name of the buyer.
    buyer: Option<Vec<String>>,
    /// Identifier or exact name of a supplier.
    supplier: Option<Vec<String>>,
    /// Region of the buyer or the project, as published.
    region: Option<Vec<String>>,
    /// Procurement method: `open`, `selective`, `limited`, `direct`.
    method: Option<Vec<String>>,
    /// Main procurement category: `goods`, `works`, `services`.
    category: Option<Vec<String>>,
    /// About a process or a project.
    subject: Option<Vec<AlertSubject>>,
    /// How the risk reads.
    grade: Option<Vec<Grade>>,
    /// Year in which it opened.
    #[param(minimum = 1900, maximum = 2200)]
    year: Option<Vec<i32>>,
    /// First year.
    #[param(minimum = 1900, maximum = 2200)]
    year_min: Option<i32>,
    /// Last year.
    #[param(minimum = 1900, maximum = 2200)]
    year_max: Option<i32>,
    /// Smallest amount at stake. Where amounts are in several currencies that are not at par, name those to compare with `currency`.
    #[param(minimum = 0)]
    value_min: Option<f64>,
    /// Largest amount at stake. Where amounts are in several currencies that are not at par, name those to compare with `currency`.
    #[param(minimum = 0)]
    value_max: Option<f64>,
    /// ISO 4217 code of the amount at stake.
    currency: Option<Vec<String>>,
    /// Smallest risk.
    #[param(minimum = 0, maximum = 100)]
    risk_min: Option<f64>,
    /// Largest risk.
    #[param(minimum = 0, maximum = 100)]
    risk_max: Option<f64>,
    /// Words, or their beginnings, in the title, the buyer, the suppliers or the identifier; accents and capitals do not matter.
    q: Option<String>,
}

/// How the list is sorted and read page by page, as it is documented.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the documentation of what the list reads")]
pub(super) struct PageParameters {
    /// The sort key: `priority`, `risk`, `value` or `year`; `-` before it puts the largest first. Alerts without the key come last.
    #[param(default = "-priority", pattern = "^-?(priority|risk|value|year)$")]
    sort: Option<String>,
    /// Alerts on a page.
    #[param(minimum = 1, maximum = 200, default = 25)]
    limit: Option<usize>,
    /// `next_cursor` of the page before. Paging stays in the assessment in which it began.
    cursor: Option<String>,
    /// The language of the answer; without it `Accept-Language` chooses.
    #[param(pattern = "^(en|es)$")]
    lang: Option<String>,
}

/// What the list as a file is asked, as it is documented.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the documentation of what the file's route reads")]
pub(super) struct ExportParameters {
    /// The format of the file.
    #[param(default = "csv", pattern = "^(csv|xlsx|ndjson|parquet)$")]
    format: Option<String>,
    /// Whether a CSV begins with a byte order mark, which spreadsheet programs need to read accents.
    #[param(default = true)]
    bom: Option<bool>,
    /// The sort key: `priority`, `risk`, `value` or `year`; `-` before it puts the largest first. Alerts without the key come last.
    #[param(default = "-priority", pattern = "^-?(priority|risk|value|year)$")]
    sort: Option<String>,
    /// The language of what was observed; without it `Accept-Language` chooses.
    #[param(pattern = "^(en|es)$")]
    lang: Option<String>,
}

/// What counts of alerts are asked, as it is documented.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "the documentation of what the counts' route reads"
)]
pub(super) struct FacetParameters {
    /// Buyers and regions to show at most, those with most alerts first.
    #[param(minimum = 1, maximum = 100, default = 20)]
    top: Option<usize>,
    /// The language of the answer; without it `Accept-Language` chooses.
    #[param(pattern = "^(en|es)$")]
    lang: Option<String>,
}

/// What alerts over time are asked, as it is documented.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "the documentation of what the series' route reads"
)]
pub(super) struct TimeseriesParameters {
    /// `indicator` counts each indicator's alerts as well.
    #[param(pattern = "^indicator$")]
    by: Option<String>,
    /// The language of the answer; without it `Accept-Language` chooses.
    #[param(pattern = "^(en|es)$")]
    lang: Option<String>,
}

pub(super) fn read_filters(parameters: &Parameters) -> Result<AlertFilters, Problem> {
    let years = (1900, 2200);
    Ok(AlertFilters {
        indicators: parameters.all("indicator"),
        families: parameters.choices("family", &FAMILIES)?,
        stages: parameters.choices("stage", &STAGES)?,
        buyers: parameters.all("buyer"),
        suppliers: parameters.all("supplier"),
        regions: parameters.all("region"),
        methods: parameters.all("method"),
        categories: parameters.all("category"),
        subjects: parameters.choices("subject", &SUBJECTS)?,
        grades: parameters.choices("grade", &GRADES)?,
        years: parameters.numbers("year", years.0, years.1)?,
        year: Range {
            min: parameters.number("year_min", years.0, years.1)?,
            max: parameters.number("year_max", years.0, years.1)?,
        },
        amount: Range {
            min: parameters.number("value_min", 0.0, LARGEST_AMOUNT)?,
            max: parameters.number("value_max", 0.0, LARGEST_AMOUNT)?,
        },
        currencies: parameters.all("currency"),
        risk: Range {
            min: parameters.number("risk_min", 0.0, 100.0)?,
            max: parameters.number("risk_max", 0.0, 100.0)?,
        },
        text: parameters.one("q").map(str::to_owned),
        words: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use utoipa::openapi::path::Parameter;

    use super::*;

    #[test]
    fn what_is_read_is_what_is_documented() {
        let check = |more: Vec<Parameter>, known: &[Known]| {
            let filters = FilterParameters::into_params(|| None);
            let documented = filters.into_iter().chain(more).map(|it| it.name);
            let known = known.iter().map(|parameter| parameter.name);
            assert!(documented.eq(known));
        };
        check(PageParameters::into_params(|| None), &KNOWN);
        check(ExportParameters::into_params(|| None), &KNOWN_TO_EXPORT);
        check(FacetParameters::into_params(|| None), &KNOWN_TO_FACETS);
        check(
            TimeseriesParameters::into_params(|| None),
            &KNOWN_TO_TIMESERIES,
        );
    }
}
