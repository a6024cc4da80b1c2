//! How often somebody may ask: each client on every route, by the numbers of `deploy/nginx/platform/limits.conf`, and
//! whoever is named by what costs us money or a stranger's peace.

use std::net::{IpAddr, Ipv6Addr};

use actix_web::{
    HttpMessage as _,
    dev::ServiceRequest,
    http::{
        Method,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    web::Data,
};
use chrono::TimeDelta;
use infra::limits::{Limit, Standing};

use crate::{
    auth::client_ip,
    errors::{Error, Result},
    service::State,
};

/// Codes that are sent to one identifier, in as long as a code lives.
pub const CODES: Limit = Limit { name: "codes", times: 5, window: TimeDelta::minutes(10) };

/// Codes of a second factor that one account may try.
pub const SECOND_FACTORS: Limit = Limit { name: "second-factors", times: 5, window: TimeDelta::minutes(10) };

/// Requests of one member that book or pay.
const BOOKINGS: Limit = Limit { name: "bookings", times: 10, window: TimeDelta::minutes(1) };

/// Which of a client's shares a request is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// What sends codes.
    CodesSent,
    /// What a code is tried with.
    CodesTried,
    /// What books or pays; counted for the member, too.
    Bookings,
    /// All else.
    Others,
    /// What those ask who watch over the platform.
    Unlimited,
}

impl Group {
    /// What a client may of this group, if that is limited.
    pub fn limit(self) -> Option<Limit> {
        let (name, times) = match self {
            Self::CodesSent => ("client-codes-sent", 5),
            Self::CodesTried => ("client-codes-tried", 5),
            Self::Bookings => ("client-bookings", 10),
            Self::Others => ("client-others", 100),
            Self::Unlimited => return None,
        };
        Some(Limit { name, times, window: TimeDelta::minutes(1) })
    }
}

use Group::{Bookings, CodesSent, CodesTried, Unlimited};

/// The routes that are not among the others. A test holds it against nginx's own.
#[rustfmt::skip]
const TABLE: &[(&str, &str, Group)] = &[
    ("GET",  "/health/",                                   Unlimited),
    ("GET",  "/health/ready/",                             Unlimited),
    ("GET",  "/metrics",                                   Unlimited),

    ("POST", "/api/auth/send-otp/",                        CodesSent),
    ("POST", "/api/auth/signup/",                          CodesSent),
    ("POST", "/api/auth/create-admin/",                    CodesSent),
    ("POST", "/api/auth/create-staff/",                    CodesSent),
    ("POST", "/api/auth/verify-otp/",                      CodesTried),
    ("POST", "/api/auth/verify-signup-otp/",               CodesTried),

    ("POST", "/api/booking/bookings/",                     Bookings),
    ("POST", "/api/booking/bookings/{id}/cancel/",         Bookings),
    ("POST", "/api/booking/bookings/{id}/make_payment/",   Bookings),
    ("POST", "/api/booking/payments/{id}/confirm/",        Bookings),
    ("POST", "/api/booking/payments/{id}/fail/",           Bookings),
];

/// The group of this route.
pub fn group(method: &Method, path: &str) -> Group {
    let row = TABLE.iter().find(|row| row.0 == method.as_str() && row.1 == path);
    row.map_or(Group::Others, |row| row.2)
}

/// Counts a request for the client that sends it, where requests are limited.
///
/// # Errors
/// [`Error::TooMany`].
pub async fn count_client(group: Group, request: &ServiceRequest) -> Result<()> {
    let Some(limit) = group.limit() else { return Ok(()) };
    count_request(request, &limit, &client(request)).await
}

/// Counts a request for the member who sends it, where that is limited.
///
/// # Errors
/// [`Error::TooMany`].
pub async fn count_member(group: Group, request: &ServiceRequest, member: i64) -> Result<()> {
    match group {
        Bookings => count_request(request, &BOOKINGS, &member.to_string()).await,
        CodesSent | CodesTried | Group::Others | Unlimited => Ok(()),
    }
}

