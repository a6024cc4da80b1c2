//! What is kept in Redis, on a real one.

use std::time::Duration;

use chrono::TimeDelta;
use infra::{
    Error,
    cache::{Cache, Cached},
    limits::{Limit, Limits, Standing},
    redis::{Redis, TakenCode},
    secrets::Keys,
    testing::redis::{OwnRedis, says, shared},
};
use wallet_rules::calendar::Instant;

fn now() -> Instant {
    Instant::parse_rfc3339("2026-11-22T10:00:00+05:30").expect("an instant")
}

fn redis() -> Redis {
    Redis::open(&shared()).expect("an address")
}

fn keys() -> Keys {
    Keys::of(&"a secret of the tests, long enough to serve".into())
}

/// Runs a test of async code.
fn run(work: impl Future<Output = ()>) {
    infra::testing::runtime().block_on(work);
}

async fn take(redis: &Redis, subject: &str, hash: &str, now: Instant) -> infra::Result<Option<TakenCode>> {
    Ok(redis.take_codes(&[(subject, hash)], now).await?.ok().and_then(|mut taken| taken.pop()))
}

async fn left_ms(redis: &Redis) -> Vec<i64> {
    let mut left = Vec::new();
    for key in says::<Vec<String>>(redis, &["KEYS", "*"]).await {
        assert!(key.starts_with("ev:"), "{key}");
        left.push(says(redis, &["PTTL", &key]).await);
    }
    left
}

#[test]
fn two_codes_are_taken_together_or_not_at_all() {
    run(async {
        let redis = redis();
        let (now, end) = (now(), now().plus(TimeDelta::minutes(10)));
        for subject in ["a", "b"] {
            redis.put_code(subject, "right", end, now).await.unwrap();
        }
        let wrong =
            async |a: &str, b: &str| redis.take_codes(&[("a", a), ("b", b)], now).await.unwrap().err();
        assert_eq!(wrong("right", "wrong").await, Some(vec![1]));
        assert_eq!(wrong("wrong", "right").await, Some(vec![0]));
        assert_eq!(wrong("wrong", "wrong").await, Some(vec![0, 1]));
        let taken = redis.take_codes(&[("a", "right"), ("b", "right")], now).await.unwrap().expect("both");
        assert_eq!(wrong("right", "right").await, Some(vec![0, 1]), "both are gone");
        for code in taken {
            redis.give_code_back(code, now).await.unwrap();
        }
        // two wrong ones each were counted, so three more end them
        for _ in 0..3 {
            assert_eq!(wrong("right", "wrong").await, Some(vec![1]));
        }
        assert_eq!(wrong("right", "right").await, Some(vec![1]));
        assert_eq!(redis.take_codes(&[], now).await.unwrap().map(|taken| taken.len()), Ok(0));
    });
}

#[test]
fn a_code_works_once_and_five_wrong_ones_end_it() {
    run(async {
        let redis = redis();
        let (now, end) = (now(), now().plus(TimeDelta::minutes(10)));
        assert!(take(&redis, "a", "right", now).await.unwrap().is_none());
        redis.put_code("a", "right", end, now).await.unwrap();
        let left = left_ms(&redis).await;
        assert!(left.len() == 1 && (1..=600_000).contains(&left[0]), "{left:?}");
        for _ in 0..4 {
            assert!(take(&redis, "a", "wrong", now).await.unwrap().is_none());
        }
        assert!(take(&redis, "a", "right", now).await.unwrap().is_some());
        assert!(take(&redis, "a", "right", now).await.unwrap().is_none());

        redis.put_code("a", "right", end, now).await.unwrap();
        for _ in 0..5 {
            assert!(take(&redis, "a", "wrong", now).await.unwrap().is_none());
        }
        assert!(take(&redis, "a", "right", now).await.unwrap().is_none());
        assert!(take(&redis, "b", "right", now).await.unwrap().is_none());
    });
}

