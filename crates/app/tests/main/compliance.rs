//! Documents of members, and certificates of their tax.

use app::{
    App, Call, Page,
    compliance::{self, DocumentInput, NewCertificate, Quarter, objects::TdsRecord},
    users,
};
use infra::{
    on_both,
    testing::{PNG, TestDb},
};
use wallet_rules::people::DocumentType;

use crate::{
    fixture::{admin, approve_kyc, assert_proven, code_of, earn, member, platform},
    kyc::{media, staff},
    payout::asking,
};

on_both!(
    a_document_is_sent_in_verified_and_stays,
    a_document_is_taken_back_with_its_file,
    documents_are_their_members,
    a_certificate_is_found_on_its_quarter,
);

const FIRST_PAGE: Page = Page { number: 1, size: 20 };

fn input(title: &str, file: &[u8]) -> DocumentInput {
    DocumentInput {
        document_type: DocumentType::BankStatement,
        title: title.to_owned(),
        description: "March\nand April".to_owned(),
        file: file.to_vec(),
    }
}

async fn a_document_is_sent_in_verified_and_stays(test: &TestDb) {
    let app = platform(test).await;
    let (asha, reviewer) = (member(test, &app, None), staff(test, &app));
    let sent = compliance::upload_document(&app, &asha, input(" Statement 🏦 ", PNG)).await.expect("taken");
    assert_eq!((sent.title.as_str(), sent.document_type), ("Statement 🏦", DocumentType::BankStatement));
    assert_eq!((sent.is_verified, sent.verified_at, sent.verified_by), (false, None, None));
    assert_eq!((sent.description.as_str(), sent.uploaded_at), ("March\nand April", app.clock.now()));
    let opened = users::open_file(&app, sent.file.trim_start_matches("/media/")).await.expect("it opens");
    assert_eq!(opened.content_type, "image/png");

    assert_eq!(code_of(compliance::verify_document(&app, &asha, sent.id).await), "forbidden");
    assert_eq!(code_of(compliance::verify_document(&app, &reviewer, sent.id + 1).await), "not found");
    let seen = compliance::verify_document(&app, &reviewer, sent.id).await.expect("it is verified");
    assert_eq!((seen.is_verified, seen.verified_by), (true, Some(reviewer.actor.id)));
    assert_eq!(code_of(compliance::verify_document(&app, &reviewer, sent.id).await), "already_verified");
    assert_eq!(code_of(compliance::remove_document(&app, &asha, sent.id).await), "already_verified");
    assert_eq!(media(test), 1);
    // nobody verifies their own
    let own = compliance::upload_document(&app, &reviewer, input("Mine", PNG)).await.expect("taken").id;
    assert_eq!(code_of(compliance::verify_document(&app, &reviewer, own).await), "forbidden");
    compliance::verify_document(&app, &admin(test, &app), own).await.expect("somebody else does");
}

async fn a_document_is_taken_back_with_its_file(test: &TestDb) {
    let app = platform(test).await;
    let asha = member(test, &app, None);
    let sent = compliance::upload_document(&app, &asha, input("One", b"%PDF-1.7 mine")).await.expect("taken");
    let kept = compliance::upload_document(&app, &asha, input("Two", PNG)).await.expect("taken").id;
    compliance::remove_document(&app, &asha, sent.id).await.expect("it goes");
    assert_eq!((media(test), test.number("SELECT COUNT(*) AS value FROM files")), (1, 1));
    assert_eq!(code_of(compliance::remove_document(&app, &asha, sent.id).await), "not found");
    assert_eq!(
        code_of(users::open_file(&app, sent.file.trim_start_matches("/media/")).await.map(|_| ())),
        "not found"
    );
    compliance::view_document(&app, &asha, kept).await.expect("the other stays");
    for (wrong, field) in [
        (input(" ", PNG), "title"),
        (input(&"x".repeat(201), PNG), "title"),
        (DocumentInput { description: "x".repeat(1_001), ..input("A", PNG) }, "description"),
        (input("A", b"<html>"), "file"),
        (input("A", b""), "file"),
        (input("A", b"\x89PNG\r\n\x1a\n<svg/>"), "file"),
    ] {
        assert_eq!(code_of(compliance::upload_document(&app, &asha, wrong).await), field);
    }
    assert_eq!((media(test), test.number("SELECT COUNT(*) AS value FROM compliance_documents")), (1, 1));
}

