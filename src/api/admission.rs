//! Who is let in: finds out once who asks, whether they may, and not too often.
//!
//! The key is looked up off the async threads and remembered for [`REMEMBERED_MS`]: that long a key that was revoked by another process is still
//! accepted. What this process revokes is forgotten at once.

use std::{
    collections::HashMap,
    convert::Infallible,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State},
    http::{HeaderMap, HeaderValue, Method, header, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::{
    clock::now_ms,
    permissions::{Declared, Need, declared},
    problem::{Problem, ProblemKind, method_not_allowed},
};
use crate::{
    access::{
        self, Caller, Capability, Settings,
        keys::{self, Presented},
        rates::Rates,
    },
    database::Database,
};

/// How long a key is remembered before it is looked up again, in ms.
const REMEMBERED_MS: i64 = 5_000;
/// Keys that are remembered before all are forgotten.
const REMEMBERED_KEYS: usize = 1_024;
/// How long a browser may remember which pages may ask, in seconds.
const PREFLIGHT_SECONDS: u64 = 600;

/// What decides who is let in.
#[derive(Debug)]
pub(super) struct Admission {
    settings: Settings,
    database: Database,
    addresses: Rates<IpAddr>,
    keys: Rates<String>,
    remembered: Mutex<HashMap<[u8; 32], (Caller, i64)>>,
}

impl Admission {
    pub(super) fn new(settings: Settings, database: Database) -> Self {
        Self {
            addresses: Rates::new(settings.address_rate),
            keys: Rates::new(settings.key_rate),
            settings,
            database,
            remembered: Mutex::default(),
        }
    }

    /// Forgets every key: what was changed about them holds from now on.
    pub(super) fn forget_keys(&self) {
        self.remembered().clear();
    }

    fn remembered(&self) -> std::sync::MutexGuard<'_, HashMap<[u8; 32], (Caller, i64)>> {
        // Whatever panicked while holding it left whole entries behind.
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    async fn admitted(self: &Arc<Self>, request: &Parts) -> Result<Caller, Problem> {
        let now_ms = now_ms();
        let path = request.extensions.get::<MatchedPath>();
        let need = match path.map(|path| declared(&request.method, path.as_str())) {
            // Nothing is served there; who may not read is not told so.
            None => Need::One(Capability::ReadPublic),
            Some(Declared::Takes(need)) => need,
            Some(Declared::OtherMethods(methods)) => {
                return Err(method_not_allowed(request.uri.path()).allow(methods));
            }
            Some(Declared::Nothing) => {
                tracing::error!(http.path = ?path, http.method = %request.method, "nobody declared what a route takes");
                return Err(Problem::internal());
            }
        };
        let Need::One(capability) = need else {
            return Ok(self.without_key());
        };
        let caller = self.caller(request, now_ms).await?;
        if caller.can(capability) {
            Ok(caller)
        } else if caller.is_known() {
            Err(forbidden(capability))
        } else {
            Err(key_needed())
        }
    }

    fn without_key(&self) -> Caller {
        if self.settings.public_reader {
            Caller::public()
        } else {
            Caller::nobody()
        }
    }

    /// Whoever asks. A key that does not hold is refused and not taken for no key: its owner would wonder at what they are not shown.
    async fn caller(self: &Arc<Self>, request: &Parts, now_ms: i64) -> Result<Caller, Problem> {
        let Some(given) = request.headers.get(header::AUTHORIZATION) else {
            self.bounded_by_address(request, now_ms)?;
            return Ok(self.without_key());
        };
        let presented = bearer(given).and_then(Presented::read);
        let known = presented.as_ref().and_then(|presented| {
            let remembered = self.remembered();
            let (caller, until_ms) = remembered.get(&presented.remembered_as())?;
            (now_ms < *until_ms).then(|| caller.clone())
        });
        let caller = match (known, presented) {
            (Some(caller), _) => caller,
            (None, presented) => {
                // Whoever tries keys does so at the rate of their address.
                self.bounded_by_address(request, now_ms)?;
                let presented = presented.ok_or_else(key_refused)?;
                self.looked_up(presented, now_ms).await?
            }
        };
        let key = caller.key_id.clone().unwrap_or_default();
        self.keys.take(key, now_ms).map_err(too_many)?;
        Ok(caller)
    }

    async fn looked_up(
        self: &Arc<Self>,
        presented: Presented,
        now_ms: i64,
    ) -> Result<Caller, Problem> {
        let remembered_as = presented.remembered_as();
        let database = self.database.clone();
        let work = tokio::task::spawn_blocking(move || look_up(&database, &presented, now_ms));
        let found = work.await.map_err(|_| Problem::internal())??;
        let caller = found.ok_or_else(key_refused)?;
        let mut remembered = self.remembered();
        if remembered.len() >= REMEMBERED_KEYS {
            remembered.clear();
        }
        remembered.insert(remembered_as, (caller.clone(), now_ms + REMEMBERED_MS));
        Ok(caller)
    }

    fn bounded_by_address(&self, request: &Parts, now_ms: i64) -> Result<(), Problem> {
        let Some(ConnectInfo(peer)) = request.extensions.get::<ConnectInfo<SocketAddr>>() else {
            return Ok(()); // from this very program
        };
        let address = self.client(peer.ip().to_canonical(), &request.headers);
        self.addresses.take(site(address), now_ms).map_err(too_many)
    }

    /// The client's address: the peer's, or, behind trusted proxies, the last one that none of them vouches for.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let is_trusted = |address: &IpAddr| {
            let proxies = &self.settings.trusted_proxies;
            proxies.iter().any(|network| network.contains(address))
        };
        let mut client = peer;
        let said: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .collect();
        for address in said.into_iter().rev() {
            if !is_trusted(&client) {
                break;
            }
            match address.trim().parse::<IpAddr>() {
                Ok(address) => client = address.to_canonical(),
                Err(_) => break,
            }
        }
        client
    }
}

