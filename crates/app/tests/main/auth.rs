//! Logging in, and what hostile callers try.

use app::{
    Error,
    auth::{self, AuthFault},
};
use binary_tree::Side;
use chrono::TimeDelta;
use infra::{
    on_both,
    testing::TestDb,
    tokens::{TokenFault, TokenType},
};
use wallet_rules::people::Role;

use crate::{
    fixture::{code_of, platform},
    people::{answer, at_once, call_with, caller, code_for, login, verify},
};

on_both!(
    an_unknown_identifier_becomes_an_account_and_logs_in_again,
    a_sponsor_and_a_side_are_kept,
    a_refresh_token_works_once_and_its_reuse_ends_the_session,
    two_refreshes_at_once_have_one_winner,
    logging_out_kills_both_tokens_at_once,
    bad_tokens_are_told_apart,
    a_disabled_account_is_out_at_once,
    an_identifier_that_was_given_up_makes_another_account,
    a_superuser_is_an_admin_without_a_place,
);

fn fault<T: std::fmt::Debug>(outcome: app::Result<T>) -> AuthFault {
    match outcome.expect_err("a refusal") {
        Error::Unauthorized(fault) => fault,
        other => panic!("{other}"),
    }
}

async fn an_unknown_identifier_becomes_an_account_and_logs_in_again(test: &TestDb) {
    let app = platform(test).await;
    let first = login(test, &app, "asha@example.in").await;
    assert_eq!(
        (first.user.username.as_str(), first.user.email.as_str()),
        ("asha@example.in", "asha@example.in")
    );
    assert_eq!((first.user.mobile.as_str(), first.user.role), ("", Role::User));
    let again = login(test, &app, "asha@example.in").await;
    assert_eq!(again.user.id, first.user.id);
    assert_ne!(again.tokens, first.tokens);
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM users"), 1);
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM wallets"), 1);
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM accounts WHERE user_id IS NOT NULL"), 3);
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM tree_events WHERE kind = 'join'"), 1);
    // the two ways to write one mobile number are one account
    let code = code_for(test, &app, "9000000101").await;
    let with_prefix = verify(&app, "+919000000101", &code).await.expect("a login");
    assert_eq!(with_prefix.user.mobile, "9000000101");
    assert_eq!(login(test, &app, "9000000101").await.user.id, with_prefix.user.id);
    let wrong = auth::send_otp(&app, "test", "not an address", crate::people::kind_of("@")).await;
    assert_eq!(code_of(wrong), "identifier");
}

async fn a_sponsor_and_a_side_are_kept(test: &TestDb) {
    let app = platform(test).await;
    let sponsor = caller(test, &app, "sponsor@example.in").await;
    let code = app::users::view_profile(&app, &sponsor).await.expect("a profile").referral_code;
    let otp = code_for(test, &app, "9000000102").await;
    let mut input = answer("9000000102", &otp);
    input.referral_code = Some(format!(" {} ", code.to_lowercase()));
    input.side = Some(Side::Right);
    let brought_in = auth::verify_otp(&app, "test", input).await.expect("a login");
    let id = brought_in.user.id;
    let sponsor_id = sponsor.actor.id;
    assert_eq!(test.number(&format!("SELECT sponsor_id AS value FROM users WHERE id = {id}")), sponsor_id);
    let joins = format!(
        "SELECT COUNT(*) AS value FROM tree_events
         WHERE kind = 'join' AND member_id = {id} AND sponsor_id = {sponsor_id} AND side = 'right'"
    );
    assert_eq!(test.number(&joins), 1);
    // a sponsor is never changed, whatever code comes with a later login
    let otp = code_for(test, &app, "9000000102").await;
    let other = caller(test, &app, "other@example.in").await;
    let mut input = answer("9000000102", &otp);
    input.referral_code =
        Some(app::users::view_profile(&app, &other).await.expect("a profile").referral_code);
    auth::verify_otp(&app, "test", input).await.expect("a login");
    assert_eq!(test.number(&format!("SELECT sponsor_id AS value FROM users WHERE id = {id}")), sponsor_id);
}

async fn a_refresh_token_works_once_and_its_reuse_ends_the_session(test: &TestDb) {
    let app = platform(test).await;
    let first = login(test, &app, "asha@example.in").await.tokens;
    let other_session = login(test, &app, "asha@example.in").await.tokens;
    app.clock.advance(TimeDelta::minutes(5));
    let second = auth::refresh(&app, &first.refresh).await.expect("the next pair");
    call_with(&app, &second.access).await.expect("the new access token is good");
    call_with(&app, &first.access).await.expect("the old one too, until its time is over");
    let over = AuthFault::SessionOver(TokenType::Refresh);
    assert_eq!(fault(auth::refresh(&app, &first.refresh).await), over);
    assert_eq!(fault(auth::refresh(&app, &second.refresh).await), over);
    assert_eq!(fault(call_with(&app, &second.access).await), AuthFault::SessionOver(TokenType::Access));
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM sessions WHERE ended_because = 'reuse'"), 1);
    auth::refresh(&app, &other_session.refresh).await.expect("another session goes on");
}

async fn two_refreshes_at_once_have_one_winner(test: &TestDb) {
    let app = platform(test).await;
    for _ in 0..3 {
        let tokens = login(test, &app, "asha@example.in").await.tokens;
        let outcomes = at_once(2, |_| {
            let (app, token) = (app.clone(), tokens.refresh.clone());
            async move { auth::refresh(&app, &token).await }
        })
        .await;
        let (won, lost): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
        assert_eq!((won.len(), lost.len()), (1, 1));
        for refusal in lost {
            assert_eq!(fault(refusal), AuthFault::SessionOver(TokenType::Refresh));
        }
    }
}

