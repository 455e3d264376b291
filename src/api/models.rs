//! `GET /api/v1/models` and `GET /api/v1/models/{id}`: what models there are, what they reached and which may be used.
//!
//! Models are files beside the assessments and change without them, so that these answers name no assessment.

use axum::{
    extract::{Path, State},
    response::Response,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    desk::AppState,
    language::Asked,
    parameters::{LANGUAGE_ONLY, Parameters},
    problem::{MEDIA_TYPE, Problem, ProblemDocument, ProblemKind, shortened},
};
use crate::{
    language::Language,
    learning::{
        Error, Said,
        model::Learner,
        shelf::{self, Kept, Shelf},
    },
};

/// Area under the ROC curve on contracts signed after all that the model knows, with its 95 % interval.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct AucView {
    value: f64,
    low: f64,
    high: f64,
}

/// One model.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ModelItem {
    /// Its name.
    #[schema(example = "likely-delay")]
    id: String,
    /// Where its card is.
    href: String,
    /// `promoted`: it may be used; `candidate`: it passed the gate and nobody promoted it; `refused`: the gate does not let it pass, and it is not used.
    state: &'static str,
    /// What it forecasts.
    purpose: String,
    /// What it reached on later contracts; null where that cannot be said.
    auc: Option<AucView>,
    /// Why the gate refuses it; empty where it passes.
    reasons: Vec<String>,
}

/// The models of the data directory.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ModelList {
    /// In the order of their names; models that cannot be read are left out, and logged.
    items: Vec<ModelItem>,
}

/// Rows of similar probability.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct CalibrationView {
    rows: usize,
    /// Mean of their probabilities.
    expected: f64,
    /// Share of them that reached the target.
    observed: f64,
}

/// What was reached within one group.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct GroupView {
    /// What is grouped by, such as `region`.
    dimension: String,
    value: String,
    /// Its rows among the highest tenth of all.
    rows_at_top: usize,
    /// The share of them that reached the target.
    precision: f64,
    /// The share of all its rows that did.
    base_rate: f64,
}

/// The card of a model.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ModelCard {
    #[serde(flatten)]
    item: ModelItem,
    /// What it must not be used for.
    not_for: String,
    /// What its figures do not show.
    limits: String,
    /// `logistic` or `forest`.
    learner: &'static str,
    /// Features in their order, all known on the day of signing.
    features: Vec<String>,
    /// How rows were split into those that taught and those that examined.
    split: String,
    /// The last day of which it knows anything.
    learned_until: String,
    /// Rows it learned from.
    rows: usize,
    /// Share of them that reached the target.
    base_rate: f64,
    /// Seed of everything drawn.
    seed: u64,
    /// Hash of features and labels it learned from.
    data_fingerprint: String,
    /// Hash of its weights.
    weights_fingerprint: String,
    /// Later rows it was examined on.
    holdout_rows: usize,
    /// Share of them that reached the target.
    holdout_base_rate: f64,
    /// AUC of ranking by value on the same rows.
    auc_of_value: Option<f64>,
    /// AUC of ranking by the buyer's past rate on the same rows.
    auc_of_buyer_rate: Option<f64>,
    average_precision: Option<f64>,
    /// Precision among the highest tenth.
    precision_at_tenth: Option<f64>,
    /// Expected calibration error.
    calibration_error: Option<f64>,
    calibration: Vec<CalibrationView>,
    groups: Vec<GroupView>,
}

