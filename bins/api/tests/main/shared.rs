//! What all processes share: keys of tokens, limits, and replies over everyone.

use actix_web::test::TestRequest;
use serde_json::json;

use super::{
    limits::of_client,
    outages::{pairs, settings_of},
    stage::{Person, Stage, on_stage_with},
};

#[test]
fn a_token_outlives_the_change_of_the_key_that_signed_it() {
    let (old, new) = ("the key of last year, long enough", "the key of this year, long enough");
    let mut token = String::new();
    let profile = async |stage: &Stage, token: &str| {
        let member = Person { token: token.to_owned(), ..stage.member().await };
        stage.get("/api/users/profile/", &member).await
    };
    on_stage_with(&[("JWT_SECRET_KEY", old)], async |stage| {
        token = stage.member().await.token;
        assert_eq!(profile(stage, &token).await.status, 200);
    });
    // each stage has its own database, whose first account is the same one
    let both = [("JWT_SECRET_KEY", new), ("JWT_SECRET_KEY_PREVIOUS", old)];
    on_stage_with(&both, async |stage| {
        assert_eq!(profile(stage, &token).await.status, 200);
        let own = stage.member().await.token;
        assert_eq!(profile(stage, &own).await.status, 200);
    });
    on_stage_with(&[("JWT_SECRET_KEY", new)], async |stage| {
        let refused = profile(stage, &token).await;
        assert_eq!((refused.status, refused.code()), (401, "token_not_valid"));
    });
}

#[test]
fn an_admin_s_dashboard_is_shared_for_a_moment_and_nobody_else_s_is() {
    let redis = settings_of(&infra::testing::redis::shared());
    for settings in [vec![], pairs(&redis)] {
        on_stage_with(&settings, async |stage| {
            let (first, second, member) = (stage.admin().await, stage.admin().await, stage.member().await);
            let dashboard = async |who: &Person| {
                let reply = stage.get("/api/reports/dashboard/", who).await;
                assert_eq!((reply.status, reply.header("content-type")), (200, "application/json"));
                (reply.header("x-cache").to_owned(), reply.json)
            };
            let (fresh, figures) = dashboard(&first).await;
            assert_eq!((fresh.as_str(), &figures["total_users"]), ("miss", &json!(3)));
            let another = stage.member().await;
            let (kept, same) = dashboard(&second).await;
            assert_eq!((kept.as_str(), same), ("hit", figures));
            for who in [&member, &another, &member] {
                let (none, own) = dashboard(who).await;
                assert_eq!((none.as_str(), &own["wallet_balance"]), ("", &json!("0.00")));
            }
        });
    }
}

#[test]
fn reports_over_everyone_are_shared_for_what_they_were_asked() {
    on_stage_with(&[], async |stage| {
        let (first, second, member) = (stage.admin().await, stage.admin().await, stage.member().await);
        let ask = async |path: &str, who: &Person| {
            let reply = stage.get(path, who).await;
            assert_eq!(reply.status, 200, "{path}: {reply:?}");
            (reply.header("x-cache").to_owned(), reply.json)
        };
        for path in ["/api/reports/sales/", "/api/reports/wallet/"] {
            let (fresh, figures) = ask(path, &first).await;
            assert_eq!((fresh.as_str(), ask(path, &second).await), ("miss", ("hit".to_owned(), figures)));
            // other days are another report
            for days in [
                "?start_date=2026-11-22",
                "?end_date=2026-11-22",
                "?start_date=2026-11-22&end_date=2026-11-22",
            ] {
                let asked = format!("{path}{days}");
                assert_eq!(ask(&asked, &first).await.0, "miss", "{asked}");
                assert_eq!(ask(&asked, &second).await.0, "hit", "{asked}");
            }
            assert_eq!(
                stage.get(&format!("{path}?end_date=22-11-2026"), &first).await.wrong_fields(),
                ["end_date"]
            );
        }
        // what is one person's own is shared with nobody
        for who in [&first, &member] {
            let own = format!("/api/reports/wallet/?user_id={}", member.id);
            assert_eq!(ask(&own, who).await.0, "");
            assert_eq!(ask("/api/reports/user/", who).await.1["user"]["id"], who.id);
        }
        assert_eq!(ask("/api/reports/wallet/", &member).await.0, "");
        assert_eq!(stage.get("/api/reports/sales/", &member).await.status, 403);
        let named = format!("/api/reports/user/?user_id={}", first.id);
        assert_eq!(ask(&named, &member).await.1["user"]["id"], member.id);
        assert_eq!(ask(&named, &second).await.1["user"]["id"], first.id);
    });
}

#[test]
fn codes_are_not_sent_without_end() {
    codes_are_limited(&[("RATE_LIMITS", "on")]);
    let redis = settings_of(&infra::testing::redis::shared());
    codes_are_limited(&[&[("RATE_LIMITS", "on")], pairs(&redis).as_slice()].concat());
}

fn codes_are_limited(settings: &[(&str, &str)]) {
    on_stage_with(settings, async |stage| {
        let send = async |to: &str, from: u8| {
            let body = json!({"identifier": to, "otp_type": "mobile"});
            let request = TestRequest::post().uri("/api/auth/send-otp/").set_json(body);
            stage.send(of_client(request, &format!("203.0.113.{from}"))).await
        };
        let same = ["9000000001", "+919000000001", "09000000001", "919000000001", "9000000001"];
        for (same, from) in same.into_iter().zip(0..) {
            assert_eq!(send(same, from).await.status, 200, "{same}");
        }
        let refused = send("9000000001", 5).await;
        assert_eq!((refused.status, refused.code()), (429, "throttled"));
        let wait: u32 = refused.header("retry-after").parse().unwrap();
        assert!((1..=120).contains(&wait), "{wait}");
        assert_eq!(send("9000000002", 5).await.status, 200);
        assert_eq!(send("not a number", 5).await.wrong_fields(), ["identifier"]);
    });
}
