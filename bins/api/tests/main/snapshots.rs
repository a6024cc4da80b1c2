//! What each route answers with each status that the document has for it, in its form: kept in `tests/snapshots/`, a file a route.
//! `UPDATE_DOCUMENTS=1` writes them anew.

#[path = "snapshots/calls.rs"]
mod calls;
#[path = "snapshots/form.rs"]
mod form;
#[path = "snapshots/outside.rs"]
mod outside;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use actix_web::test::TestRequest;
use api::{openapi, permissions::Who, routes};
use infra::testing::Engine;
use serde_json::{Value, json};

use crate::{
    nonsense::{
        bodies::never_coming,
        targets::{self, Target},
        world::World,
    },
    stage::{Person, Reply, Stage, on_stage_of},
};
use calls::Call;

/// Statuses that no request makes happen, each with the reason.
const UNSEEN: &[(&str, u16, &str)] = &[
    ("/api/", 500, ALONE),
    ("/api/docs/", 500, ALONE),
    ("/api/docs/{file}/", 500, ALONE),
    ("/api/schema/", 500, ALONE),
    ("/health/", 500, ALONE),
    ("/health/ready/", 500, "a part that fails is a 503"),
    ("/metrics", 500, ALONE),
];

const ALONE: &str = "it asks nobody, so that only a panic is a fault; the envelope's own test has one";

/// Bytes of a body that is too large.
const TOO_LARGE: usize = (1 << 20) + 1;

/// What a route says: its replies by status, and by what they are about where there are several.
#[derive(Default)]
struct Replies(BTreeMap<String, Value>);

impl Replies {
    /// Notes a reply with this status, as what `about` says.
    fn note(&mut self, target: &Target, status: u16, about: &str, reply: &Reply) {
        assert_eq!(reply.status, status, "{} {} {about}: {reply:?}", target.method, target.path);
        self.0.insert(format!("{status} {about}").trim_end().to_owned(), form::of(reply));
    }

    fn has(&self, status: u16) -> bool {
        self.0.keys().any(|key| key.starts_with(&status.to_string()))
    }
}

/// A route, what the document says that it answers, and what it answered.
struct Route {
    target: Target,
    documented: BTreeSet<u16>,
    replies: Replies,
}

impl Route {
    fn is_missing(&self, status: u16) -> bool {
        self.documented.contains(&status) && !self.replies.has(status)
    }
}

#[test]
fn every_status_of_every_route_has_the_form_that_is_kept() {
    let mut routes = Vec::new();
    on_stage_of(Engine::Sqlite, &[("ALLOWED_HOSTS", "localhost")], async |stage| {
        let world = World::build(stage).await;
        let document = serde_json::to_value(openapi::document(&routes::all())).unwrap();
        for target in targets::all(stage, &world).await {
            let responses =
                &document["paths"][&target.path][target.method.as_str().to_lowercase()]["responses"];
            let documented =
                responses.as_object().unwrap().keys().map(|status| status.parse().unwrap()).collect();
            let mut route = Route { target, documented, replies: Replies::default() };
            refuse(stage, &world, &mut route).await;
            routes.push(route);
        }
        let mut done = Vec::new();
        for route in &mut routes {
            done.push(succeed(stage, &world, route).await);
        }
        for (route, call) in routes.iter_mut().zip(&done) {
            if route.documented.contains(&409) {
                let reply = calls::conflict(stage, &world, &route.target, call).await;
                route.replies.note(&route.target, 409, "", &reply);
            }
        }
    });
    outside::second_factor(&mut routes);
    outside::too_many(&mut routes);
    outside::faults(&mut routes);
    outside::outage(&mut routes);
    let (mut files, mut lacking) = (BTreeMap::new(), Vec::new());
    for Route { target, documented, replies } in routes {
        let unseen = |status: u16| UNSEEN.iter().any(|row| row.0 == target.path && row.1 == status);
        for status in documented {
            if replies.has(status) == unseen(status) {
                lacking.push(format!("{} {} {status}", target.method, target.path));
            }
        }
        let name = target.path.trim_matches('/').replace(['{', '}'], "").replace('/', ".");
        files.insert(format!("{name}.{}.json", target.method.as_str().to_lowercase()), json!(replies.0));
    }
    assert!(lacking.is_empty(), "provoke it, or say in `UNSEEN` why it can't be: {lacking:#?}");
    compare(&files);
}

