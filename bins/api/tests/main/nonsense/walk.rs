//! Sends requests and watches the database: whatever was refused left every row as it was.

use std::{
    cell::{Cell, RefCell},
    ffi::OsString,
};

use actix_web::{dev::Payload, http::Method, test::TestRequest};
use infra::testing::{Dump, Dumper};

use super::{forms, targets::Target, world::World};
use crate::stage::{Reply, Stage};

/// Failures that are shown, at most.
const SHOWN: usize = 40;

/// Rows that a refusal may change, since the rules ask for it: a wrong code counts as a try, and a refresh token
/// that is used again ends its session.
const TRACES: &[(&str, &[&str])] = &[
    ("/api/auth/verify-otp/", &["otps"]),
    ("/api/auth/verify-signup-otp/", &["otps"]),
    ("/api/auth/refresh/", &["sessions"]),
    ("/api/users/update_profile/", &["otps"]),
];

/// The names of the private files, and of what else stands beside them.
pub fn stored_files(stage: &Stage) -> Vec<OsString> {
    // made with the first of them
    let entries = std::fs::read_dir(stage.test.folder().join("files")).into_iter().flatten();
    let mut names: Vec<OsString> = entries.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    names
}

/// A walk through the routes.
pub struct Walk<'a> {
    pub stage: &'a Stage,
    pub world: &'a World,
    dumper: Dumper,
    last: RefCell<Dump>,
    files: RefCell<Vec<OsString>>,
    changes: RefCell<Vec<String>>,
    failures: RefCell<Vec<String>>,
    sent: Cell<usize>,
}

impl<'a> Walk<'a> {
    pub fn begin(stage: &'a Stage, world: &'a World) -> Self {
        let dumper = stage.test.dumper();
        let last = RefCell::new(dumper.dump());
        let files = RefCell::new(stored_files(stage));
        let (changes, failures) = Default::default();
        Self { stage, world, dumper, last, files, changes, failures, sent: Cell::new(0) }
    }

    /// Sends a request of this route, and checks the reply's form and the database.
    pub async fn send(&self, target: &Target, what: &str, request: TestRequest) -> Reply {
        let reply = self.stage.send(request).await;
        self.judge(target, what, &reply);
        reply
    }

    /// The same with a body that comes in pieces.
    pub async fn send_slowly(
        &self,
        target: &Target,
        what: &str,
        request: TestRequest,
        body: Payload,
    ) -> Reply {
        let reply = self.stage.send_slowly(request, body).await;
        self.judge(target, what, &reply);
        reply
    }

    /// Sends the route's right body with this one.
    pub async fn send_json(&self, target: &Target, what: &str, json: impl Into<String>) -> Reply {
        let request = target.request(self.world).insert_header(("Content-Type", "application/json"));
        self.send(target, what, request.set_payload(json.into())).await
    }

    /// Takes the rows as they are now for those that have to stay.
    pub fn look_again(&self) {
        self.last.replace(self.dumper.dump());
    }

    fn judge(&self, target: &Target, what: &str, reply: &Reply) {
        self.sent.set(self.sent.get() + 1);
        for fault in forms::faults(reply) {
            self.fail(target, what, reply, &fault);
        }
        let now = self.dumper.dump();
        let is_refused = reply.status >= 400;
        let traces = TRACES.iter().find(|(path, _)| is_refused && *path == target.path);
        let changes = self.last.borrow().changes(&now, traces.map_or(&[][..], |(_, tables)| tables));
        if !changes.is_empty() && (is_refused || target.method == Method::GET) {
            let fault = format!("the database changed:\n    {}", changes.join("\n    "));
            self.fail(target, what, reply, &fault);
        }
        let files = stored_files(self.stage);
        if is_refused && *self.files.borrow() != files {
            self.fail(target, what, reply, "the files changed");
        }
        self.files.replace(files);
        self.changes.replace(changes);
        self.last.replace(now);
    }

    /// Fails where the reply's status is none of these.
    pub fn expect(&self, target: &Target, what: &str, reply: &Reply, statuses: &[u16]) {
        if !statuses.contains(&reply.status) {
            self.fail(target, what, reply, &format!("expected {statuses:?}"));
        }
    }

    /// Fails where the reply doesn't refuse the field by its name.
    pub fn expect_refused(&self, target: &Target, what: &str, reply: &Reply, field: &str) {
        if reply.status != 400 || !reply.json[field].is_array() {
            self.fail(target, what, reply, &format!("expected a refusal of {field}"));
        }
    }

    /// True when the last request wrote a row with this text.
    pub fn has_stored(&self, text: &str) -> bool {
        self.changes.borrow().iter().any(|change| change.starts_with('+') && change.contains(text))
    }

    /// Notes a failure, to go on.
    pub fn fail(&self, target: &Target, what: &str, reply: &Reply, fault: &str) {
        let body: String = reply.text.chars().take(300).collect();
        let Target { method, path, .. } = target;
        let failure = format!("{method} {path}, {what}: {fault}\n    {} {body}", reply.status);
        self.failures.borrow_mut().push(failure);
    }

    /// Says how many requests there were, or what went wrong.
    pub fn end(self) -> usize {
        let failures = self.failures.into_inner();
        let shown = failures[..failures.len().min(SHOWN)].join("\n  ");
        assert!(failures.is_empty(), "{} failures:\n  {shown}", failures.len());
        self.sent.get()
    }
}