#[test]
fn a_code_that_is_given_back_is_as_it_was_unless_there_is_a_newer_one() {
    run(async {
        let redis = redis();
        let (now, end) = (now(), now().plus(TimeDelta::minutes(10)));
        redis.put_code("a", "right", end, now).await.unwrap();
        for _ in 0..4 {
            assert!(take(&redis, "a", "wrong", now).await.unwrap().is_none());
        }
        let later = now.plus(TimeDelta::minutes(8));
        let taken = take(&redis, "a", "right", later).await.unwrap().expect("it is right");
        redis.give_code_back(taken, later).await.unwrap();
        let left = left_ms(&redis).await;
        assert!(left.len() == 1 && (1..=120_000).contains(&left[0]), "{left:?}");
        let last = end.plus(TimeDelta::microseconds(-1));
        let taken = take(&redis, "a", "right", last).await.unwrap().expect("it is still good");
        redis.give_code_back(taken, last).await.unwrap();
        assert!(take(&redis, "a", "right", end).await.unwrap().is_none(), "its time is over");

        redis.put_code("b", "old", end, now).await.unwrap();
        let old = take(&redis, "b", "old", now).await.unwrap().expect("it is right");
        redis.put_code("b", "new", end, now).await.unwrap();
        redis.give_code_back(old, now).await.unwrap();
        assert!(take(&redis, "b", "old", now).await.unwrap().is_none());
        let taken = take(&redis, "b", "new", now).await.unwrap().expect("the newer one stands");
        // the wrong try is its own, and the fifth try is still good
        redis.give_code_back(taken, now).await.unwrap();
        for _ in 0..3 {
            assert!(take(&redis, "b", "old", now).await.unwrap().is_none());
        }
        assert!(take(&redis, "b", "new", now).await.unwrap().is_some());
    });
}

#[test]
fn of_many_who_bring_the_same_code_at_once_one_gets_it() {
    run(async {
        let redis = redis();
        redis.put_code("a", "right", now().plus(TimeDelta::minutes(10)), now()).await.unwrap();
        let all: Vec<_> = (0..20)
            .map(|_| {
                let redis = redis.clone();
                tokio::spawn(async move { take(&redis, "a", "right", now()).await.unwrap().is_some() })
            })
            .collect();
        let mut won = 0;
        for one in all {
            won += usize::from(one.await.unwrap());
        }
        assert_eq!(won, 1);
    });
}

const LIMIT: Limit = Limit { name: "tests", times: 3, window: TimeDelta::seconds(60) };

/// What holds wherever it is counted: three at once, then one every 20 seconds.
async fn counts(limits: &Limits) {
    let begin = now();
    let ask = async |subject: &str, after_ms: i64| {
        limits.count(&LIMIT, subject, begin.plus(TimeDelta::milliseconds(after_ms))).await.unwrap()
    };
    let allowed = |remaining, reset_s| Standing { times: 3, remaining, reset_s, wait_s: None };
    let refused = |wait_s, reset_s| Standing { times: 3, remaining: 0, reset_s, wait_s: Some(wait_s) };
    assert_eq!(ask("a", 0).await, allowed(2, 20));
    assert_eq!(ask("a", 0).await, allowed(1, 40));
    assert_eq!(ask("b", 0).await, allowed(2, 20));
    assert_eq!(ask("a", 500).await, allowed(0, 60));
    // what is refused is not counted
    assert_eq!(ask("a", 500).await, refused(20, 60));
    assert_eq!(ask("a", 19_999).await, refused(1, 41));
    assert_eq!(ask("a", 20_000).await, allowed(0, 60));
    assert_eq!(ask("a", 20_001).await, refused(20, 60));
    assert_eq!(ask("a", 60_000).await, allowed(1, 40));
    assert_eq!(ask("a", 130_000).await, allowed(2, 20));
    let another = Limit { name: "others", ..LIMIT };
    assert_eq!(limits.count(&another, "a", begin).await.unwrap(), allowed(2, 20));
}

#[test]
fn a_limit_counts_alike_in_the_process_and_in_redis() {
    run(async {
        counts(&Limits::of(None, &keys())).await;
        let redis = redis();
        counts(&Limits::of(Some(&redis), &keys())).await;
        let left = left_ms(&redis).await;
        assert!(left.len() == 3 && left.iter().all(|left| (1..=60_000).contains(left)), "{left:?}");
        let names: Vec<String> = says(&redis, &["KEYS", "*"]).await;
        assert!(names.iter().all(|name| name.rsplit(':').next().unwrap().len() == 64), "{names:?}");
    });
}

#[test]
fn a_limit_in_redis_is_one_for_all_processes() {
    run(async {
        let config = shared();
        let mut allowed = 0;
        let processes = [0; 4].map(|_| Limits::of(Some(&Redis::open(&config).unwrap()), &keys()));
        for limits in processes.iter().cycle().take(12) {
            let told = limits.count_anyway(&LIMIT, "a", now()).await;
            allowed += u32::from(told.wait_s.is_none());
        }
        assert_eq!(allowed, 3);
    });
}

async fn made(text: &str) -> Result<String, Error> {
    Ok(text.to_owned())
}

fn cached(text: &str, hit: bool) -> Cached {
    Cached { text: text.to_owned(), hit }
}

