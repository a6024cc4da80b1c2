//! People who log in as they do in life: with the code from their messages.

use app::{
    App, Call, Result,
    auth::{self, VerifyOtp, objects::Login},
};
use infra::testing::TestDb;
use wallet_rules::identity::IdentifierKind;

use crate::fixture::run_tasks;

/// What `identifier` is.
pub fn kind_of(identifier: &str) -> IdentifierKind {
    if identifier.contains('@') { IdentifierKind::Email } else { IdentifierKind::Mobile }
}

/// Every message that was sent, as `(to, body)`.
pub fn messages(test: &TestDb) -> Vec<(String, String)> {
    let file = test.folder().join("messages.jsonl");
    let Ok(text) = std::fs::read_to_string(file) else { return Vec::new() };
    text.lines()
        .map(|line| {
            let object: serde_json::Value = serde_json::from_str(line).expect("a JSON object");
            let field = |name: &str| object[name].as_str().expect("a text").to_owned();
            (field("to"), field("body"))
        })
        .collect()
}

/// Asks for a code and reads it from the message.
pub async fn code_for(test: &TestDb, app: &App, identifier: &str) -> String {
    auth::send_otp(app, "test", identifier, kind_of(identifier)).await.expect("a code is sent");
    run_tasks(app).await;
    let (to, body) = messages(test).pop().expect("a message");
    assert_eq!(to, identifier);
    let code: String = body.chars().skip_while(|c| !c.is_ascii_digit()).take(6).collect();
    assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()), "{body}");
    code
}

/// A code that comes back.
pub fn answer(identifier: &str, code: &str) -> VerifyOtp {
    VerifyOtp {
        identifier: identifier.to_owned(),
        otp_type: kind_of(identifier),
        otp_code: code.to_owned(),
        referral_code: None,
        side: None,
    }
}

/// Brings a code back.
pub async fn verify(app: &App, identifier: &str, code: &str) -> Result<Login> {
    auth::verify_otp(app, "test", answer(identifier, code)).await
}

/// Logs in.
pub async fn login(test: &TestDb, app: &App, identifier: &str) -> Login {
    let code = code_for(test, app, identifier).await;
    verify(app, identifier, &code).await.expect("a login")
}

/// A request with the login's access token.
pub async fn call_with(app: &App, access: &str) -> Result<Call> {
    let actor = auth::authenticate(app, access).await?;
    Ok(Call {
        actor,
        request_id: "test".to_owned(),
        client_address: "192.0.2.1".to_owned(),
        idempotency: None,
    })
}

/// Logs in and asks.
pub async fn caller(test: &TestDb, app: &App, identifier: &str) -> Call {
    let login = login(test, app, identifier).await;
    call_with(app, &login.tokens.access).await.expect("a caller")
}

/// A code that is not `code`.
pub fn not(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

/// Runs `count` of these at once.
pub async fn at_once<T, F>(count: usize, work: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let running: Vec<_> = (0..count).map(|n| tokio::spawn(work(n))).collect();
    let mut outcomes = Vec::with_capacity(count);
    for task in running {
        outcomes.push(task.await.expect("it does not panic"));
    }
    outcomes
}
