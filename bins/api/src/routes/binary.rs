//! `/api/binary/`.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use app::{
    auth::objects::Message,
    binary::{
        self, CheckedPairs,
        objects::{Earning, Node, Pair, TreeNode},
    },
    wallet::objects::Explanation,
};

use crate::{
    auth::Caller,
    endpoints::Endpoint,
    errors::Result,
    input::{Input, Nothing},
    lists::Paged,
    query::{Id, Query},
    service::State,
};

/// Levels below oneself that can be asked for.
const DEEPEST: i64 = 6;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::of(list_nodes, __path_list_nodes),
        Endpoint::of(view_node, __path_view_node),
        Endpoint::of(view_my_tree, __path_view_my_tree),
        Endpoint::of(list_pairs, __path_list_pairs),
        Endpoint::of(view_pair, __path_view_pair),
        Endpoint::of(explain_pair, __path_explain_pair),
        Endpoint::of(check_pairs, __path_check_pairs),
        Endpoint::of(list_earnings, __path_list_earnings),
        Endpoint::of(view_earning, __path_view_earning),
    ]
}

/// Places in the trees, newest first.
#[utoipa::path(
    get, path = "/api/binary/nodes/", tag = "binary",
    params(("page" = Option<u32>, Query), ("page_size" = Option<u32>, Query)),
    responses((status = 200, description = "One's own; everyone's for an admin", body = Paged<Node>)),
)]
async fn list_nodes(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    mut query: Query,
) -> Result<HttpResponse> {
    let page = query.page();
    query.check()?;
    let list = binary::list_nodes(&state.app, &caller.call(), page).await?;
    Ok(HttpResponse::Ok().json(Paged::of(&request, list)))
}

/// A place in a tree.
#[utoipa::path(
    get, path = "/api/binary/nodes/{id}/", tag = "binary", params(("id" = i64, Path)),
    responses((status = 200, description = "The place", body = Node)),
)]
async fn view_node(state: Data<State>, caller: Caller, id: Id) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(binary::view_node(&state.app, &caller.call(), id.0).await?))
}

/// One's own place with those below it; waits shortly for one's own joining.
#[utoipa::path(
    get, path = "/api/binary/nodes/my_tree/", tag = "binary",
    params(("depth" = Option<u32>, Query, minimum = 0, maximum = 6, description = "Levels below; 0 if left out")),
    responses(
        (status = 200, description = "The place", body = TreeNode),
        (status = 404, description = "One has none", body = Message),
    ),
)]
async fn view_my_tree(state: Data<State>, caller: Caller, mut query: Query) -> Result<HttpResponse> {
    let depth = query.number("depth", 0, DEEPEST);
    query.check()?;
    Ok(HttpResponse::Ok().json(binary::view_my_tree(&state.app, &caller.call(), depth).await?))
}

/// Pairs, newest first, flushed ones too.
#[utoipa::path(
    get, path = "/api/binary/pairs/", tag = "binary",
    params(("page" = Option<u32>, Query), ("page_size" = Option<u32>, Query)),
    responses((status = 200, description = "One's own; everyone's for an admin", body = Paged<Pair>)),
)]
async fn list_pairs(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    mut query: Query,
) -> Result<HttpResponse> {
    let page = query.page();
    query.check()?;
    let list = binary::list_pairs(&state.app, &caller.call(), page).await?;
    Ok(HttpResponse::Ok().json(Paged::of(&request, list)))
}

/// A pair.
#[utoipa::path(
    get, path = "/api/binary/pairs/{id}/", tag = "binary", params(("id" = i64, Path)),
    responses((status = 200, description = "The pair", body = Pair)),
)]
async fn view_pair(state: Data<State>, caller: Caller, id: Id) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(binary::view_pair(&state.app, &caller.call(), id.0).await?))
}

/// How a pair and its earning came about.
#[utoipa::path(
    get, path = "/api/binary/pairs/{id}/why/", tag = "binary", params(("id" = i64, Path)),
    responses((status = 200, description = "In sentences, and as data", body = Explanation)),
)]
async fn explain_pair(state: Data<State>, caller: Caller, id: Id) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(binary::explain_pair(&state.app, &caller.call(), id.0).await?))
}

/// Looks for pairs that formed since the last call; waits shortly for what is under way.
#[utoipa::path(
    post, path = "/api/binary/pairs/check_pairs/", tag = "binary",
    responses(
        (status = 201, description = "The newest; all count as shown now", body = Pair),
        (status = 200, description = "Why there is none", body = Message),
    ),
)]
async fn check_pairs(state: Data<State>, caller: Caller, input: Input) -> Result<HttpResponse> {
    input.read::<Nothing>()?;
    Ok(match binary::check_pairs(&state.app, &caller.call()).await? {
        CheckedPairs::Formed(pair) => HttpResponse::Created().json(pair),
        CheckedPairs::Nothing(message) => HttpResponse::Ok().json(Message { message }),
    })
}

/// What pairs earned, newest first.
#[utoipa::path(
    get, path = "/api/binary/earnings/", tag = "binary",
    params(("page" = Option<u32>, Query), ("page_size" = Option<u32>, Query)),
    responses((status = 200, description = "One's own; everyone's for an admin", body = Paged<Earning>)),
)]
async fn list_earnings(
    state: Data<State>,
    caller: Caller,
    request: HttpRequest,
    mut query: Query,
) -> Result<HttpResponse> {
    let page = query.page();
    query.check()?;
    let list = binary::list_earnings(&state.app, &caller.call(), page).await?;
    Ok(HttpResponse::Ok().json(Paged::of(&request, list)))
}

/// What a pair earned.
#[utoipa::path(
    get, path = "/api/binary/earnings/{id}/", tag = "binary", params(("id" = i64, Path)),
    responses((status = 200, description = "The earning", body = Earning)),
)]
async fn view_earning(state: Data<State>, caller: Caller, id: Id) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(binary::view_earning(&state.app, &caller.call(), id.0).await?))
}
