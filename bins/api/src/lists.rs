//! Pages of lists on the wire.

use actix_web::HttpRequest;
use app::Listed;
use serde::Serialize;
use utoipa::ToSchema;

/// A page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Paged<T> {
    /// Rows in all.
    pub count: i64,
    /// The address of the next page.
    pub next: Option<String>,
    /// The address of the page before.
    pub previous: Option<String>,
    /// The rows of this page.
    pub results: Vec<T>,
}

impl<T> Paged<T> {
    /// The page, with the addresses of its neighbours as the caller reaches them.
    pub fn of(request: &HttpRequest, list: Listed<T>) -> Self {
        let page = list.page;
        let has_next = page.number.checked_mul(page.size).is_some_and(|shown| shown < list.count);
        let address = |number: i64| address(request, number);
        Self {
            count: list.count,
            next: has_next.then(|| address(page.number.saturating_add(1))),
            previous: (page.number > 1).then(|| address(page.number.saturating_sub(1))),
            results: list.results,
        }
    }
}

/// This request's address with another page; its other parameters stay as they were written.
fn address(request: &HttpRequest, page: i64) -> String {
    let others = request
        .query_string()
        .split('&')
        .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some("page"));
    let page = format!("page={page}");
    let query: Vec<&str> = others.chain([page.as_str()]).collect();
    format!("{}{}?{}", base_address(request), request.path(), query.join("&"))
}

/// The server's address as the caller reaches it, without a slash at the end.
pub fn base_address(request: &HttpRequest) -> String {
    let connection = request.connection_info();
    format!("{}://{}", connection.scheme(), connection.host())
}

/// Makes a link of a path on this server, one that works from where the caller is; what is blank stays so.
pub fn link(request: &HttpRequest, path: &mut String) {
    if path.starts_with('/') {
        path.insert_str(0, &base_address(request));
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use app::Page;

    use super::*;

    fn neighbours(uri: &str, number: i64, count: i64) -> (Option<String>, Option<String>) {
        let request = TestRequest::with_uri(uri).insert_header(("Host", "api.example.in")).to_http_request();
        let list = Listed { page: Page { number, size: 20 }, count, results: vec![(); 1] };
        let paged = Paged::of(&request, list);
        (paged.previous, paged.next)
    }

    #[test]
    fn neighbours_keep_host_and_parameters() {
        let at = |page: &str| Some(format!("http://api.example.in/api/payout/?status=pending&{page}"));
        assert_eq!(neighbours("/api/payout/?status=pending", 1, 20), (None, None));
        assert_eq!(neighbours("/api/payout/?status=pending", 1, 21), (None, at("page=2")));
        assert_eq!(neighbours("/api/payout/?page=2&status=pending", 2, 41), (at("page=1"), at("page=3")));
        assert_eq!(neighbours("/api/payout/?status=pending&page=2", 2, 40), (at("page=1"), None));
        let (_, next) = neighbours("/api/payout/?page_size=20&search=%C3%A9&page=1", 1, 21);
        let expected = "http://api.example.in/api/payout/?page_size=20&search=%C3%A9&page=2";
        assert_eq!(next.as_deref(), Some(expected));
    }
}