fn look_up(
    database: &Database,
    presented: &Presented,
    now_ms: i64,
) -> Result<Option<Caller>, access::Error> {
    let key =
        database.read::<_, access::Error>(|session| keys::find(session, presented, now_ms))?;
    let Some(key) = key else {
        return Ok(None);
    };
    if key.use_is_due(now_ms) {
        let recorded =
            database.write::<_, access::Error>(|session| keys::used(session, &key.id, now_ms));
        if let Err(error) = recorded {
            // Whoever may read may do so also while nothing can be written.
            tracing::warn!(%error, "the use of a key was not recorded");
        }
    }
    Ok(Some(key.caller()))
}

/// What one site may call its own: a whole address of version 4, and the 64 bits of version 6 that one site is given.
fn site(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            IpAddr::V6(Ipv6Addr::from(u128::from(address) & !u128::from(u64::MAX)))
        }
    }
}

fn bearer(header: &HeaderValue) -> Option<&str> {
    let (scheme, key) = header.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

fn key_needed() -> Problem {
    Problem::new(
        ProblemKind::Unauthorized,
        "this takes a key; send it as `Authorization: Bearer veedor_…`, and ask an administrator for one",
        "esto requiere una clave; envíela como `Authorization: Bearer veedor_…`, y pídala a quien administra",
    )
}

fn key_refused() -> Problem {
    Problem::new(
        ProblemKind::Unauthorized,
        "the key is not one that is in force; check that it is whole, or ask an administrator for another",
        "la clave no está vigente; revise que esté completa, o pida otra a quien administra",
    )
}

fn forbidden(capability: Capability) -> Problem {
    let name = capability.name();
    Problem::new(
        ProblemKind::Forbidden,
        format!(
            "this takes the capability `{name}`, which your key does not have; ask an administrator"
        ),
        format!(
            "esto requiere la capacidad `{name}`, que su clave no tiene; consulte a quien administra"
        ),
    )
}

fn too_many(wait_ms: i64) -> Problem {
    let seconds = wait_ms.div_euclid(1000) + 1;
    Problem::new(
        ProblemKind::TooManyRequests,
        format!("you ask more often than is allowed; ask again in {seconds} s"),
        format!("consulta con más frecuencia de la permitida; consulte de nuevo en {seconds} s"),
    )
    .retry_after(seconds)
}

impl From<access::Error> for Problem {
    fn from(error: access::Error) -> Self {
        match error {
            access::Error::Database(error) => error.into(),
            access::Error::Damaged { .. } | access::Error::NoRandomness(_) => {
                tracing::error!(%error, "access could not be decided");
                Self::internal()
            }
            access::Error::NoSuchKey(_) | access::Error::NotSuppressed(_) => {
                let said = error.to_string();
                Self::new(ProblemKind::NotFound, said.clone(), said)
            }
            _ => {
                let said = error.to_string();
                Self::new(ProblemKind::InvalidParameter, said.clone(), said)
            }
        }
    }
}

/// Whoever asks, as admission found. A request that did not pass it is taken for one of the public, who may do least.
impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let caller = parts.extensions.get::<Self>();
        Ok(caller.cloned().unwrap_or_else(Self::nobody))
    }
}