async fn logging_out_kills_both_tokens_at_once(test: &TestDb) {
    let app = platform(test).await;
    let tokens = login(test, &app, "asha@example.in").await.tokens;
    let elsewhere = login(test, &app, "asha@example.in").await.tokens;
    let others = login(test, &app, "ravi@example.in").await.tokens;
    let call = call_with(&app, &tokens.access).await.expect("a caller");
    // another's refresh token ends nothing of theirs
    auth::logout(&app, &call, Some(&others.refresh)).await.expect("logged out");
    assert_eq!(fault(call_with(&app, &tokens.access).await), AuthFault::SessionOver(TokenType::Access));
    assert_eq!(fault(auth::refresh(&app, &tokens.refresh).await), AuthFault::SessionOver(TokenType::Refresh));
    call_with(&app, &others.access).await.expect("another's session goes on");
    let call = call_with(&app, &elsewhere.access).await.expect("a caller");
    auth::logout(&app, &call, Some("no token at all")).await.expect("logged out");
    assert_eq!(fault(call_with(&app, &elsewhere.access).await), AuthFault::SessionOver(TokenType::Access));
}

async fn bad_tokens_are_told_apart(test: &TestDb) {
    let app = platform(test).await;
    let tokens = login(test, &app, "asha@example.in").await.tokens;
    let token = |token_type, fault| AuthFault::Token(token_type, fault);
    let wrong_type = |token_type| token(token_type, TokenFault::WrongType);
    assert_eq!(fault(call_with(&app, &tokens.refresh).await), wrong_type(TokenType::Access));
    assert_eq!(fault(auth::refresh(&app, &tokens.access).await), wrong_type(TokenType::Refresh));
    let payload = tokens.access.split('.').nth(1).expect("a body");
    for hostile in ["", "x", &format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.")] {
        assert_eq!(fault(call_with(&app, hostile).await), token(TokenType::Access, TokenFault::Malformed));
        assert_eq!(
            fault(auth::refresh(&app, hostile).await),
            token(TokenType::Refresh, TokenFault::Malformed)
        );
    }
    app.clock.advance(TimeDelta::minutes(60));
    assert_eq!(fault(call_with(&app, &tokens.access).await), token(TokenType::Access, TokenFault::Expired));
    app.clock.advance(TimeDelta::minutes(1380));
    assert_eq!(
        fault(auth::refresh(&app, &tokens.refresh).await),
        token(TokenType::Refresh, TokenFault::Expired)
    );
    // a token of ours without a session, and one of an account that is gone
    let iat = app.clock.now().utc().and_utc().timestamp();
    let sign = |user_id, sid| {
        let claims = infra::tokens::Claims {
            token_type: TokenType::Access,
            exp: iat + 60,
            iat,
            jti: "j".to_owned(),
            user_id,
            sid,
        };
        app.tokens.sign(&claims).expect("a token")
    };
    let id = test.number("SELECT id AS value FROM users");
    assert_eq!(call_with(&app, &sign(id, None)).await.expect("a caller").actor.session, None);
    assert_eq!(fault(call_with(&app, &sign(id + 1, None)).await), AuthFault::UserNotFound);
    assert_eq!(call_with(&app, &sign(id, Some(999))).await.expect("a caller").actor.session, None);
}

async fn a_disabled_account_is_out_at_once(test: &TestDb) {
    let app = platform(test).await;
    let tokens = login(test, &app, "asha@example.in").await.tokens;
    let otp = code_for(test, &app, "asha@example.in").await;
    test.sql("UPDATE users SET is_active = 0").expect("it is disabled");
    assert_eq!(fault(call_with(&app, &tokens.access).await), AuthFault::UserInactive);
    assert_eq!(fault(auth::refresh(&app, &tokens.refresh).await), AuthFault::UserInactive);
    assert_eq!(fault(verify(&app, "asha@example.in", &otp).await), AuthFault::UserInactive);
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM sessions"), 1);
}

async fn an_identifier_that_was_given_up_makes_another_account(test: &TestDb) {
    let app = platform(test).await;
    let first = caller(test, &app, "shared@example.in").await;
    let code = code_for(test, &app, "own@example.in").await;
    let change = app::users::ProfileChange {
        email: Some("own@example.in".to_owned()),
        email_otp: Some(code),
        ..Default::default()
    };
    let moved = app::users::update_profile(&app, &first, change).await.expect("the address is theirs");
    assert_eq!((moved.email.as_str(), moved.username.as_str()), ("own@example.in", "shared@example.in"));
    let second = login(test, &app, "shared@example.in").await.user;
    assert_ne!(second.id, first.actor.id);
    assert_eq!(second.username, "shared@example.in#2");
    assert_eq!(login(test, &app, "own@example.in").await.user.id, first.actor.id);
}

async fn a_superuser_is_an_admin_without_a_place(test: &TestDb) {
    let app = platform(test).await;
    let made =
        auth::create_superuser(&app, "Admin@Example.in", Some("+919000000001")).await.expect("an admin");
    assert_eq!(
        (made.email.as_str(), made.mobile.as_str(), made.role),
        ("admin@example.in", "9000000001", Role::Admin)
    );
    let call = caller(test, &app, "admin@example.in").await;
    assert!(call.actor.is_admin() && call.actor.is_superuser);
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM tree_events WHERE kind = 'join'"), 0);
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM wallets"), 1);
    assert_eq!(code_of(auth::create_superuser(&app, "admin@example.in", None).await), "email");
    let taken = auth::create_superuser(&app, "other@example.in", Some("9000000001")).await;
    assert_eq!(code_of(taken), "mobile");
}
