//! `/api/users/`: accounts.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use app::users::{self, objects::User};

use crate::{
    auth::Caller,
    endpoints::Endpoint,
    errors::Result,
    lists::Paged,
    query::{Id, Query},
    service::State,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::of(list_users, __path_list_users), Endpoint::of(view_user, __path_view_user)]
}

/// Accounts, newest first.
#[utoipa::path(
    get, path = "/api/users/", tag = "users",
    params(
        ("page" = Option<u32>, Query), ("page_size" = Option<u32>, Query),
        ("search" = Option<String>, Query, description = "In names, e-mail, mobile and referral code"),
    ),
    responses((status = 200, description = "One's own; everyone's for an admin", body = Paged<User>)),
)]
async fn list_users(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    mut query: Query,
) -> Result<HttpResponse> {
    let (page, search) = (query.page(), query.text("search", 100));
    query.check()?;
    let list = users::list_users(&state.app, &caller.call(), search, page).await?;
    Ok(HttpResponse::Ok().json(Paged::of(&request, list)))
}

/// An account.
#[utoipa::path(
    get, path = "/api/users/{id}/", tag = "users", params(("id" = i64, Path)),
    responses((status = 200, description = "One's own; anyone's for an admin", body = User)),
)]
async fn view_user(state: Data<State>, caller: Caller, id: Id) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(users::view_user(&state.app, &caller.call(), id.0).await?))
}
