//! Nominees: one each, named, changed and removed by their member, seen by staff.

use app::{
    App, Call, Error, Page,
    users::{self, Extent, NomineeInput},
};
use infra::{
    on_both,
    testing::{PNG, TestDb},
};
use wallet_rules::people::Relationship;

use crate::{
    fixture::{admin, code_of, member, platform},
    kyc::{media, staff},
};

on_both!(
    a_nominee_is_named_changed_and_removed,
    a_proof_is_sealed_and_masked,
    what_is_wrong_is_named_by_field,
    another_s_nominee_is_not_found,
    ten_at_once_are_one_nominee,
);

const FIRST_PAGE: Page = Page { number: 1, size: 20 };

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn input() -> NomineeInput {
    NomineeInput {
        full_name: text(" Meera Ñambiar 🌸 "),
        relationship: Some(Relationship::Daughter),
        date_of_birth: "2010-02-28".parse().ok(),
        mobile: text("+919000000401"),
        email: text("Meera@Example.IN"),
        pincode: text("682001"),
        id_proof_type: text("PAN"),
        id_proof_number: text("ABCPE1234F"),
        id_proof_document: Some(PNG.to_vec()),
        ..NomineeInput::default()
    }
}

async fn profile_knows(app: &App, who: &Call) -> bool {
    users::view_profile(app, who).await.expect("a profile").nominee_exists
}

async fn a_nominee_is_named_changed_and_removed(test: &TestDb) {
    let app = platform(test).await;
    let asha = member(test, &app, None);
    assert!(!profile_knows(&app, &asha).await);
    let nobody = users::change_nominee(&app, &asha, None, input(), Extent::Part).await;
    assert_eq!(code_of(nobody), "not found");
    let named = users::name_nominee(&app, &asha, input()).await.expect("it is taken");
    assert_eq!((named.full_name.as_str(), named.relationship), ("Meera Ñambiar 🌸", Relationship::Daughter));
    assert_eq!((named.mobile.as_str(), named.email.as_str()), ("9000000401", "meera@example.in"));
    assert!(profile_knows(&app, &asha).await);
    let opened = users::open_file(&app, named.id_proof_document.trim_start_matches("/media/")).await;
    assert_eq!(opened.expect("it opens").content_type, "image/png");

    // a part: what is not sent stays, blank empties
    let part = NomineeInput { city: text("Kochi"), mobile: text(""), ..NomineeInput::default() };
    let changed = users::change_nominee(&app, &asha, None, part, Extent::Part).await.expect("it changes");
    assert_eq!((changed.id, changed.city.as_str(), changed.mobile.as_str()), (named.id, "Kochi", ""));
    assert_eq!(
        (changed.email.as_str(), changed.id_proof_number.as_str()),
        ("meera@example.in", "ABCPE1234F")
    );
    // the whole: what is not sent is blank, but for the document, which no JSON could send along
    let whole = NomineeInput {
        full_name: text("Ravi"),
        relationship: Some(Relationship::Brother),
        ..NomineeInput::default()
    };
    let changed = users::change_nominee(&app, &asha, Some(named.id), whole.clone(), Extent::Whole).await;
    let changed = changed.expect("it changes");
    assert_eq!((changed.email.as_str(), changed.city.as_str(), changed.date_of_birth), ("", "", None));
    assert_ne!(changed.id_proof_document, "");
    // another document takes the place of the first, whose content goes
    let other = NomineeInput { id_proof_document: Some(PNG.to_vec()), ..NomineeInput::default() };
    users::change_nominee(&app, &asha, None, other, Extent::Part).await.expect("it changes");
    assert_eq!((media(test), test.number("SELECT COUNT(*) AS value FROM files")), (1, 1));
    // naming again replaces all of it
    let again = users::name_nominee(&app, &asha, whole).await.expect("it is taken");
    assert_eq!((again.id, again.id_proof_document.as_str()), (named.id, ""));
    assert_eq!((media(test), test.number("SELECT COUNT(*) AS value FROM files")), (0, 0));

    users::change_nominee(&app, &asha, None, input(), Extent::Part).await.expect("it changes");
    users::remove_nominee(&app, &asha, named.id).await.expect("it goes");
    assert_eq!(code_of(users::remove_nominee(&app, &asha, named.id).await), "not found");
    assert_eq!((media(test), test.number("SELECT COUNT(*) AS value FROM files")), (0, 0));
    assert!(!profile_knows(&app, &asha).await);
}