async fn admit(State(admission): State<Arc<Admission>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    match admission.admitted(&parts).await {
        Ok(caller) => {
            parts.extensions.insert(caller);
            next.run(Request::from_parts(parts, body)).await
        }
        Err(problem) => problem.into_response(),
    }
}

/// Puts admission around every route, and around it what browsers ask before they ask.
pub(super) fn around(routes: Router, admission: Arc<Admission>) -> Router {
    let origins: Vec<HeaderValue> = admission
        .settings
        .allowed_origins
        .iter()
        .filter_map(|origin| HeaderValue::from_str(origin).ok())
        .collect();
    let admitted = routes.layer(middleware::from_fn_with_state(admission, admit));
    if origins.is_empty() {
        return admitted;
    }
    let methods = [
        Method::GET,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
    ];
    let headers = [
        header::AUTHORIZATION,
        header::CONTENT_TYPE,
        header::IF_MATCH,
        header::IF_NONE_MATCH,
        header::ACCEPT_LANGUAGE,
    ];
    admitted.layer(
        CorsLayer::new()
            .allow_origin(AllowOrigin::list(origins))
            .allow_methods(methods)
            .allow_headers(headers)
            .expose_headers([header::ETAG, header::RETRY_AFTER, header::LOCATION])
            .max_age(std::time::Duration::from_secs(PREFLIGHT_SECONDS)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let directory = tempfile::tempdir().unwrap();
        let database = Database::unchanged_sqlite(&directory.path().join("veedor.db"));
        let settings = Settings {
            trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
            ..Settings::default()
        };
        let admission = Admission::new(settings, database);
        let check = |peer: &str, said: &str, expected: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", HeaderValue::from_str(said).unwrap());
            let client = admission.client(peer.parse().unwrap(), &headers);
            assert_eq!(client, expected.parse::<IpAddr>().unwrap(), "{peer} {said}");
        };
        check("192.0.2.1", "203.0.113.9", "192.0.2.1");
        check("10.0.0.1", "203.0.113.9", "203.0.113.9");
        check(
            "10.0.0.1",
            "198.51.100.7, 203.0.113.9, 10.0.0.2",
            "203.0.113.9",
        );
        check("10.0.0.1", "nonsense", "10.0.0.1");
    }

    #[test]
    fn one_site_of_version_6_is_one_client() {
        let site = |address: &str| site(address.parse().unwrap());
        assert_eq!(site("2001:db8::1"), site("2001:db8::ffff:1"));
        assert_ne!(site("2001:db8::1"), site("2001:db8:0:1::1"));
        assert_ne!(site("192.0.2.1"), site("192.0.2.2"));
    }
}
