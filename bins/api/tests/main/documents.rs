//! The pages under `docs/` that are made from the code. `UPDATE_DOCUMENTS=1` writes them anew.

use std::{fmt::Write as _, path::Path};

use api::{
    openapi,
    permissions::{TABLE, WITHOUT_SECOND_FACTOR, Who},
    routes,
};

/// Compares a page with what the code says, or writes it.
fn check(name: &str, current: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    if std::env::var_os("UPDATE_DOCUMENTS").is_some() {
        std::fs::write(&path, current).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == current,
        "docs/{name} is not what the code says: UPDATE_DOCUMENTS=1 cargo test -p api documents"
    );
}

#[test]
fn the_openapi_document_is_the_one_that_is_kept() {
    let mut document = openapi::document(&routes::all()).to_pretty_json().unwrap();
    document.push('\n');
    check("openapi.json", &document);
}

#[test]
fn the_page_of_permissions_is_the_table() {
    let mut page = String::from(PERMISSIONS);
    for (method, path, who) in TABLE {
        writeln!(page, "| {method} | `{path}` | {} |", word(*who)).unwrap();
    }
    page.push_str(SECOND_FACTOR);
    for path in WITHOUT_SECOND_FACTOR {
        writeln!(page, "- `{path}`").unwrap();
    }
    check("PERMISSIONS.md", &page);
}

const PERMISSIONS: &str = "\
# Who may call what

Made from the table in `bins/api/src/permissions.rs`, which the checks of every request use; a test walks each route with
each role. **Anyone** needs no token. A **monitor** calls from an address of `METRICS_ALLOWED_ADDRESSES`. A **member** is whoever is
logged in: which rows they see is decided by the use-case, and another's is not found (404). **Staff** are staff and admins,
**admins** are admins and superusers, **superusers** themselves alone. Whoever is not allowed gets 403; nobody decides about anything of their own.

| method | route | who |
|---|---|---|
";

const SECOND_FACTOR: &str = "
Where a second factor is asked of staff (`STAFF_TOTP=required`), these are open to them before they have shown it:

";

fn word(who: Who) -> &'static str {
    match who {
        Who::Anyone => "anyone",
        Who::Monitor => "monitor",
        Who::Member => "member",
        Who::Staff => "staff",
        Who::Admin => "admin",
        Who::Superuser => "superuser",
    }
}