/// What holds wherever it is kept.
async fn shares(cache: &Cache) {
    assert_eq!(cache.share("a", made("1")).await.unwrap(), cached("1", false));
    assert_eq!(cache.share("a", made("2")).await.unwrap(), cached("1", true));
    assert_eq!(cache.share("b", made("3")).await.unwrap(), cached("3", false));
    let failed = async { Err(Error::unavailable("the database")) };
    assert!(cache.share("c", failed).await.is_err());
    assert_eq!(cache.share("c", made("4")).await.unwrap(), cached("4", false));
    // those who ask while it is made wait for it
    let (slow, other) = while_making(cache, "d", made("5"), made("6")).await;
    assert_eq!((slow.unwrap(), other.unwrap()), (cached("5", false), cached("5", true)));
    // and make it themselves when that failed
    let failing = async { Err(Error::unavailable("the database")) };
    let (failed, other) = while_making(cache, "e", failing, made("7")).await;
    assert!(failed.is_err());
    assert_eq!(other.unwrap(), cached("7", false));
}

type Shared = Result<Cached, Error>;

/// Asks twice, the second time while the first one is being made.
async fn while_making(
    cache: &Cache,
    name: &str,
    first: impl Future<Output = Result<String, Error>>,
    second: impl Future<Output = Result<String, Error>>,
) -> (Shared, Shared) {
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let slow = async {
        begun.send(()).unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        first.await
    };
    let other = async {
        has_begun.await.unwrap();
        cache.share(name, second).await
    };
    tokio::join!(cache.share(name, slow), other)
}

#[test]
fn a_reply_is_shared_alike_in_the_process_and_in_redis() {
    run(async {
        shares(&Cache::of(None, &keys())).await;
        let redis = redis();
        let cache = Cache::of(Some(&redis), &keys());
        shares(&cache).await;
        let left = left_ms(&redis).await;
        assert!(left.len() == 4 && left.iter().all(|left| (1..=10_000).contains(left)), "{left:?}");
        // another process of this platform sees it, another platform on the same Redis does not
        let beside = Cache::of(Some(&redis), &keys());
        assert_eq!(beside.share("a", made("8")).await.unwrap(), cached("1", true));
        let stranger = Cache::of(Some(&redis), &Keys::of(&"another platform's".into()));
        assert_eq!(stranger.share("a", made("8")).await.unwrap(), cached("8", false));
        says::<()>(&redis, &["FLUSHDB"]).await;
        assert_eq!(cache.share("a", made("9")).await.unwrap(), cached("9", false));
    });
}

#[test]
fn a_redis_that_goes_away_is_missed_at_once_and_found_again() {
    let mut server = OwnRedis::start();
    let redis = Redis::open(&server.config()).unwrap();
    let cache = Cache::of(Some(&redis), &keys());
    let limits = Limits::of(Some(&redis), &keys());
    let missing = async || {
        let error = redis.ping().await.unwrap_err();
        assert!(matches!(&error, Error::Unavailable { outcome_unknown: false, .. }), "{error:?}");
        assert!(error.to_string().contains(&redis.config().to_string()), "{error}");
        assert!(redis.put_code("a", "right", now(), now()).await.is_err());
        assert!(limits.count(&LIMIT, "a", now()).await.is_err());
        assert_eq!(limits.count_anyway(&LIMIT, "a", now()).await.times, LIMIT.times);
        assert_eq!(cache.share("a", made("1")).await.unwrap(), cached("1", false));
    };
    // connections live in the runtime that asked first
    let runtime = infra::testing::runtime();
    runtime.block_on(redis.ping()).unwrap();
    for _ in 0..2 {
        server.kill();
        runtime.block_on(missing());
        server.start_again();
        runtime.block_on(redis.ping()).unwrap();
        // one that stands still is missed too
        server.signal("STOP");
        runtime.block_on(missing());
        server.signal("CONT");
        runtime.block_on(redis.ping()).unwrap();
        runtime.block_on(says::<()>(&redis, &["SCRIPT", "FLUSH"]));
        assert!(runtime.block_on(limits.count(&LIMIT, "a", now())).is_ok());
    }
}

#[test]
fn without_redis_each_process_counts_by_itself_and_with_it_all_together_again() {
    let mut server = OwnRedis::start();
    let config = server.config();
    let processes = [0; 2].map(|_| Limits::of(Some(&Redis::open(&config).unwrap()), &keys()));
    let runtime = infra::testing::runtime();
    let allowed = |after: TimeDelta| {
        let ask = |limits: &Limits| runtime.block_on(limits.count_anyway(&LIMIT, "a", now().plus(after)));
        processes.iter().cycle().take(12).filter(|limits| ask(limits).wait_s.is_none()).count()
    };
    assert_eq!(allowed(TimeDelta::zero()), 3);
    server.kill();
    assert_eq!(allowed(TimeDelta::seconds(1)), 6);
    server.start_again();
    // a process asks again a second after it was not answered
    assert_eq!(allowed(TimeDelta::seconds(3)), 3);
}
