//! Parts that go away while the platform serves: what needs them is refused for a while, all else goes on, and it heals
//! by itself.

#[path = "outages/proxy.rs"]
pub mod proxy;

use actix_web::{http::Method, test::TestRequest};
use infra::{
    config::RedisConfig,
    db::Address,
    testing::{Engine, TestDb, redis::OwnRedis},
};
use serde_json::{Value, json};

use crate::stage::{Person, Reply, Stage, on_stage_of, on_stage_with};
use proxy::Proxy;

/// How a process is told of this Redis.
pub fn settings_of(redis: &RedisConfig) -> Vec<(&'static str, String)> {
    vec![
        ("REDIS_HOST", redis.host.clone()),
        ("REDIS_PORT", redis.port.to_string()),
        ("REDIS_DB", redis.database.to_string()),
    ]
}

/// The same as pairs of texts.
pub fn pairs<'a>(settings: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    settings.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

#[track_caller]
fn assert_away(reply: &Reply) {
    assert_eq!(
        (reply.status, reply.code(), reply.header("retry-after")),
        (503, "unavailable", "1"),
        "{reply:?}"
    );
}

async fn failing(stage: &Stage) -> Vec<Value> {
    let ready = stage.send(TestRequest::with_uri("/health/ready/")).await;
    ready.json["failing"].as_array().cloned().unwrap_or_default()
}

#[test]
fn redis() {
    let mut server = OwnRedis::start();
    let mut settings = settings_of(&server.config());
    settings.push(("RATE_LIMITS", "on".to_owned()));
    on_stage_with(&pairs(&settings), async |stage| {
        let (member, admin) = (stage.member().await, stage.admin().await);
        let identifier = json!({"identifier": "9000000001", "otp_type": "mobile"});
        let send = || TestRequest::post().uri("/api/auth/send-otp/").set_json(&identifier);
        let code = json!({"identifier": "9000000001", "otp_type": "mobile", "otp_code": "000000"});
        let verify = || TestRequest::post().uri("/api/auth/verify-otp/").set_json(&code);
        let dashboard = async || {
            let reply = stage.get("/api/reports/dashboard/", &admin).await;
            assert_eq!(reply.status, 200, "{reply:?}");
            reply.header("x-cache").to_owned()
        };
        for round in ["first", "second"] {
            assert_eq!(stage.send(send()).await.status, 200, "{round}");
            assert_eq!([dashboard().await, dashboard().await], ["miss", "hit"], "{round}");
            assert!(!failing(stage).await.contains(&"redis".into()), "{round}");

            server.kill();
            assert_away(&stage.send(send()).await);
            assert_away(&stage.send(verify()).await);
            assert!(failing(stage).await.contains(&"redis".into()), "{round}");
            assert_eq!([dashboard().await, dashboard().await], ["miss", "miss"], "{round}");
            assert_eq!(stage.get("/api/users/profile/", &member).await.status, 200, "{round}");
            server.start_again();
        }
        assert_eq!(stage.send(verify()).await.wrong_fields(), ["otp_code"], "it was emptied");
        assert_eq!(stage.send(send()).await.status, 200);
    });
}

/// Runs a test on a stage that reaches its database server through a proxy.
pub fn behind_a_proxy(test: impl AsyncFnOnce(&Stage, &mut Proxy)) {
    let behind = TestDb::unmigrated(Engine::Mysql);
    let Address::Mysql(server) = behind.db.address() else { panic!("it is a server") };
    let mut proxy = Proxy::start(&server.host, server.port);
    let port = proxy.port().to_string();
    let settings = [("DB_HOST", "127.0.0.1"), ("DB_PORT", &port), ("DB_TIMEOUT", "1"), ("DB_POOL_SIZE", "2")];
    on_stage_of(Engine::Mysql, &settings, async |stage| test(stage, &mut proxy).await);
}

#[test]
fn a_database_server() {
    behind_a_proxy(async |stage, proxy| {
        let member = stage.member().await;
        assert_served(stage, &member).await;
        for round in ["first", "second"] {
            proxy.stall();
            assert_refused(stage, &member).await;
            proxy.go_on();
            wait_until_served(stage, &member).await;
            assert_served(stage, &member).await;

            proxy.kill();
            assert_refused(stage, &member).await;
            proxy.start_again();
            wait_until_served(stage, &member).await;
            assert_served(stage, &member).await;
            assert!(!failing(stage).await.contains(&"database".into()), "{round}");
        }
    });
}

fn read(member: &Person) -> TestRequest {
    member.on(Method::GET, "/api/users/profile/")
}

fn write(member: &Person) -> TestRequest {
    member.on(Method::PATCH, "/api/users/update_profile/").set_json(json!({"first_name": "Asha"}))
}

async fn assert_served(stage: &Stage, member: &Person) {
    for request in [read(member), write(member), read(member), write(member)] {
        let reply = stage.send(request).await;
        assert_eq!(reply.status, 200, "{reply:?}");
    }
}

/// More of each than there are connections.
async fn assert_refused(stage: &Stage, member: &Person) {
    for _ in 0..3 {
        assert_away(&stage.send(read(member)).await);
        assert_away(&stage.send(write(member)).await);
    }
    assert_eq!(failing(stage).await, ["database"]);
    assert_eq!(stage.send(TestRequest::with_uri("/health/")).await.status, 200);
}

/// Nobody has to do anything but ask again.
async fn wait_until_served(stage: &Stage, member: &Person) {
    for request in [read, write] {
        while stage.send(request(member)).await.status == 503 {
            actix_web::rt::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }
}
