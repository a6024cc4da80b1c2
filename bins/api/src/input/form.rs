//! The fields of a request's body, and readers that collect what is wrong with them.

use std::{collections::BTreeMap, str::FromStr};

use app::FieldErrors;
use chrono::{Datelike, NaiveDate};
use money::Paise;
use serde_json::Value;

use super::shape::Shape;

/// Digits of an amount, before and after the point.
pub(super) const MONEY_DIGITS: usize = 12;
/// The first year that both databases store as a date.
const FIRST_YEAR: i32 = 1000;

const REQUIRED: &str = "This field is required.";
const BLANK: &str = "This field may not be blank.";
const NO_TEXT: &str = "This is no text.";
const NO_AMOUNT: &str = "A valid amount is required.";

/// An uploaded file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Upload {
    /// The name it had at the sender's; never a path of ours.
    pub name: String,
    /// The bytes.
    pub content: Vec<u8>,
}

/// The fields of a body and the errors found so far. A reader that finds its field wrong notes that and gives
/// a stand-in, so that one reading finds every error; [`Form::check`] refuses before a stand-in is used.
#[derive(Clone, Debug, Default)]
pub struct Form {
    fields: BTreeMap<String, Value>,
    files: BTreeMap<String, Upload>,
    errors: FieldErrors,
    asked: Vec<(&'static str, Shape)>,
}

impl Form {
    /// A form of these fields.
    pub fn of(fields: impl IntoIterator<Item = (String, Value)>) -> Self {
        Self { fields: fields.into_iter().collect(), ..Self::default() }
    }

    /// Adds a field of text.
    pub fn put_text(&mut self, name: String, text: String) {
        self.fields.insert(name, Value::String(text));
    }

    /// Adds a file.
    pub fn put_file(&mut self, name: String, file: Upload) {
        self.files.insert(name, file);
    }

