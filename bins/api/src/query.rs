//! What stands in a request's address: the filters and the page of a list, and the ids of rows.

use std::{collections::BTreeMap, str::FromStr};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use app::{FieldErrors, Page, page};
use chrono::NaiveDate;
use std::future::{Ready, ready};

use crate::{
    errors::{Error, Result},
    input::form,
};

/// Characters of a text to search for, at most.
pub const SEARCH: usize = 100;

/// The query parameters of a request; a reader that finds its parameter wrong notes that. Unknown ones are
/// ignored; of a repeated one the last counts.
#[derive(Clone, Debug, Default)]
pub struct Query {
    values: BTreeMap<String, String>,
    errors: FieldErrors,
}

impl Query {
    /// The parameters of a raw query string.
    pub fn parse(raw: &str) -> Self {
        let pairs = web::Query::<Vec<(String, String)>>::from_query(raw);
        let values = pairs.map(|pairs| pairs.into_inner().into_iter().collect()).unwrap_or_default();
        Self { values, errors: FieldErrors::new() }
    }

    fn read<T>(&mut self, name: &str, read: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        match read(self.values.get(name)?) {
            Ok(value) => Some(value),
            Err(text) => {
                self.errors.entry(name.to_owned()).or_default().push(text);
                None
            }
        }
    }

    /// Which page: `page` from 1, `page_size` 20 if left out, above 100 taken as 100.
    pub fn page(&mut self) -> Page {
        let number = self.read("page", positive).unwrap_or(1);
        let size = self.read("page_size", positive).unwrap_or(page::DEFAULT_SIZE).min(page::LARGEST_SIZE);
        Page { number, size }
    }

    /// One of the values of `T`, if the filter is there and not blank.
    pub fn choice<T: FromStr>(&mut self, name: &str) -> Option<T> {
        self.read(name, |text| if text.is_empty() { Ok(None) } else { form::one_of(text).map(Some) })
            .flatten()
    }

    /// True or false, if the filter is there and not blank.
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        self.read(name, |text| if text.is_empty() { Ok(None) } else { form::truth(text).map(Some) }).flatten()
    }

    /// A day, if the filter is there and not blank.
    pub fn date(&mut self, name: &str) -> Option<NaiveDate> {
        self.read(name, |text| if text.is_empty() { Ok(None) } else { form::date(text).map(Some) }).flatten()
    }

    /// Text to search for, at most [`SEARCH`] characters, if the filter is there and not blank.
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.read(name, |text| form::clean(text, SEARCH, |_| false)).filter(|text| !text.is_empty())
    }

    /// The id of a row, if the filter is there and not blank.
    pub fn id(&mut self, name: &str) -> Option<i64> {
        self.read(name, |text| if text.is_empty() { Ok(None) } else { positive(text).map(Some) }).flatten()
    }

    /// A whole number between `least` and `most`, if the parameter is there.
    pub fn number(&mut self, name: &str, least: i64, most: i64) -> Option<i64> {
        self.read(name, |text| {
            whole(text)
                .filter(|number| (least..=most).contains(number))
                .ok_or_else(|| format!("Must be a whole number from {least} to {most}."))
        })
    }

    /// Refuses when any parameter was wrong.
    ///
    /// # Errors
    /// [`app::Error::Invalid`] with every parameter that was.
    pub fn check(self) -> Result<()> {
        if self.errors.is_empty() { Ok(()) } else { Err(Error::App(app::Error::Invalid(self.errors))) }
    }
}

/// A number from 1; one that is too large for us is larger than anything we have.
fn positive(text: &str) -> Result<i64, String> {
    whole(text).filter(|number| *number >= 1).ok_or_else(|| "Must be a whole number from 1.".to_owned())
}

fn whole(text: &str) -> Option<i64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(i64::MAX))
}

impl FromRequest for Query {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::parse(request.query_string())))
    }
}

/// The `{id}` of a route: digits only, which the route's pattern already asks for.
#[derive(Clone, Copy, Debug)]
pub struct Id(pub i64);

impl FromRequest for Id {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.match_info().get("id").and_then(|text| text.parse().ok());
        ready(id.map(Self).ok_or(Error::App(app::Error::NotFound)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(raw: &str) -> Result<(i64, i64), Vec<String>> {
        let mut query = Query::parse(raw);
        let page = query.page();
        match query.check() {
            Ok(()) => Ok((page.number, page.size)),
            Err(Error::App(app::Error::Invalid(fields))) => Err(fields.into_keys().collect()),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn pages_follow_the_rules() {
        assert_eq!(page(""), Ok((1, 20)));
        assert_eq!(page("page=3&page_size=7"), Ok((3, 7)));
        assert_eq!(page("page_size=101"), Ok((1, 100)));
        assert_eq!(page("page_size=99999999999999999999999"), Ok((1, 100)));
        assert_eq!(page("page=99999999999999999999999"), Ok((i64::MAX, 20)));
        assert_eq!(page("page=0"), Err(vec!["page".to_owned()]));
        for wrong in ["-1", "1.5", "one", "", "%20", "+1", "0x1", "1e2"] {
            assert_eq!(page(&format!("page={wrong}")), Err(vec!["page".to_owned()]), "{wrong}");
            assert_eq!(page(&format!("page_size={wrong}")), Err(vec!["page_size".to_owned()]), "{wrong}");
        }
        assert_eq!(page("page=x&page_size=y").unwrap_err().len(), 2);
        assert_eq!(page("page=1&page=2"), Ok((2, 20)));
        assert_eq!(page("%ff=%fe&page=2"), Ok((2, 20)));
    }

    #[test]
    fn filters_are_checked_and_blank_ones_left_out() {
        let mut query = Query::parse("start_date=2026-02-30&user_id=-4&search=%00&gender=maybe&other=1");
        assert_eq!(query.date("start_date"), None);
        assert_eq!(query.id("user_id"), None);
        assert_eq!(query.text("search"), None);
        assert_eq!(query.choice::<wallet_rules::people::Gender>("gender"), None);
        let Err(Error::App(app::Error::Invalid(fields))) = query.check() else { panic!("refused") };
        assert_eq!(fields.into_keys().collect::<Vec<_>>(), ["gender", "search", "start_date", "user_id"]);

        let mut query = Query::parse("a=true&b=False&c=1&d=&e=yes");
        let flags: Vec<_> = ["a", "b", "c", "d", "e", "f"].iter().map(|name| query.flag(name)).collect();
        assert_eq!(flags, [Some(true), Some(false), Some(true), None, None, None]);
        let Err(Error::App(app::Error::Invalid(fields))) = query.check() else { panic!("refused") };
        assert_eq!(fields.into_keys().collect::<Vec<_>>(), ["e"]);

        let mut query = Query::parse("start_date=&user_id=&search=%20&gender=");
        assert_eq!((query.date("start_date"), query.id("user_id")), (None, None));
        assert_eq!(query.text("search"), None);
        assert_eq!(query.choice::<wallet_rules::people::Gender>("gender"), None);
        assert!(query.check().is_ok());
    }
}
