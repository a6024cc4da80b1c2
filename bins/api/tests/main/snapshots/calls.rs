//! How each route is called: rightly, by nobody, for nobody's row, and against the state of things.

use actix_web::{
    http::{Method, header},
    test::TestRequest,
};
use api::permissions::Who;
use infra::testing::PNG;
use serde_json::{Value, json};

use crate::{
    audit::{case, person},
    nonsense::{
        targets::Target,
        world::{
            DOCUMENT, World, ask_for_payout, book, code_for, done, log_in, multipart, multipart_type, pay,
            send_code, settle,
        },
    },
    stage::{Person, Reply, Stage},
};

const KEY: &str = "snapshots";

/// A call that can be made again.
pub struct Call {
    by: Option<Person>,
    path: String,
    kind: String,
    body: Vec<u8>,
}

impl Call {
    fn json(by: Option<&Person>, path: &str, body: &Value) -> Self {
        let kind = "application/json".to_owned();
        Self { by: by.cloned(), path: path.to_owned(), kind, body: body.to_string().into_bytes() }
    }

    /// The request, with a key where the route takes one.
    pub fn request(&self, target: &Target) -> TestRequest {
        let mut request = target.request_at(&self.path, self.by.as_ref());
        if target.reads_a_body() {
            request = request
                .insert_header((header::CONTENT_TYPE, self.kind.clone()))
                .set_payload(self.body.clone());
        }
        if target.has_key { request.insert_header(("Idempotency-Key", KEY)) } else { request }
    }
}

/// A call that succeeds.
pub async fn right(stage: &Stage, world: &World, target: &Target) -> Call {
    let (owner, path) = (&world.owner, target.path.as_str());
    let with = |path: &str, body: Value| Call::json(Some(owner), path, &body);
    if path.starts_with("/api/payout/") {
        approve_kyc(stage, world).await;
    }
    if target.reads_a_body() && matches!(target.who, Who::Staff | Who::Admin | Who::Superuser) {
        let case = case(stage, world, path).await;
        return Call::json(Some(case.by), &case.path, &case.body);
    }
    match (&target.method, path) {
        (_, "/api/auth/verify-otp/") => {
            let body = json!({
                "identifier": "new@example.in", "otp_type": "email",
                "otp_code": send_code(stage, "new@example.in").await,
            });
            Call::json(None, path, &body)
        }
        (_, "/api/auth/verify-signup-otp/") => {
            let mut person = person(12);
            person["email"] = json!("signed-up@example.in");
            let sent = TestRequest::post().uri("/api/auth/signup/").set_json(&person);
            let token = done(stage.send(sent).await, 200)["signup_token"].clone();
            settle(stage).await;
            let mobile = person["mobile"].as_str().unwrap();
            let body = json!({
                "signup_token": token, "email_otp": code_for(stage, "signed-up@example.in"),
                "mobile_otp": code_for(stage, mobile),
            });
            Call::json(None, path, &body)
        }
        (_, "/api/auth/refresh/") => {
            let (_, refresh, _) = log_in(stage, "new@example.in", None).await;
            Call::json(None, path, &json!({ "refresh": refresh }))
        }
        (_, "/api/auth/logout/" | "/api/auth/logout-all/") => {
            Call::json(Some(&world.leaving()), path, &json!({}))
        }
        (&Method::POST, "/api/compliance/documents/") => {
            let body = multipart(&DOCUMENT, &[("file", "statement.png", PNG)]);
            Call { by: Some(owner.clone()), path: path.to_owned(), kind: multipart_type(), body }
        }
        (&Method::DELETE, "/api/compliance/documents/{id}/") => {
            with(&document(stage, owner).await, json!({}))
        }
        (_, "/api/booking/bookings/{id}/cancel/") => {
            let id = book(stage, owner, json!({})).await;
            with(&format!("/api/booking/bookings/{id}/cancel/"), json!({}))
        }
        (_, "/api/payout/{id}/cancel/") => {
            let id = ask_for_payout(stage, owner).await;
            with(&format!("/api/payout/{id}/cancel/"), json!({}))
        }
        _ => Call::json(target.caller(world), &target.address, &Value::Object(target.body.clone())),
    }
}