/// What is wrong with requests themselves.
async fn refuse(stage: &Stage, world: &World, route: &mut Route) {
    let Route { target, documented, replies } = route;
    let json = |request: TestRequest, body: &str| {
        request.insert_header(("Content-Type", "application/json")).set_payload(body.to_owned())
    };
    if documented.contains(&400) {
        let elsewhere = target.request(world).insert_header(("Host", "elsewhere.example.in"));
        replies.note(target, 400, "another host", &stage.send(elsewhere).await);
    }
    if target.reads_a_body() {
        let cut = json(target.request(world), "{");
        replies.note(target, 400, "unreadable", &stage.send(cut).await);
        let slow = target.request(world).insert_header(("Content-Type", "application/json"));
        replies.note(target, 408, "", &stage.send_slowly(slow, never_coming()).await);
        let large = json(target.request(world), &" ".repeat(TOO_LARGE));
        replies.note(target, 413, "", &stage.send(large).await);
        let other = target.request(world).insert_header(("Content-Type", "text/plain")).set_payload("x");
        replies.note(target, 415, "", &stage.send(other).await);
    }
    if !target.fields.is_empty() {
        let wrong: BTreeMap<&str, [u8; 0]> =
            target.fields.iter().map(|field| (field.name.as_str(), [])).collect();
        replies.note(target, 400, "fields", &stage.send(target.request(world).set_json(wrong)).await);
    }
    if !target.parameters.is_empty() {
        let wrong: Vec<String> = target.parameters.iter().map(|name| format!("{name}=%00")).collect();
        let address = format!("{}?{}", target.address, wrong.join("&"));
        let reply = stage.send(target.request_at(&address, target.caller(world))).await;
        replies.note(target, 400, "parameters", &reply);
    }
    if documented.contains(&401) {
        let request = calls::unknown(stage, target).await;
        replies.note(target, 401, "", &stage.send(request).await);
    }
    if let Some(request) = lower(world, target) {
        replies.note(target, 403, "", &stage.send(request).await);
    }
    if documented.contains(&404) {
        replies.note(target, 404, "", &stage.send(calls::nobodys(world, target)).await);
    }
}

/// A call by somebody who may not, if there is one.
fn lower(world: &World, target: &Target) -> Option<TestRequest> {
    let by = |who: &Person| Some(who.on(target.method.clone(), &target.address));
    match target.who {
        Who::Anyone | Who::Member => None,
        // from no address at all
        Who::Monitor => Some(TestRequest::with_uri(&target.address)),
        Who::Staff => by(&world.owner),
        Who::Admin | Who::Superuser => by(&world.staff),
    }
}

/// Calls a route rightly, as often as it has ways to succeed.
async fn succeed(stage: &Stage, world: &World, route: &mut Route) -> Call {
    let call = calls::right(stage, world, &route.target).await;
    let successes: Vec<u16> = route.documented.range(200..300).copied().collect();
    for _ in &successes {
        let reply = stage.send(call.request(&route.target)).await;
        if !successes.contains(&reply.status) {
            panic!("{} {}: {reply:?}", route.target.method, route.target.path);
        }
        route.replies.note(&route.target, reply.status, "", &reply);
    }
    call
}

/// Holds the files against the kept ones, or writes them.
fn compare(files: &BTreeMap<String, Value>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let text = |value: &Value| format!("{value:#}\n");
    if std::env::var_os("UPDATE_DOCUMENTS").is_some() {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        for (name, value) in files {
            std::fs::write(folder.join(name), text(value)).unwrap();
        }
    }
    let mut others: BTreeSet<PathBuf> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    for (name, value) in files {
        let path = folder.join(name);
        others.remove(&path);
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        let update = "UPDATE_DOCUMENTS=1 cargo xtask test -- -p api snapshots";
        assert!(
            kept == text(value),
            "tests/snapshots/{name} is not what the route answers ({update}):\n{value:#}"
        );
    }
    assert!(others.is_empty(), "of no route: {others:?}");
}
