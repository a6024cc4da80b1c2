//! What the fields of a body may be.

use api::input::Form;
use app::Error;
use money::Paise;
use serde_json::{Value, json};
use wallet_rules::people::Gender;

/// The form of a JSON text.
fn form(text: &str) -> Form {
    Form::of(serde_json::from_str::<serde_json::Map<String, Value>>(text).unwrap())
}

/// The first error of the field `x`, if it has one.
fn refusal(form: Form) -> Option<String> {
    match form.check() {
        Ok(()) => None,
        Err(Error::Invalid(fields)) => Some(fields["x"].join(" ")),
        Err(other) => panic!("{other}"),
    }
}

fn money(value: &str) -> Result<Paise, String> {
    let mut form = form(&format!("{{\"x\": {value}}}"));
    let amount = form.money("x");
    refusal(form).map_or(Ok(amount), Err)
}

#[test]
fn amounts_are_numbers_or_numeric_strings() {
    for (sent, paise) in [
        ("500", 50_000),
        ("500.5", 50_050),
        ("500.50", 50_050),
        ("0", 0),
        ("0.01", 1),
        (r#""500.00""#, 50_000),
        (r#""0500""#, 50_000),
        (r#""9999999999.99""#, 999_999_999_999),
        ("9999999999.99", 999_999_999_999),
        ("123456789012", 12_345_678_901_200),
    ] {
        assert_eq!(money(sent), Ok(Paise::new(paise)), "{sent}");
    }
}

#[test]
fn what_is_no_amount_is_refused() {
    for sent in [
        "1e3",
        "1E3",
        "1e-1",
        "5.0e2",
        r#""1e3""#,
        r#""NaN""#,
        r#""Infinity""#,
        r#""inf""#,
        r#""""#,
        r#"" ""#,
        r#"" 500""#,
        r#""500 ""#,
        r#""+500""#,
        r#""5,00""#,
        r#""₹500""#,
        r#""500.""#,
        r#"".5""#,
        r#""0x10""#,
        r#""५००""#,
        "-1",
        r#""-1""#,
        "-0.01",
        "true",
        "[500]",
        "{}",
        "500.001",
        r#""500.001""#,
        "0.100",
        "12345678901.00",
        r#""1234567890123""#,
        "99999999999999999999999999",
        r#""5_0""#,
        r#""500\u0000""#,
    ] {
        assert!(money(sent).is_err(), "{sent} is taken for {:?}", money(sent));
    }
    assert_eq!(money("null"), Err("This field is required.".to_owned()));
    assert_eq!(money("-500"), Err("The amount may not be negative.".to_owned()));
    assert!(money("0.001").unwrap_err().contains("2 decimal"));
    assert!(money("1234567890123").unwrap_err().contains("12 digits"));
}

#[test]
fn null_is_absent_and_every_error_is_told_at_once() {
    let mut form = form(r#"{"a": null, "b": 5, "c": "x", "unknown": {"deep": 1}}"#);
    assert_eq!(form.optional_money("a"), None);
    assert_eq!(form.text("b", 10), "");
    assert_eq!(form.optional_date("c"), None);
    assert_eq!(form.text("d", 10), "");
    let Err(Error::Invalid(fields)) = form.check() else { panic!("refused") };
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["b", "c", "d"]);
}

#[test]
fn texts_are_trimmed_counted_in_characters_and_printable() {
    let text = |sent: Value| {
        let mut form = Form::of([("x".to_owned(), sent)]);
        let text = form.text("x", 5);
        refusal(form).map_or(Ok(text), Err)
    };
    assert_eq!(text(json!("  Asha ")), Ok("Asha".to_owned()));
    assert_eq!(text(json!("ആശാജോ")), Ok("ആശാജോ".to_owned()));
    assert_eq!(text(json!("😀😀😀😀😀")), Ok("😀😀😀😀😀".to_owned()));
    for wrong in
        [json!("sixsix"), json!(""), json!("  "), json!("a\u{0}b"), json!("a\nb"), json!("a\u{7f}"), json!(7)]
    {
        assert!(text(wrong.clone()).is_err(), "{wrong}");
    }
    let mut form = form(r#"{"x": "two\nlines", "y": "null\u0000"}"#);
    assert_eq!(form.remarks("x", 20), "two\nlines");
    assert_eq!(form.optional_remarks("y", 20), None);
    assert!(form.check().is_err());
}

#[test]
fn days_counts_flags_and_choices_are_exact() {
    let day = |sent: &str| form(&format!("{{\"x\": {sent}}}")).optional_date("x");
    assert_eq!(day(r#""2028-02-29""#).unwrap().to_string(), "2028-02-29");
    for wrong in [
        "\"2026-02-29\"",
        "\"26-02-01\"",
        "\"2026-2-1\"",
        "\"2026-02-01T00:00\"",
        "\"0999-01-01\"",
        "20260201",
        "\"\"",
    ] {
        let mut form = form(&format!("{{\"x\": {wrong}}}"));
        form.optional_date("x");
        assert!(refusal(form).is_some(), "{wrong}");
    }
    for (sent, count) in [
        ("12", Some(12)),
        ("\"12\"", Some(12)),
        ("-1", None),
        ("1.0", None),
        ("1e1", None),
        ("4294967296", None),
        ("\"\"", None),
        ("true", None),
    ] {
        let mut form = form(&format!("{{\"x\": {sent}}}"));
        assert_eq!(form.optional_count("x"), count, "{sent}");
        assert_eq!(refusal(form).is_none(), count.is_some(), "{sent}");
    }
    for (sent, flag) in [("true", Some(true)), ("\"false\"", Some(false)), ("1", None), ("\"yes\"", None)] {
        let mut form = form(&format!("{{\"x\": {sent}}}"));
        let read = form.flag("x");
        assert_eq!(refusal(form).is_none().then_some(read), flag, "{sent}");
    }
    let mut known = form(r#"{"x": "female"}"#);
    assert_eq!(known.choice("x", Gender::Other), Gender::Female);
    assert_eq!(refusal(known), None);
    let mut unknown = form(r#"{"x": "Female"}"#);
    unknown.choice("x", Gender::Other);
    assert!(refusal(unknown).is_some());
}
