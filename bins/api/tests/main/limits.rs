//! How often one may ask: every client, every member, on every route, whoever counts it.

use std::{net::IpAddr, process::Stdio, time::Instant};

use actix_web::{http::Method, test::TestRequest};
use infra::testing::redis::shared;
use serde_json::json;

use crate::{
    outages::{pairs, settings_of},
    platform::Platform,
    stage::{Person, Reply, Stage, on_stage, on_stage_with},
};

/// A request from this address.
pub fn of_client(request: TestRequest, address: &str) -> TestRequest {
    let address: IpAddr = address.parse().unwrap();
    request.peer_addr((address, 4711).into())
}

/// Where it is counted in the process, and where in Redis.
fn on_both_stores(work: impl AsyncFn(&Stage)) {
    let redis = settings_of(&shared());
    for store in [vec![], pairs(&redis)] {
        on_stage_with(&[&[("RATE_LIMITS", "on")], store.as_slice()].concat(), async |stage| {
            work(stage).await
        });
    }
}

/// Sends until it is refused, which is after `times` and what came free meanwhile, and gives the refusal. What is
/// answered before has this status.
async fn allows(stage: &Stage, times: u64, status: u16, request: impl Fn(u64) -> TestRequest) -> Reply {
    let begun = Instant::now();
    for sent in 0..1000 {
        let reply = stage.send(request(sent)).await;
        let figure = |name: &str| reply.header(name).parse::<u64>().expect(name);
        assert_eq!(figure("x-ratelimit-limit"), times, "{reply:?}");
        let step_s = 60_u64.div_ceil(times);
        if reply.status == 429 {
            let freed = begun.elapsed().as_secs() * times / 60 + 1;
            assert!((times..=times + freed).contains(&sent), "{sent} were allowed, {freed} of them by time");
            assert_eq!((reply.code(), figure("x-ratelimit-remaining")), ("throttled", 0));
            assert!((1..=step_s).contains(&figure("retry-after")), "{reply:?}");
            assert!((60 - step_s..=60).contains(&figure("x-ratelimit-reset")), "{reply:?}");
            return reply;
        }
        assert_eq!((reply.status, reply.header("retry-after")), (status, ""), "{reply:?}");
        if sent == 0 {
            let whole = (figure("x-ratelimit-remaining"), figure("x-ratelimit-reset"));
            assert_eq!(whole, (times - 1, step_s), "{reply:?}");
        }
    }
    panic!("it is not limited");
}

fn send_code(number: u64) -> TestRequest {
    let body = json!({"identifier": format!("97000{number:05}"), "otp_type": "mobile"});
    TestRequest::post().uri("/api/auth/send-otp/").set_json(body)
}

fn try_code() -> TestRequest {
    let body = json!({"identifier": "9700000000", "otp_type": "mobile", "otp_code": "0"});
    TestRequest::post().uri("/api/auth/verify-otp/").set_json(body)
}

fn book(who: &Person) -> TestRequest {
    who.on(Method::POST, "/api/booking/bookings/").set_json(json!({}))
}

#[test]
fn a_client_has_a_share_of_each_group() {
    on_both_stores(async |stage| {
        let member = stage.member().await;
        let from = |request| of_client(request, "203.0.113.1");
        allows(stage, 5, 200, |number| from(send_code(number))).await;
        // the same share, and counted before anything is read
        let sign_up = from(TestRequest::post().uri("/api/auth/signup").set_payload("{"));
        assert_eq!(stage.send(sign_up).await.status, 429);
        allows(stage, 5, 400, |_| from(try_code())).await;
        // whatever becomes of a request, it is counted
        allows(stage, 10, 401, |_| from(TestRequest::post().uri("/api/booking/bookings/7/cancel/"))).await;
        assert_eq!(stage.send(from(book(&member))).await.status, 429);
        let reads = ["/api/", "/api/wallet/", "/api/users/7/", "/api/payout/?page=x", "/media/x"];
        let read = |number: u64| {
            let path = reads[usize::try_from(number).unwrap() % reads.len()];
            from(member.on(Method::GET, path))
        };
        for (number, status) in (0..).zip([200, 200, 404, 400, 404]) {
            let reply = stage.send(read(number)).await;
            assert_eq!((reply.status, reply.header("x-ratelimit-limit")), (status, "100"), "{reply:?}");
        }
        let mut last = 0;
        while last != 429 {
            last = stage.send(read(0)).await.status;
        }
        // nobody else pays for it
        let another = of_client(member.on(Method::GET, "/api/wallet/"), "203.0.113.2");
        assert_eq!(stage.send(another).await.header("x-ratelimit-remaining"), "99");
        assert_eq!(stage.send(of_client(send_code(9), "203.0.113.2")).await.status, 200);
    });
}

#[test]
fn a_hundred_of_all_else_a_minute() {
    on_both_stores(async |stage| {
        allows(stage, 100, 200, |_| of_client(TestRequest::with_uri("/api/"), "203.0.113.1")).await;
    });
}

