//! `/health/`: whether this process lives, and whether it can serve.

use actix_web::{
    HttpResponse,
    http::header,
    web::{self, Data},
};
use chrono::TimeDelta;
use infra::outbox;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{endpoints::Endpoint, service::State};

/// Due for longer than this, a task is not on its way.
const LONGEST_TASK_LAG: TimeDelta = TimeDelta::seconds(60);

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
    /// The parts that fail: `database`, `redis`, `broker`, `schema`, `tasks`, `matcher`, `tree`.
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
    let (of_database, redis) = futures_util::join!(failing_of_database(&state), check_redis(&state));
    let mut failing = of_database.unwrap_or_else(|error| {
        tracing::warn!(%error, "the database does not answer");
        vec!["database"]
    });
    if let Err(error) = redis {
        tracing::warn!(%error, "Redis does not answer");
        failing.push("redis");
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

async fn check_redis(state: &State) -> infra::Result<()> {
    match &state.app.redis {
        Some(redis) => redis.ping().await,
        None => Ok(()),
    }
}

/// What the database shows to be failing.
async fn failing_of_database(state: &State) -> app::Result<Vec<&'static str>> {
    let mut failing = Vec::new();
    let now = state.app.clock.now();
    let tasks = state.app.db.read(move |reader| Ok::<_, app::Error>(outbox::standing(reader, now)?)).await?;
    let is_late = tasks.oldest_due.is_some_and(|due| now.since(due) > LONGEST_TASK_LAG);
    if tasks.given_up > 0 || (is_late && !state.has_broker) {
        failing.push("tasks");
    }
    // the API never speaks to the broker; what doesn't get through it, or through the workers, stays due
    if is_late && state.has_broker {
        failing.push("broker");
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
    Ok(failing)
}

/// Once current, the schema stays so for this binary.
async fn is_schema_current(state: &State) -> app::Result<bool> {
    if state.is_schema_seen_current() {
        return Ok(true);
    }
    let address = state.app.db.address().clone();
    let pending =
        web::block(move || infra::db::pending_migrations(&address)).await.map_err(app::Error::internal)??;
    state.set_schema_seen_current(pending.is_empty());
    Ok(pending.is_empty())
}
