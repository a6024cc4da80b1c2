//! Any bytes as the body of a request: read as every route reads its own, and field by field against the contract.

use std::{cell::OnceCell, collections::BTreeMap};

use actix_web::{FromRequest as _, ResponseError as _, body::MessageBody as _, test::TestRequest};
use api::{
    errors::Error,
    input::{Body, Form, Input, Nothing},
    query::Query,
    routes::{auth, bookings, compliance, kyc, nominee, payments, payout, profile, signup, totp},
};
use chrono::NaiveDate;
use money::Paise;
use serde_json::{Map, Value};
use tokio::runtime::{Builder, Runtime};
use wallet_rules::{booking::PaymentMethod, people::Gender};

use crate::json::{self, Plain};

/// Sends the bytes as JSON; as a body with files where they begin with its boundary `--x`; as a form, and as what stands
/// in an address, behind a `?`.
pub fn check(bytes: &[u8]) {
    if bytes.starts_with(b"--x") {
        every_shape("multipart/form-data; boundary=x", bytes);
    } else if let Some(form) = bytes.strip_prefix(b"?") {
        every_shape("application/x-www-form-urlencoded", form);
        address(form);
    } else {
        every_shape("application/json", bytes);
        against_the_contract(bytes);
    }
}

fn every_shape(kind: &str, bytes: &[u8]) {
    shape::<auth::SendOtpBody>(kind, bytes);
    shape::<auth::VerifyOtpBody>(kind, bytes);
    shape::<auth::RefreshBody>(kind, bytes);
    shape::<auth::LogoutBody>(kind, bytes);
    shape::<bookings::BookingBody>(kind, bytes);
    shape::<bookings::PaymentBody>(kind, bytes);
    shape::<compliance::DocumentBody>(kind, bytes);
    shape::<kyc::KycBody>(kind, bytes);
    shape::<nominee::NomineeBody>(kind, bytes);
    shape::<payments::SettlementBody>(kind, bytes);
    shape::<payout::PayoutBody>(kind, bytes);
    shape::<payout::BankReferenceBody>(kind, bytes);
    shape::<payout::ReasonBody>(kind, bytes);
    shape::<profile::ProfileBody>(kind, bytes);
    shape::<signup::PersonBody>(kind, bytes);
    shape::<signup::VerifySignupBody>(kind, bytes);
    shape::<totp::TotpBody>(kind, bytes);
    shape::<Nothing>(kind, bytes);
    shape::<OneOfEach>(kind, bytes);
}

thread_local! {
    static RUNTIME: OnceCell<Runtime> = const { OnceCell::new() };
}

fn read<B: Body>(kind: &str, bytes: &[u8]) -> Result<B, Error> {
    let request = TestRequest::post().insert_header(("Content-Type", kind)).set_payload(bytes.to_vec());
    let (request, mut payload) = request.to_http_parts();
    let input = RUNTIME.with(|runtime| {
        let runtime = runtime.get_or_init(|| Builder::new_current_thread().enable_time().build().unwrap());
        runtime.block_on(Input::from_request(&request, &mut payload)).unwrap()
    });
    input.read()
}

/// Reads a body of one route; a refusal has a form of the contract and names fields of that body only.
fn shape<B: Body>(kind: &str, bytes: &[u8]) {
    let Err(error) = read::<B>(kind, bytes) else { return };
    let reply = error.error_response();
    let status = reply.status().as_u16();
    let body = reply.into_body().try_into_bytes().unwrap();
    let body: Map<String, Value> = serde_json::from_slice(&body).unwrap();
    let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
    if let Error::App(app::Error::Invalid(_)) = error {
        let mut form = Form::default();
        B::read(&mut form);
        for (field, texts) in &body {
            assert!(form.asked().iter().any(|(name, _)| name == field), "{} has no {field}", B::name());
            assert!(texts.as_array().is_some_and(|texts| !texts.is_empty() && texts.iter().all(is_text)));
        }
        assert!(status == 400 && !body.is_empty());
        return;
    }
    let names: Vec<&str> = body.keys().map(String::as_str).collect();
    let expected: &[&str] = if status == 400 { &["detail"] } else { &["code", "detail"] };
    assert_eq!(names, expected, "{error}");
    assert!(matches!(status, 400 | 413) && body.values().all(is_text), "{status} {error}");
}

