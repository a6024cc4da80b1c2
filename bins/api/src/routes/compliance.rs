//! `/api/compliance/`: the register of tax. Documents are to follow here.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use app::compliance::{self, objects::TdsRecord};

use crate::{
    auth::Caller,
    endpoints::Endpoint,
    errors::Result,
    lists::Paged,
    query::{Id, Query},
    service::State,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of(list_tds_records, __path_list_tds_records),
        Endpoint::of(view_tds_record, __path_view_tds_record),
    ]
}

/// Tax taken off payouts, newest first; tax that was given back is negative.
#[utoipa::path(
    get, path = "/api/compliance/tds/", tag = "compliance",
    params(("page" = Option<u32>, Query), ("page_size" = Option<u32>, Query)),
    responses((status = 200, description = "One's own; everyone's for an admin", body = Paged<TdsRecord>)),
)]
async fn list_tds_records(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    mut query: Query,
) -> Result<HttpResponse> {
    let page = query.page();
    query.check()?;
    let list = compliance::list_tds_records(&state.app, &caller.call(), page).await?;
    Ok(HttpResponse::Ok().json(Paged::of(&request, list)))
}

/// A row of the register.
#[utoipa::path(
    get, path = "/api/compliance/tds/{id}/", tag = "compliance", params(("id" = i64, Path)),
    responses((status = 200, description = "The row", body = TdsRecord)),
)]
async fn view_tds_record(state: Data<State>, caller: Caller, id: Id) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(compliance::view_tds_record(&state.app, &caller.call(), id.0).await?))
}
