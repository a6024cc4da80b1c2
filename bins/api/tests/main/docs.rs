//! The page of the document: whole, from this server alone. `tests/browser/docs.py` sees it working.

use actix_web::test::TestRequest;

use super::stage::on_stage;

#[test]
fn the_page_and_all_that_it_names_come_from_here() {
    on_stage(async |stage| {
        let get = async |path: &str| stage.send(TestRequest::with_uri(path)).await;
        let page = get("/api/docs/").await;
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
        assert_eq!(get("/api/docs").await.text, page.text);
        let policy = page.header("content-security-policy");
        assert!(policy.contains("script-src 'self';") && !policy.contains("unsafe"), "{policy}");
        let named: Vec<&str> =
            page.text.split(&['"', '\''][..]).filter(|text| text.starts_with("/api/")).collect();
        assert!(named.len() >= 4, "{named:?}");
        for path in named {
            let file = get(path).await;
            assert_eq!(file.status, 200, "{path}");
            assert!(path.ends_with('/') || file.header("cache-control").contains("max-age"), "{path}");
        }
        assert!(!page.text.contains("//"), "another host is named: {}", page.text);
        let script = get("/api/docs/swagger-ui-bundle.js").await;
        assert_eq!(
            (script.header("content-type"), script.header("content-encoding")),
            ("text/javascript", "gzip")
        );
        for other in ["nothing.js", "index.html", "swagger-initializer.js", "..%2Fpage.js", "%2e%2e"] {
            let reply = get(&format!("/api/docs/{other}")).await;
            assert_eq!((reply.status, reply.code()), (404, "not_found"), "{other}");
        }
    });
}
