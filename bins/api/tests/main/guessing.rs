//! Codes that are guessed, and those who are kept from their own account by it: nobody, for long.

use actix_web::test::TestRequest;
use infra::testing::Engine;
use serde_json::json;

use crate::{
    limits::of_client,
    nonsense::world::{code_for, done, send_code, settle},
    stage::{Reply, Stage, on_stage_of},
};

async fn verify(stage: &Stage, code: &str, from: u8) -> Reply {
    let body = json!({"identifier": "victim@example.in", "otp_type": "email", "otp_code": code});
    let request = TestRequest::post().uri("/api/auth/verify-otp/").set_json(body);
    stage.send(of_client(request, &format!("203.0.113.{from}"))).await
}

async fn ask(stage: &Stage, from: u8) -> Reply {
    let body = json!({"identifier": "victim@example.in", "otp_type": "email"});
    let request = TestRequest::post().uri("/api/auth/send-otp/").set_json(body);
    stage.send(of_client(request, &format!("203.0.113.{from}"))).await
}

fn on_both(work: impl AsyncFn(&Stage)) {
    for engine in [Engine::Sqlite, Engine::Mysql] {
        on_stage_of(engine, &[("RATE_LIMITS", "on")], async |stage| work(stage).await);
    }
}

#[test]
fn two_hundred_guesses_from_fifty_addresses_are_five() {
    on_both(async |stage| {
        let right = send_code(stage, "victim@example.in").await;
        let mut first = None;
        for guess in 0..200u32 {
            let mut code = format!("{:06}", 111_111 + guess);
            if code == right {
                "000000".clone_into(&mut code);
            }
            let reply = verify(stage, &code, (guess % 50) as u8).await;
            assert_eq!(reply.wrong_fields(), ["otp_code"]);
            let text = first.get_or_insert_with(|| reply.text.clone());
            assert_eq!(*text, reply.text, "which guess it was does not show");
        }
        assert_eq!(stage.test.number("SELECT MAX(tries) AS value FROM otps"), 5);
        let late = verify(stage, &right, 51).await;
        assert_eq!(late.wrong_fields(), ["otp_code"], "even the right one is no more");
        // the account is not locked: its holder asks for another, and is in
        let next = send_code(stage, "victim@example.in").await;
        done(verify(stage, &next, 51).await, 200);
        let replayed = verify(stage, &next, 51).await;
        assert_eq!(replayed.wrong_fields(), ["otp_code"], "a code works once");
    });
}

#[test]
fn who_asks_for_codes_in_another_s_name_keeps_nobody_out() {
    on_both(async |stage| {
        for from in 0..5 {
            done(ask(stage, from).await, 200);
        }
        let refused = ask(stage, 5).await;
        assert_eq!((refused.status, refused.code()), (429, "throttled"));
        let wait: u32 = refused.header("retry-after").parse().unwrap();
        assert!((1..=120).contains(&wait), "{wait}");
        // the codes went to the holder, who is in with the newest
        settle(stage).await;
        let newest = code_for(stage, "victim@example.in");
        done(verify(stage, &newest, 6).await, 200);
    });
}
