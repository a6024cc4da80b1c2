//! `/api/notifications/`: only the platform makes them.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use app::notifications::{
    self,
    objects::{Notification, Unread},
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
        Endpoint::of(list_notifications, __path_list_notifications),
        Endpoint::of(view_notification, __path_view_notification),
        Endpoint::of(mark_read, __path_mark_read),
        Endpoint::of(mark_all_read, __path_mark_all_read),
        Endpoint::of(count_unread, __path_count_unread),
    ]
}

/// One's notifications, newest first.
#[utoipa::path(
    get, path = "/api/notifications/", tag = "notifications",
    params(
        ("page" = Option<u32>, Query), ("page_size" = Option<u32>, Query),
        ("is_read" = Option<bool>, Query),
    ),
    responses((status = 200, description = "One's own", body = Paged<Notification>)),
)]
async fn list_notifications(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    mut query: Query,
) -> Result<HttpResponse> {
    let (page, is_read) = (query.page(), query.flag("is_read"));
    query.check()?;
    let list = notifications::list_notifications(&state.app, &caller.call(), is_read, page).await?;
    Ok(HttpResponse::Ok().json(Paged::of(&request, list)))
}

/// A notification.
#[utoipa::path(
    get, path = "/api/notifications/{id}/", tag = "notifications", params(("id" = i64, Path)),
    responses((status = 200, description = "One's own", body = Notification)),
)]
async fn view_notification(state: Data<State>, caller: Caller, id: Id) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(notifications::view_notification(&state.app, &caller.call(), id.0).await?))
}

/// Marks a notification as read.
#[utoipa::path(
    post, path = "/api/notifications/{id}/mark_read/", tag = "notifications", params(("id" = i64, Path)),
    responses((status = 200, description = "Read, now or before", body = Notification)),
)]
async fn mark_read(state: Data<State>, caller: Caller, id: Id, input: Input) -> Result<HttpResponse> {
    let call = caller.call();
    behind_ownership(input.read::<Nothing>(), notifications::view_notification(&state.app, &call, id.0))
        .await?;
    Ok(HttpResponse::Ok().json(notifications::mark_read(&state.app, &call, id.0).await?))
}

/// Marks all of one's notifications as read.
#[utoipa::path(
    post, path = "/api/notifications/mark_all_read/", tag = "notifications",
    responses((status = 200, description = "How many came meanwhile", body = Unread)),
)]
async fn mark_all_read(state: Data<State>, caller: Caller, input: Input) -> Result<HttpResponse> {
    input.read::<Nothing>()?;
    Ok(HttpResponse::Ok().json(notifications::mark_all_read(&state.app, &caller.call()).await?))
}

/// How many of one's notifications are not read.
#[utoipa::path(
    get, path = "/api/notifications/unread_count/", tag = "notifications",
    responses((status = 200, description = "Counted now", body = Unread)),
)]
async fn count_unread(state: Data<State>, caller: Caller) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(notifications::count_unread(&state.app, &caller.call()).await?))
}