    /// The fields that were read and what each of them takes, in the order in which they were.
    pub fn asked(&self) -> &[(&'static str, Shape)] {
        &self.asked
    }

    /// Notes what is wrong with a field.
    pub fn refuse(&mut self, name: &str, text: impl Into<String>) {
        self.errors.entry(name.to_owned()).or_default().push(text.into());
    }

    /// Refuses when any field was wrong.
    ///
    /// # Errors
    /// [`app::Error::Invalid`] with every field that was.
    pub fn check(self) -> app::Result<()> {
        if self.errors.is_empty() { Ok(()) } else { Err(app::Error::Invalid(self.errors)) }
    }

    /// The field, unless it is absent or null.
    fn take(&mut self, name: &'static str, shape: Shape) -> Option<Value> {
        self.asked.push((name, shape));
        self.fields.remove(name).filter(|value| !value.is_null())
    }

    /// A field that may be absent, read by `read`, whose error is the field's.
    fn optional<T>(
        &mut self,
        name: &'static str,
        shape: Shape,
        read: impl FnOnce(Value) -> Result<T, String>,
    ) -> Option<T> {
        match read(self.take(name, shape)?) {
            Ok(value) => Some(value),
            Err(text) => {
                self.refuse(name, text);
                None
            }
        }
    }

    /// A field that must be there, or its stand-in.
    fn required<T>(
        &mut self,
        name: &'static str,
        shape: Shape,
        stand_in: T,
        read: impl FnOnce(Value) -> Result<T, String>,
    ) -> T {
        let Some(value) = self.take(name, shape) else {
            self.refuse(name, REQUIRED);
            return stand_in;
        };
        read(value).unwrap_or_else(|text| {
            self.refuse(name, text);
            stand_in
        })
    }

    /// A line of text of at most `max` characters, trimmed; not blank.
    pub fn text(&mut self, name: &'static str, max: usize) -> String {
        self.required(name, Shape::Line { max }, String::new(), |value| line(value, max).and_then(not_blank))
    }

    /// A line of text of at most `max` characters, trimmed, if there is one; it may be blank.
    pub fn optional_text(&mut self, name: &'static str, max: usize) -> Option<String> {
        self.optional(name, Shape::Line { max }, |value| line(value, max))
    }

    /// Lines of text of at most `max` characters, trimmed, if there are any; they may be blank.
    pub fn optional_remarks(&mut self, name: &'static str, max: usize) -> Option<String> {
        self.optional(name, Shape::Lines { max }, |value| lines(value, max))
    }

    /// Lines of text of at most `max` characters, trimmed; not blank.
    pub fn remarks(&mut self, name: &'static str, max: usize) -> String {
        self.required(name, Shape::Lines { max }, String::new(), |value| {
            lines(value, max).and_then(not_blank)
        })
    }

    /// An amount in rupees, not negative.
    pub fn money(&mut self, name: &'static str) -> Paise {
        self.required(name, Shape::Money, Paise::ZERO, amount)
    }

    /// An amount in rupees, not negative, if there is one.
    pub fn optional_money(&mut self, name: &'static str) -> Option<Paise> {
        self.optional(name, Shape::Money, amount)
    }

    /// A whole number that is not negative, if there is one.
    pub fn optional_count(&mut self, name: &'static str) -> Option<u32> {
        self.optional(name, Shape::Count, |value| match value {
            Value::Number(number) => count(&number.to_string()),
            Value::String(text) => count(&text),
            _ => Err("A whole number is required.".to_owned()),
        })
    }

    /// True or false; `false` when absent.
    pub fn flag(&mut self, name: &'static str) -> bool {
        self.optional(name, Shape::Flag, |value| match value {
            Value::Bool(flag) => Ok(flag),
            Value::String(text) => truth(&text),
            _ => Err(NO_TRUTH.to_owned()),
        })
        .unwrap_or(false)
    }

    /// A day `YYYY-MM-DD`; `stand_in` is never used beyond [`Form::check`].
    pub fn date(&mut self, name: &'static str, stand_in: NaiveDate) -> NaiveDate {
        self.required(name, Shape::Day, stand_in, day)
    }

    /// A day `YYYY-MM-DD`, if there is one.
    pub fn optional_date(&mut self, name: &'static str) -> Option<NaiveDate> {
        self.optional(name, Shape::Day, day)
    }

    /// One of the values of `T`, if there is one.
    pub fn optional_choice<T: FromStr>(&mut self, name: &'static str) -> Option<T> {
        self.optional(name, Shape::Choice, choice)
    }

    /// One of the values of `T`; `stand_in` is never used beyond [`Form::check`].
    pub fn choice<T: FromStr>(&mut self, name: &'static str, stand_in: T) -> T {
        self.required(name, Shape::Choice, stand_in, choice)
    }

    /// A file, or an empty stand-in.
    pub fn file(&mut self, name: &'static str) -> Upload {
        let file = self.optional_file(name);
        if file.is_none() && !self.errors.contains_key(name) {
            self.refuse(name, REQUIRED);
        }
        file.unwrap_or_default()
    }

    /// A file, if there is one.
    pub fn optional_file(&mut self, name: &'static str) -> Option<Upload> {
        let text = self.take(name, Shape::File);
        let file = self.files.remove(name);
        // a form's empty file input arrives as a file without name and bytes, or as an empty text
        let file = file.filter(|file| !(file.name.is_empty() && file.content.is_empty()));
        let is_blank = |value: &Value| value.as_str().is_some_and(str::is_empty);
        if file.is_none() && text.is_some_and(|value| !is_blank(&value)) {
            self.refuse(name, "This is no file; send the body as multipart/form-data.");
        }
        file
    }
}

fn line(value: Value, max: usize) -> Result<String, String> {
    text(value, max, |_| false)
}

fn lines(value: Value, max: usize) -> Result<String, String> {
    text(value, max, |character| matches!(character, '\n' | '\r' | '\t'))
}

fn not_blank(text: String) -> Result<String, String> {
    if text.is_empty() { Err(BLANK.to_owned()) } else { Ok(text) }
}

fn text(value: Value, max: usize, may_stand: impl Fn(char) -> bool) -> Result<String, String> {
    let Value::String(text) = value else { return Err(NO_TEXT.to_owned()) };
    clean(&text, max, may_stand)
}

/// The text without outer blanks, refused when it is too long or holds what can't be printed.
pub(crate) fn clean(text: &str, max: usize, may_stand: impl Fn(char) -> bool) -> Result<String, String> {
    let text = text.trim();
    if text.chars().any(|character| character.is_control() && !may_stand(character)) {
        return Err("Control characters are not allowed.".to_owned());
    }
    if text.chars().count() > max {
        return Err(format!("Ensure this field has no more than {max} characters."));
    }
    Ok(text.to_owned())
}

fn amount(value: Value) -> Result<Paise, String> {
    let text = match value {
        // the number as it was written, so that 1e3 is seen
        Value::Number(number) => number.to_string(),
        Value::String(text) => text,
        _ => return Err(NO_AMOUNT.to_owned()),
    };
    parse_amount(&text)
}

fn parse_amount(text: &str) -> Result<Paise, String> {
    if text.strip_prefix('-').is_some_and(|rest| rest.parse::<Paise>().is_ok()) {
        return Err("The amount may not be negative.".to_owned());
    }
    let digits = text.trim_start_matches('0').bytes().filter(u8::is_ascii_digit).count();
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_plain && digits > MONEY_DIGITS {
        return Err(format!("Ensure that there are no more than {MONEY_DIGITS} digits in total."));
    }
    text.parse().map_err(|error| match error {
        money::ParseMoneyError::TooManyDecimals => {
            "Ensure that there are no more than 2 decimal places.".to_owned()
        }
        money::ParseMoneyError::NotANumber | money::ParseMoneyError::TooLarge => NO_AMOUNT.to_owned(),
    })
}

fn count(text: &str) -> Result<u32, String> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain).ok_or_else(|| "A whole number is required.".to_owned())
}

/// What forms write for true.
pub(super) const TRUE: [&str; 4] = ["true", "True", "1", "on"];
/// What forms write for false.
pub(super) const FALSE: [&str; 4] = ["false", "False", "0", "off"];

const NO_TRUTH: &str = "Must be true or false.";

/// True or false, as forms write it.
pub(crate) fn truth(text: &str) -> Result<bool, String> {
    match text {
        text if TRUE.contains(&text) => Ok(true),
        text if FALSE.contains(&text) => Ok(false),
        _ => Err(NO_TRUTH.to_owned()),
    }
}

const NO_DATE: &str = "Date has wrong format. Use YYYY-MM-DD.";

fn day(value: Value) -> Result<NaiveDate, String> {
    match value {
        Value::String(text) => date(&text),
        _ => Err(NO_DATE.to_owned()),
    }
}

/// A day of the form `YYYY-MM-DD`.
pub(crate) fn date(text: &str) -> Result<NaiveDate, String> {
    let is_shaped = text.len() == "YYYY-MM-DD".len()
        && text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    text.parse::<NaiveDate>()
        .ok()
        .filter(|day| is_shaped && day.year() >= FIRST_YEAR)
        .ok_or_else(|| NO_DATE.to_owned())
}

fn choice<T: FromStr>(value: Value) -> Result<T, String> {
    match value {
        Value::String(text) => one_of(&text),
        _ => Err("This is no valid choice.".to_owned()),
    }
}

/// One of the values of `T`.
pub(crate) fn one_of<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "This is no valid choice.".to_owned())
}