/// Lists the models
///
/// Models are trained and promoted on the command line. Assessments do not ask them: they take no part in flags, risk or priority.
#[utoipa::path(
    get, path = "/api/v1/models", tag = "Method",
    params(("lang" = Option<String>, Query, description = "The language of the answer; without it `Accept-Language` chooses", pattern = "^(en|es)$")),
    responses(
        (status = 200, description = "The models", body = ModelList),
        (status = 304, description = "The list is the one that `If-None-Match` names"),
        (status = 400, description = "A parameter is unknown, repeated or invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn list_models(
    State(state): State<AppState>,
    asked: Asked,
) -> Result<Response, Problem> {
    Parameters::read(&asked.query, LANGUAGE_ONLY)?;
    state
        .answer_from_files(asked, |data, language| {
            let shelf = Shelf::of(data);
            let mut items = Vec::new();
            for name in shelf.names().map_err(|error| unreadable(&error))? {
                match shelf.show(&name) {
                    Ok(kept) => items.extend(kept.map(|kept| item(&kept, language))),
                    Err(error) => tracing::error!(%error, name, "a model cannot be read"),
                }
            }
            Ok(ModelList { items })
        })
        .await
}

/// Shows the card of a model
///
/// What it is for and not for, what it learned from, what it reached on contracts signed later, by group too, and what the gate says.
#[utoipa::path(
    get, path = "/api/v1/models/{id}", tag = "Method",
    params(
        ("id" = String, Path, description = "The model's name", example = "likely-delay"),
        ("lang" = Option<String>, Query, description = "The language of the answer; without it `Accept-Language` chooses", pattern = "^(en|es)$"),
    ),
    responses(
        (status = 200, description = "The card", body = ModelCard),
        (status = 304, description = "The card is the one that `If-None-Match` names"),
        (status = 400, description = "A parameter is unknown, repeated or invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 404, description = "No such model", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn show_model(
    State(state): State<AppState>,
    Path(id): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    Parameters::read(&asked.query, LANGUAGE_ONLY)?;
    state
        .answer_from_files(asked, move |data, language| {
            let kept = if shelf::is_name(&id) {
                Shelf::of(data)
                    .show(&id)
                    .map_err(|error| unreadable(&error))?
            } else {
                None
            };
            kept.map(|kept| card(&kept, language)).ok_or_else(|| {
                let id = shortened(&id);
                Problem::new(
                    ProblemKind::NotFound,
                    format!("no model `{id}`; they are listed at `/api/v1/models`"),
                    format!("no existe el modelo `{id}`; están en `/api/v1/models`"),
                )
            })
        })
        .await
}

fn unreadable(error: &Error) -> Problem {
    tracing::error!(%error, "a model cannot be read");
    Problem::internal()
}

fn words(said: &Said, language: Language) -> String {
    match language {
        Language::English => said.en.clone(),
        Language::Spanish => said.es.clone(),
    }
}

fn item(kept: &Kept, language: Language) -> ModelItem {
    let reasons = kept.verdict.reasons.iter();
    ModelItem {
        id: kept.card.name.clone(),
        href: format!("/api/v1/models/{}", kept.card.name),
        state: kept.state.code(),
        purpose: words(&kept.card.purpose, language),
        auc: kept.card.holdout.auc.map(|auc| AucView {
            value: auc.value,
            low: auc.low,
            high: auc.high,
        }),
        reasons: reasons.map(|reason| words(reason, language)).collect(),
    }
}

fn card(kept: &Kept, language: Language) -> ModelCard {
    let (card, holdout) = (&kept.card, &kept.card.holdout);
    ModelCard {
        item: item(kept, language),
        not_for: words(&card.not_for, language),
        limits: words(&card.limits, language),
        learner: match card.learner {
            Learner::Logistic(_) => "logistic",
            Learner::Forest(_) => "forest",
        },
        features: card.features.clone(),
        split: words(&card.split, language),
        learned_until: card.learned_until.clone(),
        rows: card.rows,
        base_rate: card.base_rate,
        seed: card.seed,
        data_fingerprint: card.data_fingerprint.clone(),
        weights_fingerprint: card.weights_fingerprint.clone(),
        holdout_rows: holdout.rows,
        holdout_base_rate: holdout.base_rate,
        auc_of_value: holdout.auc_of_value,
        auc_of_buyer_rate: holdout.auc_of_buyer_rate,
        average_precision: holdout.average_precision,
        precision_at_tenth: holdout.precision_at_tenth,
        calibration_error: holdout.calibration_error,
        calibration: holdout
            .calibration
            .iter()
            .map(|bin| CalibrationView {
                rows: bin.rows,
                expected: bin.expected,
                observed: bin.observed,
            })
            .collect(),
        groups: holdout
            .groups
            .iter()
            .map(|group| GroupView {
                dimension: group.dimension.clone(),
                value: group.value.clone(),
                rows_at_top: group.rows_at_top,
                precision: group.precision,
                base_rate: group.base_rate,
            })
            .collect(),
    }
}