/// The query of a list; what is read is within its bounds.
fn address(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut query = Query::parse(text);
    let (page, id, depth) = (query.page(), query.id("user_id"), query.number("depth", 0, 6));
    query.date("start_date");
    query.choice::<Gender>("status");
    let search = query.text("search");
    if query.check().is_ok() {
        assert!(page.number >= 1 && (1..=100).contains(&page.size));
        assert!(id.is_none_or(|id| id >= 1) && depth.is_none_or(|depth| (0..=6).contains(&depth)));
        assert!(search.is_none_or(|text| is_clean(&text, 100, false) && !text.is_empty()));
    }
}

/// A body with a field of each kind.
#[derive(utoipa::ToSchema)]
struct OneOfEach {
    line: String,
    optional_line: Option<String>,
    remarks: String,
    optional_remarks: Option<String>,
    #[schema(value_type = String)]
    money: Paise,
    #[schema(value_type = Option<String>)]
    optional_money: Option<Paise>,
    count: Option<u32>,
    flag: bool,
    date: Option<NaiveDate>,
    #[schema(value_type = String)]
    choice: Gender,
    #[schema(value_type = Option<String>)]
    optional_choice: Option<PaymentMethod>,
    has_file: bool,
}

impl Body for OneOfEach {
    fn read(form: &mut Form) -> Self {
        Self {
            line: form.text("line", 5),
            optional_line: form.optional_text("optional_line", 5),
            remarks: form.remarks("remarks", 5),
            optional_remarks: form.optional_remarks("optional_remarks", 5),
            money: form.money("money"),
            optional_money: form.optional_money("optional_money"),
            count: form.optional_count("count"),
            flag: form.flag("flag"),
            date: form.optional_date("date"),
            choice: form.choice("choice", Gender::Other),
            optional_choice: form.optional_choice("optional_choice"),
            has_file: form.optional_file("has_file").is_some(),
        }
    }
}

/// What a field comes to, as it prints; `None` where it is absent.
type Outcome = Option<String>;
/// The field is refused.
struct Refused;

fn against_the_contract(bytes: &[u8]) {
    let given = read::<OneOfEach>("application/json", bytes);
    if bytes.is_empty() {
        return;
    }
    let Some((fields, has_private_name)) = json::object(bytes) else {
        assert!(matches!(given, Err(Error::Malformed(_))), "no JSON object, and not refused as such");
        return;
    };
    // such a name turns an object into a number, which is none of the contract's business
    if has_private_name {
        return;
    }
    // of a name that stands twice the last counts; null is absent
    let fields: BTreeMap<String, Plain> = fields.into_iter().collect();
    let expected = expected(|name| fields.get(name).filter(|value| **value != Plain::Null));
    let refused: Vec<&str> =
        expected.iter().filter(|(_, field)| field.is_err()).map(|(name, _)| *name).collect();
    match given {
        Err(Error::App(app::Error::Invalid(fields))) => {
            assert_eq!(fields.keys().map(String::as_str).collect::<Vec<_>>(), refused);
        }
        Err(other) => panic!("JSON, and refused: {other}"),
        Ok(body) => {
            assert_eq!(refused, Vec::<&str>::new(), "taken");
            let expected: Vec<Outcome> = expected.into_values().map(|field| field.ok().flatten()).collect();
            assert_eq!(printed(body), expected);
        }
    }
}

/// The fields by name, as the map of [`expected`] has them.
fn printed(body: OneOfEach) -> Vec<Outcome> {
    vec![
        Some(body.choice.to_string()),
        body.count.map(|count| count.to_string()),
        body.date.map(|date| date.to_string()),
        Some(body.flag.to_string()),
        Some(body.has_file.to_string()),
        Some(body.line),
        Some(body.money.to_string()),
        body.optional_choice.map(|method| method.to_string()),
        body.optional_line,
        body.optional_money.map(|money| money.to_string()),
        body.optional_remarks,
        Some(body.remarks),
    ]
}

