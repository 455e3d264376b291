//! Why a case was not changed, as problem documents in both languages.

use super::problem::{Problem, ProblemKind, shortened};
use crate::casework::Error;

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let english = error.to_string();
        match error {
            Error::Store(error) => error.into(),
            Error::Database(error) => error.into(),
            Error::Delivery(error) => {
                tracing::error!(%error, "a change could not be told of");
                Self::internal()
            }
            Error::Access(error) => {
                tracing::error!(%error, "a change could not be written to the audit trail");
                Self::internal()
            }
            Error::NoAlert(id) => Self::new(
                ProblemKind::NotFound,
                english,
                format!("no hay ninguna alerta `{}`", shortened(&id)),
            ),
            Error::Changed { alert_id, expected, current } => Self::new(
                ProblemKind::VersionChanged,
                english,
                format!(
                    "el caso de la alerta `{}` está en la versión {current} y no en la {expected}; léalo de nuevo y decida otra vez",
                    shortened(&alert_id)
                ),
            ),
            Error::IllegalMove { from, to } => Self::new(
                ProblemKind::IllegalMove,
                english,
                format!(
                    "un caso que está `{}` no puede pasar a `{}`; puede pasar a {}",
                    from.word(),
                    to.word(),
                    from.moves().iter().map(|state| format!("`{}`", state.word())).collect::<Vec<_>>().join(", ")
                ),
            )
            .accepted(from.moves().iter().map(|state| state.word().to_owned())),
            Error::Reason { to } => {
                let reasons = to.verdict().map_or(&[][..], |verdict| verdict.reasons());
                let words: Vec<String> = reasons.iter().map(|reason| reason.word().to_owned()).collect();
                Self::new(
                    ProblemKind::InvalidField,
                    english,
                    format!("`{}` necesita un motivo: {}", to.word(), words.join(", ")),
                )
                .parameter("reason")
                .accepted(words)
            }
            Error::Invalid { field, .. } => Self::new(
                ProblemKind::InvalidField,
                english,
                format!("el campo `{field}` no contiene lo que admite; vea la descripción de la ruta en `/docs`"),
            )
            .parameter(field),
            Error::NotYours => Self::new(
                ProblemKind::Forbidden,
                english,
                "solo quien supervisa asigna un caso a otra persona o se lo quita",
            ),
        }
    }
}
