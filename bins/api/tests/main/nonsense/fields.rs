//! Every field of every body: missing, null, of another type, empty, huge, and worse.

use std::cell::RefCell;

use infra::testing::Engine;
use serde_json::json;

use super::{
    for_every_route,
    targets::{Field, Target},
    values::{self, FOUR_BYTES, Wanted},
    walk::Walk,
};

/// Fields that keep any text; each has to be among those that came back whole.
const TEXTS: &[(&str, &str)] = &[
    ("/api/booking/bookings/", "vehicle_model"),
    ("/api/booking/bookings/", "vehicle_variant"),
    ("/api/payout/", "notes"),
    ("/api/users/update_profile/", "first_name"),
    ("/api/users/update_profile/", "last_name"),
    ("/api/users/update_profile/", "address_line1"),
    ("/api/users/update_profile/", "address_line2"),
    ("/api/users/update_profile/", "city"),
    ("/api/users/update_profile/", "state"),
    ("/api/users/update_profile/", "country"),
    ("/api/users/kyc/", "address_line1"),
    ("/api/users/kyc/", "city"),
    ("/api/users/kyc/{id}/", "bank_name"),
    ("/api/users/kyc/{id}/", "account_holder_name"),
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
    let kept = RefCell::new(Vec::new());
    for_every_route(engine, async |walk, target| {
        if target.fields.is_empty() {
            return;
        }
        approve_kyc(walk).await;
        let plain = walk.send_json(target, "the right body", target.body_with("", None)).await;
        // nobody guesses a code
        let is_guess = target.path == "/api/auth/verify-otp/" && plain.json["otp_code"].is_array();
        let is_right = plain.status < 300 || plain.status == 409 || !plain.code().is_empty() || is_guess;
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
            // what is refused before the database is asked is the same on both
            for sent in values::all().iter().filter(|sent| engine == Engine::Sqlite || sent.may_be_stored()) {
                send(walk, target, field, sent, &kept).await;
            }
        }
    });
    let kept = kept.into_inner();
    for (path, field) in TEXTS {
        assert!(
            kept.contains(&(path.to_string(), field.to_string())),
            "{path} {field} kept no 4-byte characters"
        );
    }
}

/// Payouts need it, and the walk over its fields takes it away.
async fn approve_kyc(walk: &Walk<'_>) {
    let kyc = &walk.stage.get("/api/users/kyc/", &walk.world.owner).await.json["results"][0]["id"];
    let path = format!("/api/users/kyc/{kyc}/approve/");
    let reply = walk.stage.post(&path, &walk.world.staff, json!({})).await;
    assert!(matches!(reply.status, 200 | 409), "{reply:?}");
    walk.look_again();
}

async fn send(
    walk: &Walk<'_>,
    target: &Target,
    field: &Field,
    sent: &values::Sent,
    kept: &RefCell<Vec<(String, String)>>,
) {
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
        return;
    }
    match (reply.json[name] == FOUR_BYTES, walk.has_stored(FOUR_BYTES)) {
        (true, true) => kept.borrow_mut().push((target.path.clone(), name.clone())),
        // a field that this request has no use for, such as a code without what it is for
        (false, false) => {}
        _ => walk.fail(target, &what, &reply, "stored, but not given back whole, or the other way round"),
    }
}