async fn documents_are_their_members(test: &TestDb) {
    let app = platform(test).await;
    let (asha, ravi, reviewer) = (member(test, &app, None), member(test, &app, None), staff(test, &app));
    let hers = compliance::upload_document(&app, &asha, input("Hers", PNG)).await.expect("taken").id;
    let his = compliance::upload_document(&app, &ravi, input("His", PNG)).await.expect("taken").id;
    let listed = async |who: &Call| {
        let list = compliance::list_documents(&app, who, FIRST_PAGE).await.expect("a list");
        list.results.iter().map(|document| document.id).collect::<Vec<_>>()
    };
    assert_eq!((listed(&asha).await, listed(&ravi).await), (vec![hers], vec![his]));
    assert_eq!(listed(&reviewer).await, [his, hers]);
    assert_eq!(code_of(compliance::view_document(&app, &ravi, hers).await), "not found");
    assert_eq!(code_of(compliance::remove_document(&app, &ravi, hers).await), "not found");
    assert_eq!(code_of(compliance::remove_document(&app, &reviewer, hers).await), "forbidden");
    assert_eq!(
        compliance::view_document(&app, &reviewer, hers).await.expect("staff read all").user,
        asha.actor.id
    );
}

async fn records(app: &App, who: &Call) -> Vec<TdsRecord> {
    compliance::list_tds_records(app, who, FIRST_PAGE).await.expect("a list").results
}

async fn a_certificate_is_found_on_its_quarter(test: &TestDb) {
    let app = platform(test).await;
    let (owner, boss) = (member(test, &app, None), admin(test, &app));
    earn(test, &app, &owner, "5000.00").await;
    approve_kyc(test, &app, &owner, &boss);
    // one in the third quarter, one in the fourth
    for day in [0, 60] {
        app.clock.advance(chrono::TimeDelta::days(day));
        let asked = app::payout::request_payout(&app, &owner, asking("1000.00")).await.unwrap().value.id;
        app::payout::process_payout(&app, &boss, asked).await.unwrap();
    }
    let attach = async |quarter: u32, number: &str, file: &[u8]| {
        let quarter = Quarter { user_id: owner.actor.id, financial_year: "2026-27".to_owned(), quarter };
        let new = NewCertificate { quarter, number: number.to_owned(), file: file.to_vec() };
        compliance::attach_certificate(&app, new).await
    };
    let shown = async || -> Vec<(u32, String, bool)> {
        let records = records(&app, &owner).await;
        records
            .into_iter()
            .map(|one| (one.quarter, one.certificate_number, !one.certificate_file.is_empty()))
            .collect()
    };
    assert_eq!(shown().await, [(4, String::new(), false), (3, String::new(), false)]);
    assert_eq!(code_of(attach(2, "CERT1", b"%PDF-1.7 tax").await), "quarter");
    assert_eq!(code_of(attach(3, " ", b"%PDF-1.7 tax").await), "number");
    assert_eq!(code_of(attach(3, "CERT1", b"tax").await), "file");
    assert_eq!(media(test), 0);
    attach(3, "CERT1", b"%PDF-1.7 tax").await.expect("it is attached");
    assert_eq!(shown().await, [(4, String::new(), false), (3, "CERT1".to_owned(), true)]);
    // a corrected one takes its place
    attach(3, "CERT2", b"%PDF-1.7 right tax").await.expect("it is attached");
    assert_eq!((media(test), test.number("SELECT COUNT(*) AS value FROM files")), (1, 1));
    let record = records(&app, &boss).await.pop().expect("the oldest");
    assert_eq!(record.certificate_number, "CERT2");
    let one = compliance::view_tds_record(&app, &owner, record.id).await.expect("it is there");
    let opened = users::open_file(&app, one.certificate_file.trim_start_matches("/media/")).await;
    assert_eq!(opened.expect("it opens").content, b"%PDF-1.7 right tax");
    assert_proven(&app).await;
}
