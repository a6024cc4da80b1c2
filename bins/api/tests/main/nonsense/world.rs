//! People with a row of every kind, made over HTTP: a sponsor with a pair, earnings, bookings, payments in two
//! states, an approved KYC, a nominee, a document and payouts in three states, and those below.

use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::{
    http::{Method, header},
    test::TestRequest,
};
use app::tree::{Step, TreeMatcher};
use infra::{
    testing::PNG,
    tokens::{Claims, TokenType},
};
use serde_json::{Value, json};

use crate::stage::{Person, Reply, Stage};

/// Whoever may be wanted.
pub struct World {
    /// Has a row of every kind.
    pub owner: Person,
    /// Has rows too, but none that the walk asks for.
    pub stranger: Person,
    /// Logs out, and is made anonymous.
    pub leaver: Person,
    pub staff: Person,
    pub admin: Person,
    /// A refresh token of the owner's.
    pub refresh: String,
    /// The path of a private file.
    pub media: String,
    app: app::App,
}

impl World {
    pub async fn build(stage: &Stage) -> Self {
        let (admin, staff) = (stage.admin().await, stage.staff().await);
        let (mut owner, refresh, code) = log_in(stage, "owner@example.in", None).await;
        let (left, ..) = log_in(stage, "9000000001", Some(&code)).await;
        let (right, ..) = log_in(stage, "stranger@example.in", Some(&code)).await;
        for member in [&left, &right] {
            let booking = book(stage, member, json!({})).await;
            pay(stage, member, booking, "500.00", "online").await;
        }
        settle(stage).await;
        let kyc = submit_kyc(stage, &owner).await;
        done(stage.post(&format!("/api/users/kyc/{}/approve/", kyc["id"]), &staff, json!({})).await, 200);
        let document = multipart(&DOCUMENT, &[("file", "statement.png", PNG)]);
        let request = owner.on(Method::POST, "/api/compliance/documents/");
        let request = request.insert_header((header::CONTENT_TYPE, multipart_type())).set_payload(document);
        done(stage.send(request).await, 201);
        let nominee = json!({"full_name": "A Nominee", "relationship": "daughter"});
        done(stage.post("/api/users/nominee/", &owner, nominee).await, 201);
        let booking = book(stage, &owner, json!({"emi_duration_months": 12})).await;
        pay(stage, &owner, booking, "500.00", "online").await;
        pay(stage, &owner, booking, "10.00", "bank_transfer").await;
        pay(stage, &owner, booking, "10.00", "cash").await;
        for steps in [&["process", "complete"][..], &["process"], &[]] {
            let payout = ask_for_payout(stage, &owner).await;
            for step in steps {
                let path = format!("/api/payout/{payout}/{step}/");
                done(stage.post(&path, &admin, json!({"transaction_id": "UTR1"})).await, 200);
            }
        }
        settle(stage).await;
        // the newest account, which the walk makes anonymous
        let (leaver, ..) = log_in(stage, "leaver@example.in", None).await;
        // of no session, which the walk would end
        owner.token = stage.token(owner.id, 3600);
        let link = kyc["pan_document"].as_str().unwrap();
        let media = link[link.find("/media/").unwrap()..].to_owned();
        let app = stage.app.clone();
        Self { owner, stranger: right, leaver, staff, admin, refresh, media, app }
    }

