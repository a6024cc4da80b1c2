//! `/api/users/`: accounts.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use app::users::{
    self,
    objects::{Export, User},
};

use crate::{
    auth::Caller,
    endpoints::Endpoint,
    errors::Result,
    input::{Input, Nothing, behind_ownership},
    lists::Paged,
    query::{Id, Query},
    service::State,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of(list_users, __path_list_users),
        Endpoint::of(view_user, __path_view_user),
        Endpoint::of(export_user, __path_export_user),
        Endpoint::of(anonymise_user, __path_anonymise_user),
    ]
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
    let (page, search) = (query.page(), query.text("search"));
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

/// Everything that is known of oneself, as of one moment.
#[utoipa::path(
    get, path = "/api/users/me/export/", tag = "users",
    responses((status = 200, description = "One's data; numbers of documents and accounts are masked", body = Export)),
)]
async fn export_user(state: Data<State>, caller: Caller) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(users::export_user(&state.app, &caller.call()).await?))
}

/// Makes a person anonymous and disables the account; what the books say of money stays.
#[utoipa::path(
    post, path = "/api/users/{id}/anonymise/", tag = "users", params(("id" = i64, Path)),
    responses(
        (status = 200, description = "The account as it is now", body = User),
        (status = 409, description = "Money of theirs is under way"),
    ),
)]
async fn anonymise_user(state: Data<State>, caller: Caller, id: Id, input: Input) -> Result<HttpResponse> {
    let call = caller.call();
    let seen = users::check_anonymise(&state.app, &call, id.0);
    behind_ownership(input.read::<Nothing>(), seen).await?;
    Ok(HttpResponse::Ok().json(users::anonymise_user(&state.app, &call, id.0).await?))
}
