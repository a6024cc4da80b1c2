//! Refused is refused: after each refusal of a rule, on both databases, every row and every file is what it was,
//! but for the traces that the rules ask for. What is wrong with requests themselves is `nonsense`'s, too.

#[path = "refused/bookings.rs"]
mod bookings;
#[path = "refused/codes.rs"]
mod codes;
#[path = "refused/payouts.rs"]
mod payouts;
#[path = "refused/people.rs"]
mod people;
#[path = "refused/requests.rs"]
mod requests;

use actix_web::{
    http::{Method, header},
    test::TestRequest,
};
use infra::testing::{Dumper, Engine};
use serde_json::Value;

use crate::{
    nonsense::walk::stored_files,
    stage::{Person, Stage, on_stage_of},
};

/// Watches the rows and the files.
struct Witness<'a> {
    stage: &'a Stage,
    dumper: Dumper,
}

impl<'a> Witness<'a> {
    fn of(stage: &'a Stage) -> Self {
        Self { stage, dumper: stage.test.dumper() }
    }

    /// Sends a request that has to be refused with this code, or with something of this name, and gives what it changed.
    async fn changes(&self, request: TestRequest, status: u16, code: &str) -> Vec<String> {
        let (before, files) = (self.dumper.dump(), stored_files(self.stage));
        let reply = self.stage.send(request).await;
        let is_so = reply.status == status && (reply.code() == code || !reply.json[code].is_null());
        assert!(is_so, "expected {status} {code}: {} {}", reply.status, reply.text);
        assert_eq!(stored_files(self.stage), files, "{}", reply.text);
        before.changes(&self.dumper.dump(), &[])
    }

    /// Sends a request that has to be refused so and to change nothing.
    async fn refused(&self, request: TestRequest, status: u16, code: &str) {
        let changes = self.changes(request, status, code).await;
        assert!(changes.is_empty(), "{status} {code} changed:\n{}", changes.join("\n"));
    }

    async fn post(&self, path: &str, who: &Person, body: Value, status: u16, code: &str) {
        let request = || who.on(Method::POST, path);
        self.refused(request().set_json(&body), status, code).await;
        // an idempotency key is kept for what took effect, and this did not
        let keyed = request().insert_header(("Idempotency-Key", "refused"));
        self.refused(keyed.set_json(&body), status, code).await;
        if matches!(status, 403 | 404) {
            // who may not do it at all is not told what is wrong with it
            let broken = request().insert_header((header::CONTENT_TYPE, "application/json"));
            self.refused(broken.set_payload("{"), status, code).await;
        }
    }

    /// Tells of what was done that nothing in the books is wrong.
    async fn end(self) {
        let differences = app::verify::verify(&self.stage.app).await.unwrap();
        assert!(differences.is_empty(), "{differences:?}");
    }
}

fn on_both(work: impl AsyncFn(&Stage)) {
    on_both_with(&[], work);
}

fn on_both_with(settings: &[(&str, &str)], work: impl AsyncFn(&Stage)) {
    for engine in [Engine::Sqlite, Engine::Mysql] {
        on_stage_of(engine, settings, async |stage| work(stage).await);
    }
}

/// A POST of nobody.
fn public(path: &str, body: Value) -> TestRequest {
    TestRequest::post().uri(path).set_json(body)
}
