//! Tokens that another service signed with the same key, and how they end.

use app::{App, auth, auth::AuthFault};
use chrono::TimeDelta;
use infra::{
    on_both,
    testing::TestDb,
    tokens::{Claims, TokenType},
};

use crate::{
    fixture::platform,
    people::{call_with, caller, login},
};

on_both!(
    a_token_of_another_service_is_good_until_its_holder_logs_out,
    logging_out_everywhere_ends_what_was_issued_before,
    what_was_disabled_stays_dead,
);

fn foreign(app: &App, user_id: i64, jti: &str, sid: Option<i64>) -> String {
    let iat = app.clock.now().utc().and_utc().timestamp();
    let claims =
        Claims { token_type: TokenType::Access, exp: iat + 600, iat, jti: jti.to_owned(), user_id, sid };
    app.tokens.sign(&claims).expect("a token")
}

async fn is_over(app: &App, token: &str) -> bool {
    match call_with(app, token).await {
        Ok(_) => false,
        Err(app::Error::Unauthorized(AuthFault::SessionOver(TokenType::Access))) => true,
        Err(other) => panic!("{other}"),
    }
}

async fn a_token_of_another_service_is_good_until_its_holder_logs_out(test: &TestDb) {
    let app = platform(test).await;
    let ours = login(test, &app, "asha@example.in").await;
    let id = ours.user.id;
    let (one, other) = (foreign(&app, id, "one", None), foreign(&app, id, "other", Some(4_711)));
    for token in [&one, &other] {
        let call = call_with(&app, token).await.expect("it is good");
        assert_eq!((call.actor.id, call.actor.session), (id, None));
    }
    let call = call_with(&app, &one).await.expect("a caller");
    auth::logout(&app, &call, None).await.expect("logged out");
    auth::logout(&app, &call, None).await.expect("once more");
    assert!(is_over(&app, &one).await);
    assert!(!is_over(&app, &other).await && !is_over(&app, &ours.tokens.access).await, "others go on");
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM dead_tokens WHERE jti_hash LIKE '%one%'"), 0);
    // a session that is ours and has ended is no stranger's
    let call = call_with(&app, &ours.tokens.access).await.expect("a caller");
    auth::logout(&app, &call, None).await.expect("logged out");
    let session = test.number("SELECT MAX(id) AS value FROM sessions");
    assert!(is_over(&app, &foreign(&app, id, "new", Some(session))).await);
    // nor is another's
    let others = caller(test, &app, "ravi@example.in").await.actor.session;
    assert!(is_over(&app, &foreign(&app, id, "new", others)).await);
    // what is over by itself is forgotten
    app.clock.advance(TimeDelta::days(2));
    app::schedule::run_due_jobs(&app).await.expect("the jobs run");
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM dead_tokens"), 0);
}

async fn logging_out_everywhere_ends_what_was_issued_before(test: &TestDb) {
    let app = platform(test).await;
    let id = login(test, &app, "asha@example.in").await.user.id;
    let (one, two) = (foreign(&app, id, "one", None), foreign(&app, id, "two", None));
    let call = call_with(&app, &one).await.expect("a caller");
    auth::logout_all(&app, &call).await.expect("logged out");
    assert!(is_over(&app, &one).await && is_over(&app, &two).await);
    // our own sessions are told apart by themselves, within the same second
    caller(test, &app, "asha@example.in").await;
    app.clock.advance(TimeDelta::seconds(1));
    assert!(!is_over(&app, &foreign(&app, id, "three", None)).await);
}

async fn what_was_disabled_stays_dead(test: &TestDb) {
    let app = platform(test).await;
    let id = login(test, &app, "asha@example.in").await.user.id;
    let token = foreign(&app, id, "one", None);
    app::users::disable_user(&app, id).await.expect("disabled");
    let refused = call_with(&app, &token).await;
    assert!(matches!(refused, Err(app::Error::Unauthorized(AuthFault::UserInactive))));
    app::users::enable_user(&app, id).await.expect("enabled");
    assert!(is_over(&app, &token).await);
}
