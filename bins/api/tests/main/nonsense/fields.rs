//! Every field of every body: missing, null, of another type, empty, huge, and worse.

use infra::testing::Engine;
use serde_json::json;

use super::{
    for_every_route,
    targets::{ANY_TEXT, Field, Target},
    values::{self, FOUR_BYTES, Wanted},
    walk::Walk,
};

/// Texts that are a token, or that come back from another route, as `decisions` shows. Every other one has to come
/// back whole.
const NOT_HERE: &[(&str, &str)] = &[
    ("/api/compliance/documents/", "title"),
    ("/api/compliance/documents/", "description"),
    ("/api/auth/verify-signup-otp/", "signup_token"),
    ("/api/auth/refresh/", "refresh"),
    ("/api/auth/logout/", "refresh"),
    ("/api/users/kyc/{id}/reject/", "reason"),
    ("/api/booking/payments/{id}/confirm/", "notes"),
    ("/api/booking/payments/{id}/confirm/", "transaction_id"),
    ("/api/booking/payments/{id}/fail/", "notes"),
    ("/api/booking/payments/{id}/fail/", "transaction_id"),
    ("/api/payout/{id}/reject/", "reason"),
    ("/api/payout/{id}/fail/", "reason"),
];

#[test]
fn fields_on_sqlite() {
    walk_fields(Engine::Sqlite);
}

#[test]
fn fields_on_mysql() {
    walk_fields(Engine::Mysql);
}

fn walk_fields(engine: Engine) {
    for_every_route(engine, async |walk, target| {
        if target.fields.is_empty() {
            return;
        }
        approve_kyc(walk).await;
        let plain = walk.send_json(target, "the right body", target.body_with("", None)).await;
        // nobody guesses a code
        let is_guess = (target.path == "/api/auth/verify-otp/" && plain.json["otp_code"].is_array())
            || (target.path == "/api/auth/totp/verify/" && plain.json["otp_code"].is_array())
            || (target.path == "/api/auth/verify-signup-otp/" && plain.json["signup_token"].is_array());
        // a file comes with multipart only
        let wants_file = target.fields.iter().any(|field| field.is_file && field.is_required);
        let lacks_file = wants_file && plain.status == 400 && plain.wrong_fields() == ["file"];
        let is_taken = plain.status < 300 || plain.status == 409 || !plain.code().is_empty();
        let is_right = is_taken || is_guess || lacks_file;
        if !is_right {
            walk.fail(target, "the right body", &plain, "say in `RIGHT` what it needs");
        }
        for field in &target.fields {
            for json in [None, Some("null")] {
                let what = format!("{} is {}", field.name, json.unwrap_or("missing"));
                let reply = walk.send_json(target, &what, target.body_with(&field.name, json)).await;
                if field.is_required {
                    walk.expect_refused(target, &what, &reply, &field.name);
                }
            }
            let mut is_kept = false;
            // what is refused before the database is asked is the same on both
            for sent in values::all().iter().filter(|sent| engine == Engine::Sqlite || sent.may_be_stored()) {
                is_kept |= send(walk, target, field, sent).await;
            }
            let is_text = target.body.get(&field.name).is_some_and(|right| right == ANY_TEXT);
            // sealed in a token, or refused since the first of them has the e-mail
            let is_person = ["/api/auth/signup/", "/api/auth/create-admin/", "/api/auth/create-staff/"]
                .contains(&target.path.as_str());
            if is_text
                && !is_kept
                && !is_person
                && !NOT_HERE.contains(&(target.path.as_str(), field.name.as_str()))
            {
                let fault = format!("{} kept no 4-byte characters", field.name);
                walk.fail(target, "texts", &plain, &fault);
            }
        }
    });
}

/// Payouts need it, and the walk over its fields takes it away.
async fn approve_kyc(walk: &Walk<'_>) {
    let kyc = &walk.stage.get("/api/users/kyc/", &walk.world.owner).await.json["results"][0]["id"];
    let path = format!("/api/users/kyc/{kyc}/approve/");
    let reply = walk.stage.post(&path, &walk.world.staff, json!({})).await;
    assert!(matches!(reply.status, 200 | 409), "{reply:?}");
    walk.look_again();
}

/// True when 4-byte characters were stored and came back whole.
async fn send(walk: &Walk<'_>, target: &Target, field: &Field, sent: &values::Sent) -> bool {
    let name = &field.name;
    let what = format!("{name} = {}", sent.name);
    let reply = walk.send_json(target, &what, target.body_with(name, Some(&sent.json))).await;
    match sent.wanted {
        Wanted::Malformed
            if reply.status != 400 || reply.json.as_object().map(serde_json::Map::len) != Some(1) =>
        {
            walk.fail(target, &what, &reply, "expected a malformed body");
        }
        Wanted::Refused => walk.expect_refused(target, &what, &reply, name),
        Wanted::RefusedAsMoney if field.is_money => walk.expect_refused(target, &what, &reply, name),
        _ => {}
    }
    if !sent.json.contains(FOUR_BYTES) || reply.status >= 300 {
        return false;
    }
    match (reply.json[name] == FOUR_BYTES, walk.has_stored(FOUR_BYTES)) {
        (true, true) => return true,
        // a field that this request has no use for, such as a code without what it is for
        (false, false) => {}
        _ => walk.fail(target, &what, &reply, "stored, but not given back whole, or the other way round"),
    }
    false
}