async fn a_proof_is_sealed_and_masked(test: &TestDb) {
    let app = platform(test).await;
    let (asha, boss) = (member(test, &app, None), staff(test, &app));
    let named = users::name_nominee(&app, &asha, input()).await.expect("it is taken");
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM nominees WHERE id_proof_sealed LIKE '%ABCPE%'"), 0);
    assert!(!format!("{named:?} {:?}", input()).contains("ABCPE"));
    let numbers = async |who: &Call| {
        let list = users::list_nominees(&app, who, FIRST_PAGE).await.expect("a list").results;
        let one = users::view_nominee(&app, who, named.id).await.expect("it is there");
        (list[0].id_proof_number.clone(), one.id_proof_number)
    };
    assert_eq!(numbers(&asha).await, ("ABCPE1234F".to_owned(), "ABCPE1234F".to_owned()));
    assert_eq!(numbers(&boss).await, ("XXXXXX234F".to_owned(), "ABCPE1234F".to_owned()));
    // an Aadhaar number is never kept whole, whatever it is called
    for (kind, number) in [("Aadhaar", "2341 2341 2346"), ("something", "234123412346")] {
        let aadhaar = NomineeInput { id_proof_type: text(kind), id_proof_number: text(number), ..input() };
        let shown = users::name_nominee(&app, &asha, aadhaar).await.expect("it is taken");
        assert_eq!(shown.id_proof_number, "XXXXXXXX2346", "{kind}");
        assert_eq!(numbers(&boss).await.1, "XXXXXXXX2346", "{kind}");
    }
    // what is shown may be sent back
    let part = |number: &str| NomineeInput { id_proof_number: text(number), ..NomineeInput::default() };
    let aadhaar = NomineeInput { id_proof_type: text("aadhaar card"), ..part("XXXXXXXX2346") };
    users::change_nominee(&app, &asha, None, aadhaar, Extent::Part).await.expect("it is no change");
    for wrong in ["234123412345", "XXXXXXXX23461", "ABC"] {
        let refused = users::change_nominee(&app, &asha, None, part(wrong), Extent::Part).await;
        assert_eq!(code_of(refused), "id_proof_number", "{wrong}");
    }
}

async fn what_is_wrong_is_named_by_field(test: &TestDb) {
    let app = platform(test).await;
    let asha = member(test, &app, None);
    let fields = |outcome: app::Result<users::objects::Nominee>| match outcome.expect_err("it is wrong") {
        Error::Invalid(fields) => fields.into_keys().collect::<Vec<_>>().join(" "),
        other => panic!("{other}"),
    };
    let nothing = users::name_nominee(&app, &asha, NomineeInput::default()).await;
    assert_eq!(fields(nothing), "full_name relationship");
    let wrong = NomineeInput {
        full_name: text(&"x".repeat(101)),
        date_of_birth: "2026-11-23".parse().ok(),
        mobile: text("12345"),
        email: text("nobody"),
        pincode: text("012345"),
        id_proof_number: text("<script>"),
        id_proof_document: Some(b"<html>".to_vec()),
        ..input()
    };
    assert_eq!(
        fields(users::name_nominee(&app, &asha, wrong).await),
        "date_of_birth email full_name id_proof_document id_proof_number mobile pincode"
    );
    users::name_nominee(&app, &asha, input()).await.expect("it is taken");
    let blank = NomineeInput { full_name: text(" "), ..input() };
    let whole = users::change_nominee(&app, &asha, None, blank, Extent::Whole).await;
    assert_eq!(fields(whole), "full_name");
    assert_eq!(media(test), 1);
}

async fn another_s_nominee_is_not_found(test: &TestDb) {
    let app = platform(test).await;
    let (asha, ravi, reviewer) = (member(test, &app, None), member(test, &app, None), staff(test, &app));
    let named = users::name_nominee(&app, &asha, input()).await.expect("it is taken").id;
    for (who, refused) in [(&ravi, "not found"), (&reviewer, "forbidden"), (&admin(test, &app), "forbidden")]
    {
        let change = users::change_nominee(&app, who, Some(named), input(), Extent::Part).await;
        assert_eq!(code_of(change), refused);
        assert_eq!(code_of(users::remove_nominee(&app, who, named).await), refused);
    }
    assert_eq!(code_of(users::view_nominee(&app, &ravi, named).await), "not found");
    assert_eq!(users::list_nominees(&app, &ravi, FIRST_PAGE).await.expect("a list").count, 0);
    assert_eq!(users::list_nominees(&app, &reviewer, FIRST_PAGE).await.expect("a list").count, 1);
    assert_eq!(users::view_nominee(&app, &asha, named).await.expect("it stays").city, "");
}

async fn ten_at_once_are_one_nominee(test: &TestDb) {
    let app = platform(test).await;
    let asha = member(test, &app, None);
    let named = crate::people::at_once(10, |_| {
        let (app, asha) = (app.clone(), asha.clone());
        async move { users::name_nominee(&app, &asha, input()).await.map(|nominee| nominee.id) }
    });
    let ids: Vec<i64> = named.await.into_iter().map(|id| id.expect("it is taken")).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!((media(test), test.number("SELECT COUNT(*) AS value FROM files")), (1, 1));
}