#[test]
fn a_member_books_as_often_from_many_clients_as_from_one() {
    on_both_stores(async |stage| {
        let (member, another) = (stage.member().await, stage.member().await);
        allows(stage, 10, 400, |number| of_client(book(&member), &format!("203.0.113.{number}"))).await;
        let reply = stage.send(of_client(book(&another), "203.0.113.0")).await;
        assert_eq!(
            (reply.status, reply.header("x-ratelimit-remaining")),
            (400, "8"),
            "of the client's share"
        );
    });
}

#[test]
fn an_ipv6_client_is_its_network() {
    on_both_stores(async |stage| {
        let from = |number: u64| of_client(try_code(), &format!("2001:db8:1:1:{number:x}::{number:x}"));
        allows(stage, 5, 400, from).await;
        assert_eq!(stage.send(of_client(try_code(), "2001:db8:1:2::1")).await.status, 400);
        // the same address in two ways of writing
        for address in ["203.0.113.1", "::ffff:203.0.113.1"].iter().cycle().take(5) {
            assert_eq!(stage.send(of_client(try_code(), address)).await.status, 400);
        }
        assert_eq!(stage.send(of_client(try_code(), "::ffff:203.0.113.1")).await.status, 429);
    });
}

#[test]
fn what_a_client_says_of_itself_is_not_believed() {
    let settings = [("RATE_LIMITS", "on"), ("TRUSTED_PROXIES", "10.0.0.1")];
    on_stage_with(&settings, async |stage| {
        let said =
            |peer: &str, said: &str| of_client(try_code(), peer).append_header(("X-Forwarded-For", said));
        let liar = |number: u64| said("203.0.113.1", &format!("198.51.100.{number}"));
        allows(stage, 5, 400, liar).await;
        // a proxy adds the address that it sees: behind the others, or as a header of its own
        let behind = |number: u64| match number % 2 {
            0 => said("10.0.0.1", &format!("198.51.100.{number}, 203.0.113.2")),
            _ => said("10.0.0.1", &format!("198.51.100.{number}"))
                .append_header(("X-Forwarded-For", "203.0.113.2")),
        };
        allows(stage, 5, 400, behind).await;
        assert_eq!(stage.send(said("10.0.0.1", "203.0.113.3")).await.status, 400);
    });
}

#[test]
fn who_watches_over_the_platform_is_never_refused() {
    on_stage_with(&[("RATE_LIMITS", "on")], async |stage| {
        let watch = |path: &str| of_client(TestRequest::with_uri(path), "127.0.0.1");
        while stage.send(watch("/api/")).await.status != 429 {}
        for _ in 0..101 {
            let reply = stage.send(watch("/health/")).await;
            assert_eq!((reply.status, reply.header("x-ratelimit-limit")), (200, ""));
        }
        assert_eq!(stage.send(watch("/health/ready/")).await.code(), "not_ready");
        assert_eq!(stage.send(watch("/metrics")).await.status, 200);
    });
}

#[test]
fn a_fault_of_ours_says_how_one_stands_too() {
    on_stage_with(&[("RATE_LIMITS", "on")], async |stage| {
        let member = stage.member().await;
        stage.test.sql("ALTER TABLE bookings RENAME TO gone").unwrap();
        let reply = stage.get("/api/booking/bookings/", &member).await;
        assert_eq!((reply.status, reply.header("x-ratelimit-remaining")), (500, "99"), "{reply:?}");
    });
}

#[test]
fn a_developer_s_server_has_no_limits() {
    on_stage(async |stage| {
        let member = stage.member().await;
        for _ in 0..20 {
            let reply = stage.send(of_client(book(&member), "203.0.113.1")).await;
            assert_eq!((reply.status, reply.header("x-ratelimit-limit")), (400, ""));
        }
    });
}

#[test]
fn two_processes_with_one_redis_count_together() {
    let folders = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let mut settings = settings_of(&shared());
    settings.extend([
        ("RATE_LIMITS", "on".to_owned()),
        ("SECRET_KEY", "a secret of both, long enough to serve".to_owned()),
        ("JWT_SECRET_KEY", "another secret of both, long enough".to_owned()),
    ]);
    let start = |settings: &[(&str, &str)]| {
        folders.each_ref().map(|folder| Platform::start_with(folder.path(), &[], settings, Stdio::inherit()))
    };
    let body = "identifier=a%40example.in&otp_type=email&otp_code=0";
    // how many of twenty are let in, asked in turn; one more comes free every twelve seconds
    let allowed = |processes: &[Platform]| {
        let begun = Instant::now();
        let refused = |process: &Platform| {
            let reply = process.reply("POST /api/auth/verify-otp/", "", body);
            reply.starts_with("HTTP/1.1 429")
        };
        let allowed = processes.iter().cycle().take(20).filter(|process| !refused(process)).count() as u64;
        (allowed, begun.elapsed().as_secs() / 12 + 1)
    };
    let together = start(&pairs(&settings));
    let (sum, freed) = allowed(&together);
    assert!((5..=5 + freed).contains(&sum), "{sum}");
    together.into_iter().for_each(Platform::end);
    let alone: Vec<_> =
        pairs(&settings).into_iter().filter(|(name, _)| !name.starts_with("REDIS_")).collect();
    let apart = start(&alone);
    let (sum, freed) = allowed(&apart);
    assert!((10..=10 + 2 * freed).contains(&sum), "{sum}");
    apart.into_iter().for_each(Platform::end);
}
