//! `/api/audit/`: who of the staff did what.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use app::audit::{self, AuditFilter, objects::AuditEntry};

use crate::{auth::Caller, endpoints::Endpoint, errors::Result, lists::Paged, query::Query, service::State};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of(list_audit, __path_list_audit)]
}

/// What staff, admins and operators did, newest first.
#[utoipa::path(
    get, path = "/api/audit/", tag = "audit",
    params(
        ("page" = Option<u32>, Query), ("page_size" = Option<u32>, Query),
        ("actor" = Option<i64>, Query, description = "Who did it"),
        ("action" = Option<String>, Query), ("subject" = Option<i64>, Query, description = "On whom"),
        ("start_date" = Option<String>, Query, format = Date), ("end_date" = Option<String>, Query, format = Date),
    ),
    responses((status = 200, description = "Everything that was done", body = Paged<AuditEntry>)),
)]
async fn list_audit(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    mut query: Query,
) -> Result<HttpResponse> {
    let page = query.page();
    let filter = AuditFilter {
        actor: query.id("actor"),
        action: query.choice("action"),
        subject: query.id("subject"),
        start_date: query.date("start_date"),
        end_date: query.date("end_date"),
    };
    query.check()?;
    let list = audit::list_audit(&state.app, &caller.call(), filter, page).await?;
    Ok(HttpResponse::Ok().json(Paged::of(&request, list)))
}