/// Sends a call that the state of things forbids.
pub async fn conflict(stage: &Stage, world: &World, target: &Target, earlier: &Call) -> Reply {
    if target.has_key {
        let mut other: Value = serde_json::from_slice(&earlier.body).unwrap();
        other["another"] = json!("field, and so another body");
        return stage.send(Call::json(earlier.by.as_ref(), &earlier.path, &other).request(target)).await;
    }
    let by = |who: &Person, path: &str| {
        who.on(target.method.clone(), path).set_json(json!({"otp_code": "123456"}))
    };
    let request = match target.path.as_str() {
        // whose second factor is there
        "/api/auth/totp/enroll/" => by(&world.admin, &target.path),
        // who never had one
        "/api/auth/totp/verify/" => by(&stage.staff().await, &target.path),
        "/api/users/{id}/anonymise/" => {
            let booking = book(stage, &world.owner, json!({})).await;
            pay(stage, &world.owner, booking, "1.00", "cash").await;
            by(&world.admin, &format!("/api/users/{}/anonymise/", world.owner.id))
        }
        "/api/compliance/documents/{id}/" => {
            let path = document(stage, &world.owner).await;
            done(stage.post(&format!("{path}verify/"), &world.staff, json!({})).await, 200);
            by(&world.owner, &path)
        }
        _ => earlier.request(target),
    };
    stage.send(request).await
}

/// A call by nobody whom we know.
pub async fn unknown(stage: &Stage, target: &Target) -> TestRequest {
    let request = target.request_at(&target.address, None);
    match target.path.as_str() {
        "/api/auth/refresh/" => request.set_json(json!({"refresh": "none"})),
        "/api/auth/verify-otp/" => {
            let (gone, ..) = log_in(stage, "gone@example.in", None).await;
            let code = send_code(stage, "gone@example.in").await;
            stage.test.sql(&format!("UPDATE users SET is_active = 0 WHERE id = {}", gone.id)).unwrap();
            request.set_json(json!({"identifier": "gone@example.in", "otp_type": "email", "otp_code": code}))
        }
        _ => request,
    }
}

/// A call for what is not there.
pub fn nobodys(world: &World, target: &Target) -> TestRequest {
    let path = target.path.as_str();
    let by = |who: &Person, path: &str| who.on(target.method.clone(), path).set_json(json!({}));
    match path {
        "/api/docs/{file}/" => target.request_at("/api/docs/none.js/", None),
        "/media/{token}" => target.request_at("/media/1.2.3", None),
        // who has named nobody, and has no place in the tree
        "/api/users/nominee/" if target.method != Method::GET => by(&world.stranger, path),
        "/api/binary/nodes/my_tree/" => by(&world.staff, path),
        "/api/reports/user/" => by(&world.admin, "/api/reports/user/?user_id=999999"),
        _ if path.contains("{id}") => {
            let caller = target.caller(world).unwrap();
            caller.on(target.method.clone(), &path.replace("{id}", "999999")).set_json(&target.body)
        }
        _ => target.request_at(&format!("{path}?page=999999"), target.caller(world)),
    }
}

/// A document of this person's, by its address.
pub async fn document(stage: &Stage, owner: &Person) -> String {
    let body = multipart(&DOCUMENT, &[("file", "statement.png", PNG)]);
    let sent = stage.post_raw("/api/compliance/documents/", owner, &multipart_type(), body).await;
    format!("/api/compliance/documents/{}/", done(sent, 201)["id"])
}

/// Payouts need it, and other routes take it away.
async fn approve_kyc(stage: &Stage, world: &World) {
    let case = case(stage, world, "/api/users/kyc/{id}/approve/").await;
    done(stage.post(&case.path, case.by, case.body).await, 200);
}