/// Of several standings the reply shows the one that allows the least.
async fn count_request(request: &ServiceRequest, limit: &Limit, subject: &str) -> Result<()> {
    let Some(state) = request.app_data::<Data<State>>().filter(|state| state.rate_limits) else {
        return Ok(());
    };
    let standing = state.app.limits.count_anyway(limit, subject, state.app.clock.now()).await;
    refuse(standing)?;
    let mut extensions = request.extensions_mut();
    let shown = extensions.get::<Standing>().copied().filter(|shown| shown.remaining <= standing.remaining);
    extensions.insert(shown.unwrap_or(standing));
    Ok(())
}

/// An IPv6 client has a whole /64 to itself. Whoever has no address comes from no network.
fn client(request: &ServiceRequest) -> String {
    match client_ip(request.request()) {
        Some(IpAddr::V6(address)) => {
            let network = Ipv6Addr::from_bits(address.to_bits() >> 64 << 64);
            network.to_string()
        }
        Some(address @ IpAddr::V4(_)) => address.to_string(),
        None => String::new(),
    }
}

/// Counts one more of `subject`, where requests are limited.
///
/// # Errors
/// [`Error::TooMany`] when it was there too often; [`app::Error::Unavailable`] when nobody can say: a limit is no limit
/// that ends with what counts it.
pub async fn count(state: &State, limit: &Limit, subject: &str) -> Result<()> {
    if state.rate_limits { count_always(state, limit, subject).await } else { Ok(()) }
}

/// Counts one more of `subject`, whatever is configured.
///
/// # Errors
/// As [`count`].
pub async fn count_always(state: &State, limit: &Limit, subject: &str) -> Result<()> {
    let now = state.app.clock.now();
    refuse(state.app.limits.count(limit, subject, now).await.map_err(app::Error::from)?)
}

fn refuse(standing: Standing) -> Result<()> {
    if standing.wait_s.is_some() { Err(Error::TooMany(standing)) } else { Ok(()) }
}

/// What a reply says of a limit: how often at once, how often more, and the seconds until all are free again.
pub const HEADERS: [&str; 3] = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"];

/// Adds how one stands, where the reply does not say so yet.
pub fn describe(standing: Standing, headers: &mut HeaderMap) {
    let figures = [standing.times, standing.remaining, standing.reset_s];
    if headers.contains_key(HEADERS[0]) {
        return;
    }
    for (name, figure) in HEADERS.into_iter().zip(figures) {
        headers.insert(HeaderName::from_static(name), HeaderValue::from(figure));
    }
    if let Some(wait_s) = standing.wait_s {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
    }
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;
    use crate::routes;

    const NGINX: &str = include_str!("../../../deploy/nginx/platform/limits.conf");

    #[test]
    fn the_groups_of_nginx_are_the_same() {
        let map = NGINX.split_once("$limit_group {").unwrap().1.split_once('}').unwrap().0;
        let rules: Vec<(Regex, &str)> = map
            .lines()
            .filter_map(|line| line.trim().strip_prefix("\"~")?.strip_suffix(';')?.split_once("\" "))
            .map(|(pattern, group)| (Regex::new(pattern).unwrap(), group))
            .collect();
        for endpoint in routes::all() {
            let request = format!("{}:{}", endpoint.http_method(), endpoint.path.replace("{id}", "7"));
            let found = rules.iter().find(|(pattern, _)| pattern.is_match(&request));
            let expected = match endpoint.group() {
                CodesSent => "codes_sent",
                CodesTried => "codes_tried",
                Bookings => "bookings",
                // there, whoever watches is a client like any other
                Group::Others | Unlimited => "others",
            };
            assert_eq!(found.map_or("others", |rule| rule.1), expected, "{request}");
        }
        let known = |row: &(&str, &str, Group)| {
            routes::all().iter().any(|route| route.path == row.1 && route.http_method().as_str() == row.0)
        };
        assert_eq!(TABLE.iter().find(|row| !known(row)), None, "a route of the table that is none");
    }

    #[test]
    fn the_numbers_of_nginx_are_the_same() {
        for (zone, group) in
            [("otp", CodesSent), ("otp", CodesTried), ("booking", Bookings), ("other", Group::Others)]
        {
            let limit = group.limit().unwrap();
            assert_eq!(limit.window, TimeDelta::minutes(1));
            let (times, burst) = (limit.times, limit.times - 1);
            assert!(NGINX.contains(&format!("zone={zone}:10m rate={times}r/m;")), "{zone}");
            assert!(NGINX.contains(&format!("limit_req zone={zone} burst={burst} nodelay;")), "{zone}");
        }
    }
}
