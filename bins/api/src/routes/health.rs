//! `/health/`: whether this process lives, and whether it can serve.

use actix_web::{
    HttpResponse,
    http::header,
    web::{self, Data},
};
use infra::outbox;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{endpoints::Endpoint, service::State};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of(live, __path_live), Endpoint::of(ready, __path_ready)]
}

/// That the process lives.
#[derive(Serialize, ToSchema)]
struct Health {
    /// `ok`.
    status: &'static str,
}

/// What keeps the process from serving.
#[derive(Serialize, ToSchema)]
struct NotReady {
    /// For people.
    detail: String,
    /// `not_ready`.
    code: &'static str,
    /// The parts that fail: `database`, `schema`, `tasks`, `matcher`, `tree`.
    failing: Vec<&'static str>,
}

/// That this process answers.
#[utoipa::path(
    get, path = "/health/", tag = "health",
    responses((status = 200, description = "It does", body = Health)),
)]
async fn live() -> HttpResponse {
    HttpResponse::Ok().json(Health { status: "ok" })
}

/// That every part this process needs answers.
#[utoipa::path(
    get, path = "/health/ready/", tag = "health",
    responses(
        (status = 200, description = "All do", body = Health),
        (status = 503, description = "Some do not", body = NotReady),
    ),
)]
async fn ready(state: Data<State>) -> HttpResponse {
    let mut failing = Vec::new();
    if let Err(error) = check_database(&state, &mut failing).await {
        tracing::warn!(%error, "the database does not answer");
        failing = vec!["database"];
    }
    if failing.is_empty() {
        return HttpResponse::Ok().json(Health { status: "ok" });
    }
    let detail = format!("Not ready: {}.", failing.join(", "));
    HttpResponse::ServiceUnavailable().insert_header((header::RETRY_AFTER, "1")).json(NotReady {
        detail,
        code: "not_ready",
        failing,
    })
}

async fn check_database(state: &Data<State>, failing: &mut Vec<&'static str>) -> app::Result<()> {
    let now = state.app.clock.now();
    let tasks = state.app.db.read(move |reader| Ok::<_, app::Error>(outbox::standing(reader, now)?)).await?;
    if tasks.given_up > 0 {
        failing.push("tasks");
    }
    let matcher = app::tree::matcher_health(&state.app).await?;
    if !matcher.is_ready() {
        failing.push("matcher");
    }
    if !matcher.loaded {
        failing.push("tree");
    }
    if !is_schema_current(state).await? {
        failing.push("schema");
    }
    Ok(())
}

/// Once current, the schema stays so for this binary.
async fn is_schema_current(state: &Data<State>) -> app::Result<bool> {
    if state.is_schema_seen_current() {
        return Ok(true);
    }
    let address = state.app.db.address().clone();
    let pending =
        web::block(move || infra::db::pending_migrations(&address)).await.map_err(app::Error::internal)??;
    state.set_schema_seen_current(pending.is_empty());
    Ok(pending.is_empty())
}