fn expected<'a>(
    field: impl Fn(&str) -> Option<&'a Plain>,
) -> BTreeMap<&'static str, Result<Outcome, Refused>> {
    let optional = |name: &'static str, rule: fn(&Plain) -> Option<String>| {
        let outcome = field(name).map(|value| rule(value).ok_or(Refused)).transpose();
        (name, outcome)
    };
    let required = |name: &'static str, rule: fn(&Plain) -> Option<String>| {
        (name, field(name).and_then(rule).map(Some).ok_or(Refused))
    };
    let or_false = |(name, outcome): (&'static str, Result<Outcome, Refused>)| {
        (name, outcome.map(|flag| flag.or(Some("false".to_owned()))))
    };
    BTreeMap::from([
        required("choice", |value| one_of(value, &["male", "female", "other"])),
        optional("count", count),
        optional("date", date),
        or_false(optional("flag", flag)),
        or_false(optional("has_file", |value| {
            (*value == Plain::Text(String::new())).then(|| "false".to_owned())
        })),
        required("line", |value| text(value, false).filter(|text| !text.is_empty())),
        required("money", amount),
        optional("optional_choice", |value| {
            one_of(value, &["online", "bank_transfer", "cash", "wallet", "emi_auto_fill", "emi_deduction"])
        }),
        optional("optional_line", |value| text(value, false)),
        optional("optional_money", amount),
        optional("optional_remarks", |value| text(value, true)),
        required("remarks", |value| text(value, true).filter(|text| !text.is_empty())),
    ])
}

fn is_clean(text: &str, max: usize, has_lines: bool) -> bool {
    let may_stand = |letter: char| !letter.is_control() || (has_lines && "\n\r\t".contains(letter));
    text.chars().count() <= max && text.chars().all(may_stand)
}

fn text(value: &Plain, has_lines: bool) -> Option<String> {
    let Plain::Text(text) = value else { return None };
    let text = text.trim();
    is_clean(text, 5, has_lines).then(|| text.to_owned())
}

fn one_of(value: &Plain, names: &[&str]) -> Option<String> {
    let Plain::Text(text) = value else { return None };
    names.contains(&text.as_str()).then(|| text.clone())
}

fn flag(value: &Plain) -> Option<String> {
    let is_true = match value {
        Plain::Bool(flag) => *flag,
        Plain::Text(text) if ["true", "True", "1", "on"].contains(&text.as_str()) => true,
        Plain::Text(text) if ["false", "False", "0", "off"].contains(&text.as_str()) => false,
        _ => return None,
    };
    Some(is_true.to_string())
}

/// A number, or a text that is one; with its zeros in front cut off.
fn digits(value: &Plain) -> Option<(&str, &str)> {
    let (Plain::Number(text) | Plain::Text(text)) = value else { return None };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (are_digits(whole) && are_digits(fraction))
        .then(|| (whole.trim_start_matches('0'), if text.contains('.') { fraction } else { "" }))
}

fn amount(value: &Plain) -> Option<String> {
    let (whole, fraction) = digits(value)?;
    (fraction.len() <= 2 && whole.len() + fraction.len() <= 12).then(|| format!("{whole:0>1}.{fraction:0<2}"))
}

fn count(value: &Plain) -> Option<String> {
    let (whole, fraction) = digits(value)?;
    let fits = whole.len() < 10 || (whole.len() == 10 && whole <= "4294967295");
    (fits && fraction.is_empty()).then(|| format!("{whole:0>1}"))
}

fn date(value: &Plain) -> Option<String> {
    let Plain::Text(text) = value else { return None };
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return None };
    let number = |part: &str, length: usize| {
        let is_shaped = part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<u32>().ok().filter(|_| is_shaped)
    };
    let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (year >= 1000 && (1..=days).contains(&day)).then(|| text.clone())
}