    /// The leaver with a token that no other request has, issued a moment from now: logging out ends it alone.
    pub fn leaving(&self) -> Person {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let iat = self.app.clock.now().utc().and_utc().timestamp() + 600;
        let jti = format!("leaving-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let id = self.leaver.id;
        let claims =
            Claims { token_type: TokenType::Access, exp: iat + 3600, iat, jti, user_id: id, sid: None };
        Person { id, token: self.app.tokens.sign(&claims).unwrap() }
    }
}

/// The reply's body, when it is what was expected.
pub fn done(reply: Reply, status: u16) -> Value {
    assert_eq!(reply.status, status, "{reply:?}");
    reply.json
}

/// What follows from what was committed, until nothing follows any more.
pub async fn settle(stage: &Stage) {
    let mut matcher = TreeMatcher::load(&stage.app).await.unwrap();
    loop {
        while matcher.step().await.unwrap() != Step::Idle {}
        let now = stage.app.clock.now();
        let due =
            stage.app.db.read(move |reader| Ok::<_, app::Error>(infra::outbox::due(reader, now, 1000)?));
        let due = due.await.unwrap();
        if due.is_empty() {
            break;
        }
        for id in due {
            app::tasks::run(&stage.app, id).await.unwrap();
        }
    }
    matcher.leave().await.unwrap();
    app::tree::refresh(&stage.app).await.unwrap();
}

/// The last code that was sent to somebody.
pub fn code_for(stage: &Stage, identifier: &str) -> String {
    let sent = std::fs::read_to_string(stage.test.folder().join("files/messages.jsonl")).unwrap();
    let messages = sent.lines().rev().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let body = messages.into_iter().find(|message| message["to"] == identifier).unwrap()["body"].clone();
    body.as_str().unwrap().chars().skip_while(|c| !c.is_ascii_digit()).take(6).collect()
}

/// Sends a code and waits until it has come.
pub async fn send_code(stage: &Stage, identifier: &str) -> String {
    let kind = if identifier.contains('@') { "email" } else { "mobile" };
    let body = json!({"identifier": identifier, "otp_type": kind});
    done(stage.send(TestRequest::post().uri("/api/auth/send-otp/").set_json(body)).await, 200);
    settle(stage).await;
    code_for(stage, identifier)
}

/// Logs in: who it is, their refresh token and referral code.
pub async fn log_in(stage: &Stage, identifier: &str, referral: Option<&str>) -> (Person, String, String) {
    let code = send_code(stage, identifier).await;
    let kind = if identifier.contains('@') { "email" } else { "mobile" };
    let body =
        json!({"identifier": identifier, "otp_type": kind, "otp_code": code, "referral_code": referral});
    let login = done(stage.send(TestRequest::post().uri("/api/auth/verify-otp/").set_json(body)).await, 200);
    let token = login["tokens"]["access"].as_str().unwrap().to_owned();
    let person = Person { id: login["user"]["id"].as_i64().unwrap(), token };
    let profile = done(stage.get("/api/users/profile/", &person).await, 200);
    let refresh = login["tokens"]["refresh"].as_str().unwrap().to_owned();
    (person, refresh, profile["referral_code"].as_str().unwrap().to_owned())
}

/// Books for 100,000 rupees; gives the booking's id.
pub async fn book(stage: &Stage, who: &Person, more: Value) -> i64 {
    let mut body =
        json!({"vehicle_model": "E-Rick 1", "booking_amount": "500.00", "total_amount": "100000.00"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    done(stage.post("/api/booking/bookings/", who, body).await, 201)["id"].as_i64().unwrap()
}

/// Pays on a booking; gives the payment's id.
pub async fn pay(stage: &Stage, who: &Person, booking: i64, amount: &str, method: &str) -> i64 {
    let path = format!("/api/booking/bookings/{booking}/make_payment/");
    let body = json!({"amount": amount, "payment_method": method});
    done(stage.post(&path, who, body).await, 201)["id"].as_i64().unwrap()
}

/// Asks for 50 rupees; gives the payout's id.
pub async fn ask_for_payout(stage: &Stage, who: &Person) -> i64 {
    let body = json!({"requested_amount": "50.00"});
    done(stage.post("/api/payout/", who, body).await, 201)["id"].as_i64().unwrap()
}

/// A mark between the parts of a multipart body.
pub const MARK: &str = "a-mark-that-stands-nowhere-else";

/// The content type of a multipart body.
pub fn multipart_type() -> String {
    format!("multipart/form-data; boundary={MARK}")
}

/// A multipart body of texts, and files with their names.
pub fn multipart(texts: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, text) in texts {
        body.extend(
            format!("--{MARK}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n").bytes(),
        );
    }
    for (name, file, content) in files {
        let head = format!(
            "--{MARK}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
             Content-Type: image/png\r\n\r\n"
        );
        body.extend(head.bytes().chain(content.iter().copied()).chain(*b"\r\n"));
    }
    body.extend(format!("--{MARK}--\r\n").bytes());
    body
}

/// The texts of a KYC that is complete.
pub const KYC: [(&str, &str); 10] = [
    ("pan_number", "ABCPE1234F"),
    ("aadhaar_number", "234123412346"),
    ("address_line1", "1 MG Road"),
    ("city", "Kochi"),
    ("state", "Kerala"),
    ("pincode", "682001"),
    ("bank_name", "State Bank of India"),
    ("account_number", "30112233445"),
    ("ifsc_code", "SBIN0001234"),
    ("account_holder_name", "An Owner"),
];

/// The texts of a document that is complete.
pub const DOCUMENT: [(&str, &str); 2] = [("document_type", "bank_statement"), ("title", "A statement")];

/// Sends in a KYC with a document.
pub async fn submit_kyc(stage: &Stage, who: &Person) -> Value {
    let body = multipart(&KYC, &[("pan_document", "pan.png", PNG)]);
    let request = who.on(Method::POST, "/api/users/kyc/");
    let request = request.insert_header((header::CONTENT_TYPE, multipart_type())).set_payload(body);
    done(stage.send(request).await, 201)
}
