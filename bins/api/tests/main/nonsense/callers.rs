//! Who must not get in, rows that are another's or nobody's, and addresses that lead nowhere.

use actix_web::{
    http::{Method, header},
    test::TestRequest,
};
use api::permissions::Who;
use infra::testing::Engine;

use super::{
    for_every_route,
    targets::Target,
    values::{PARAMETERS, PATH_PARTS},
    walk::Walk,
};
use crate::stage::Person;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Base64 as tokens have it.
fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0usize, |bits, byte| (bits << 8) | usize::from(*byte))
            << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            text.push(char::from(ALPHABET[(bits >> (18 - 6 * place)) & 63]));
        }
    }
    text
}

/// Headers of `Authorization` that let nobody in.
fn bad_credentials(walk: &Walk<'_>, caller: &Person) -> Vec<(&'static str, Vec<u8>)> {
    let good = &caller.token;
    let [head, claims, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!("{good}") };
    let far = format!(
        r#"{{"token_type":"access","exp":9999999999,"iat":1,"jti":"x","user_id":{}}}"#,
        walk.world.admin.id
    );
    let forged = base64(far.as_bytes());
    let with_head = |json: &str| base64(json.as_bytes());
    let none = with_head(r#"{"alg":"none","typ":"JWT"}"#);
    let bearer = |token: String| format!("Bearer {token}").into_bytes();
    vec![
        ("garbage", bearer("garbage".to_owned())),
        ("three garbage parts", bearer("a.b.c".to_owned())),
        ("two bearers", bearer(format!("{good} {good}"))),
        ("an expired token", bearer(walk.stage.token(caller.id, -1))),
        ("alg none", bearer(format!("{none}.{forged}."))),
        ("alg none with a signature", bearer(format!("{none}.{claims}.{signature}"))),
        ("alg None", bearer(format!("{}.{forged}.", with_head(r#"{"alg":"None"}"#)))),
        ("another algorithm", bearer(format!("{}.{claims}.{signature}", with_head(r#"{"alg":"HS512"}"#)))),
        (
            "an algorithm of two keys",
            bearer(format!("{}.{claims}.{signature}", with_head(r#"{"alg":"RS256"}"#))),
        ),
        ("another's claims", bearer(format!("{head}.{forged}.{signature}"))),
        ("a cut signature", bearer(good[..good.len() - 2].to_owned())),
        ("a refresh token", bearer(walk.world.refresh.clone())),
        ("nobody's token", bearer(walk.stage.token(999_999, 60))),
        ("a long token", bearer("a".repeat(100_000))),
        ("no token", b"Bearer".to_vec()),
        ("another scheme", format!("Basic {good}").into_bytes()),
        ("bytes", b"Bearer \xff\xfe\xf0\x9f\x98\x80".to_vec()),
        ("blank", Vec::new()),
    ]
}

#[test]
fn nobody_gets_in_without_a_token_of_their_own() {
    for_every_route(Engine::Sqlite, async |walk, target| {
        let someone = target.caller(walk.world).unwrap_or(&walk.world.admin);
        for (what, value) in bad_credentials(walk, someone) {
            let value = header::HeaderValue::from_bytes(&value).unwrap();
            let request =
                target.request_at(&target.address, None).insert_header((header::AUTHORIZATION, value));
            let reply = walk.send(target, what, request).await;
            if target.who.wants_token() {
                walk.expect(target, what, &reply, &[401]);
            }
        }
        let reply = walk.send(target, "no header", target.request_at(&target.address, None)).await;
        if target.who.wants_token() {
            walk.expect(target, "no header", &reply, &[401]);
        }
        check_roles(walk, target).await;
    });
}

/// 403 comes before anything that is wrong with the request, and 404 for another's row does too.
async fn check_roles(walk: &Walk<'_>, target: &Target) {
    let world = walk.world;
    let nonsense = |who: &Person| {
        let request = target.request_at(&target.address, Some(who));
        request.insert_header(("Content-Type", "application/json")).set_payload("{\"amount\":")
    };
    let low: &[&Person] = match target.who {
        Who::Anyone | Who::Monitor | Who::Member => &[],
        Who::Staff => &[&world.owner],
        Who::Admin | Who::Superuser => &[&world.owner, &world.staff],
    };
    for who in low {
        let reply = walk.send(target, "a role too low", nonsense(who)).await;
        walk.expect(target, "a role too low", &reply, &[403]);
    }
    if target.who == Who::Member && target.path.contains("{id}") {
        for request in [nonsense(&world.stranger), target.request_at(&target.address, Some(&world.stranger))]
        {
            let reply = walk.send(target, "another's row", request).await;
            walk.expect(target, "another's row", &reply, &[404]);
        }
    }
}

#[test]
fn addresses_that_lead_nowhere_are_404_and_methods_405() {
    for_every_route(Engine::Sqlite, async |walk, target| {
        let caller = target.caller(walk.world);
        for part in PATH_PARTS {
            let parameter = ["{id}", "{token}", "{file}"].into_iter().find(|name| target.path.contains(name));
            let Some(parameter) = parameter else { break };
            let address = target.path.replace(parameter, part);
            let reply = walk.send(target, part, target.request_at(&address, caller)).await;
            // %31 is a digit, and so the row of that number
            walk.expect(
                target,
                part,
                &reply,
                if part == "%31" { &[200, 201, 204, 400, 403, 404, 409] } else { &[404] },
            );
        }
        let known: Vec<Method> = api::routes::all()
            .into_iter()
            .filter(|endpoint| endpoint.path == target.path)
            .map(|endpoint| endpoint.http_method())
            .collect();
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW", "get"]
        {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            if known.contains(&method) {
                continue;
            }
            let request = match caller {
                Some(person) => person.on(method.clone(), &target.address),
                None => TestRequest::with_uri(&target.address).method(method.clone()),
            };
            let reply = walk.send(target, method.as_str(), request).await;
            walk.expect(target, method.as_str(), &reply, &[405]);
        }
    });
}

#[test]
fn parameters_of_an_address_are_checked() {
    for_every_route(Engine::Sqlite, async |walk, target| {
        let names = target.parameters.iter().map(String::as_str).chain(["unknown", "page[]", "%00", ""]);
        for name in names {
            for value in PARAMETERS.into_iter().chain([&*"9".repeat(400), &*"a".repeat(10_000)]) {
                if target.method != Method::GET && (name != "unknown" || value.len() > 100) {
                    continue;
                }
                let what: String = format!("?{name}={value}").chars().take(60).collect();
                let request = target
                    .request_at(&format!("{}?{name}={value}", target.address), target.caller(walk.world));
                let reply = walk.send(target, &what, request).await;
                let is_known = target.parameters.iter().any(|known| known == name);
                if target.method == Method::GET {
                    walk.expect(target, &what, &reply, if is_known { &[200, 400, 404] } else { &[200] });
                }
            }
        }
    });
}

#[test]
fn odd_headers_are_no_fault_of_ours() {
    for_every_route(Engine::Sqlite, async |walk, target| {
        let long = "k".repeat(10_000);
        for (name, value) in [
            ("Idempotency-Key", &b""[..]),
            ("Idempotency-Key", b"a\tb"),
            ("Idempotency-Key", b"\xf0\x9f\x98\x80"),
            ("Idempotency-Key", long.as_bytes()),
            ("X-Request-Id", b"\xff"),
            ("X-Request-Id", long.as_bytes()),
            ("X-Forwarded-For", b"'; DROP TABLE users; --"),
            ("X-Forwarded-Host", b"evil.example"),
            ("Accept", b"application/xml"),
            ("Accept-Language", b"\xf0\x9f\x98\x80"),
            ("Range", b"bytes=0-18446744073709551615"),
            ("If-None-Match", b"*"),
            ("Expect", b"a miracle"),
            ("Origin", b"null"),
            ("Cookie", b"\xff=\xff"),
        ] {
            let value = header::HeaderValue::from_bytes(value).unwrap();
            let what = format!("{name}: {value:.40?}");
            let request = target.request(walk.world).insert_header((name, value));
            let reply = walk.send(target, &what, request.set_json(&target.body)).await;
            if target.has_key && name == "Idempotency-Key" {
                walk.expect(target, &what, &reply, &[400]);
            }
        }
    });
}
