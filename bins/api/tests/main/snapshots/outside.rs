//! What is not the request's doing: a second factor that is asked for, limits, and parts that fail.

use actix_web::test::TestRequest;
use futures_util::future::join_all;
use infra::testing::Engine;
use serde_json::{Value, json};

use super::{Route, calls::document};
use crate::{
    audit::person,
    nonsense::{
        targets::Target,
        world::{done, log_in},
    },
    outages::behind_a_proxy,
    stage::{Person, Stage, on_stage_of},
};

/// Requests of one group that a client may send before it is refused, and more.
const ENOUGH: usize = 200;

/// Staff who have not shown theirs.
pub fn second_factor(routes: &mut [Route]) {
    on_stage_of(Engine::Sqlite, &[("STAFF_TOTP", "required")], async |stage| {
        let staff = stage.staff().await;
        for Route { target, replies, .. } in routes.iter_mut().filter(|route| route.is_missing(403)) {
            let request = target.request_at(&target.address, Some(&staff));
            replies.note(target, 403, "", &stage.send(request).await);
        }
    });
}

/// A client that asks until it is refused.
pub fn too_many(routes: &mut [Route]) {
    on_stage_of(Engine::Sqlite, &[("RATE_LIMITS", "on")], async |stage| {
        for Route { target, replies, .. } in routes.iter_mut().filter(|route| route.is_missing(429)) {
            let mut sent = 0;
            let reply = loop {
                let reply = stage.send(target.request_at(&target.address, None)).await;
                sent += 1;
                if reply.status == 429 || sent > ENOUGH {
                    break reply;
                }
            };
            replies.note(target, 429, "", &reply);
        }
    });
}

/// A database whose tables are gone is a fault of ours.
pub fn faults(routes: &mut [Route]) {
    on_stage_of(Engine::Sqlite, &[], async |stage| {
        let held = Held::get(stage).await;
        let tables = stage.test.texts(
            "SELECT name AS value FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        );
        let drops: String = tables.iter().map(|table| format!("DROP TABLE \"{table}\";")).collect();
        stage.test.sql(&format!("PRAGMA foreign_keys = OFF; {drops}")).unwrap();
        held.call_all(stage, routes, 500).await;
    });
}

/// A database that is away.
pub fn outage(routes: &mut [Route]) {
    behind_a_proxy(async |stage, proxy| {
        let held = Held::get(stage).await;
        proxy.kill();
        held.call_all(stage, routes, 503).await;
        proxy.start_again();
    });
}

/// What a caller has in hand before anything fails.
struct Held {
    admin: Person,
    refresh: String,
    signup_token: Value,
    media: String,
}

impl Held {
    async fn get(stage: &Stage) -> Self {
        let admin = stage.admin().await;
        let (_, refresh, _) = log_in(stage, "member@example.in", None).await;
        let sent = TestRequest::post().uri("/api/auth/signup/").set_json(person(12));
        let signup_token = done(stage.send(sent).await, 200)["signup_token"].clone();
        let document = document(stage, &admin).await;
        let link = done(stage.get(&document, &admin).await, 200)["file"].as_str().unwrap().to_owned();
        Self { admin, refresh, signup_token, media: link[link.find("/media/").unwrap()..].to_owned() }
    }

    /// Calls every route that can still show this status, all at once: each of them waits for what does not answer.
    async fn call_all(&self, stage: &Stage, routes: &mut [Route], status: u16) {
        let calls = routes.iter_mut().filter(|route| route.is_missing(status)).map(async |route| {
            let reply = stage.send(self.request(&route.target)).await;
            if reply.status == status {
                route.replies.note(&route.target, status, "", &reply);
            }
        });
        join_all(calls).await;
    }

    /// A request for which something has to be looked up.
    fn request(&self, target: &Target) -> TestRequest {
        let by = target.who.wants_token().then_some(&self.admin);
        let address = if target.path == "/media/{token}" { &self.media } else { &target.address };
        let mut body = Value::Object(target.body.clone());
        match target.path.as_str() {
            "/api/auth/refresh/" => body["refresh"] = json!(self.refresh),
            "/api/auth/verify-signup-otp/" => body["signup_token"] = self.signup_token.clone(),
            _ => {}
        }
        target.request_at(address, by).set_json(body)
    }
}
