//! The routes that are measured, and by whom they are asked.

use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result};

use crate::http::Request;
use crate::stage::Api;

use super::Counts;
use super::fill::{self, Member, People};
use super::load::{self, Run};
use super::machine;

/// Clients at once, for the rate.
pub const CONNECTIONS: u32 = 16;

/// A route and what it took.
pub struct Measured {
    pub name: &'static str,
    pub outcome: Outcome,
}

/// What was found.
pub enum Outcome {
    Runs {
        /// Over one connection.
        alone: Run,
        /// Over sixteen at once.
        together: Run,
    },
    /// Why it could not be asked.
    Skipped(String),
}

type Make<'a> = Box<dyn Fn(usize) -> Request + Sync + 'a>;
type Asked<'a> = std::result::Result<Make<'a>, String>;

struct Route<'a> {
    name: &'static str,
    status: u16,
    /// Makes a request from its connection's number, or says why there can be none.
    request: Asked<'a>,
}

/// Asks each route over one connection and then over sixteen, each time once the API is idle; first those that read, so
/// that nothing they read changes.
///
/// # Errors
/// At the first reply with another status than the expected one.
pub fn measure(api: &Api, people: &People, counts: &Counts) -> Result<Vec<Measured>> {
    let number = AtomicU64::new(fill::FIRST_FREE_NUMBER);
    let reads = reads(people).into_iter().map(|route| (route, counts.reads));
    let writes = writes(people, &number).into_iter().map(|route| (route, counts.writes));
    reads.chain(writes).map(|(route, count)| one(api, &route, count)).collect()
}

fn one(api: &Api, route: &Route<'_>, count: u32) -> Result<Measured> {
    let name = route.name;
    let outcome = match &route.request {
        Ok(request) => {
            eprintln!("xtask: {name}");
            let drive = |connections| {
                machine::wait_until_idle(api.pid())?;
                load::drive(api.address(), connections, count, route.status, request)
                    .with_context(|| format!("{name} over {connections} connections"))
            };
            Outcome::Runs { alone: drive(1)?, together: drive(CONNECTIONS)? }
        }
        Err(reason) => {
            eprintln!("xtask: {name} is skipped: {reason}");
            Outcome::Skipped(reason.clone())
        }
    };
    Ok(Measured { name, outcome })
}

/// All connections ask for the same.
fn reads(people: &People) -> Vec<Route<'_>> {
    let (sponsor, admin) = (people.sponsor.token.as_str(), people.admin.as_str());
    let booking = format!("/api/booking/bookings/{}/", people.sponsor.booking);
    let route = |name, path: &str, token: &str| {
        let (path, token) = (path.to_owned(), token.to_owned());
        let request: Make<'_> = Box::new(move |_| Request::get(path.as_str()).token(&token));
        Route { name, status: 200, request: Ok(request) }
    };
    vec![
        route("GET users/profile", "/api/users/profile/", sponsor),
        route("GET wallet/my_wallet", "/api/wallet/my_wallet/", sponsor),
        route("GET wallet/transactions, 20 of the sponsor's", "/api/wallet/transactions/", sponsor),
        route("GET booking/bookings, a member's one", "/api/booking/bookings/", sponsor),
        route("GET booking/bookings, 20 of everyone's", "/api/booking/bookings/", admin),
        route("GET booking/bookings/{id}", &booking, sponsor),
        route("GET binary/nodes/my_tree?depth=3, 15 nodes", "/api/binary/nodes/my_tree/?depth=3", sponsor),
        route("GET reports/dashboard, an admin's", "/api/reports/dashboard/", admin),
    ]
}

/// Each connection is another member: what is measured is the platform, not the lock on one person's row.
fn writes<'a>(people: &'a People, number: &'a AtomicU64) -> Vec<Route<'a>> {
    let next = || number.fetch_add(1, Ordering::Relaxed);
    let member = |connection: usize| &people.members[connection % people.members.len()];
    let pay =
        move |member: &Member, method| fill::payment(&member.token, member.booking, method, "1.00", next());
    let payers = &people.funded;
    let connections = usize::try_from(CONNECTIONS).unwrap_or(usize::MAX);
    let from_wallet: Asked<'a> = if payers.len() + 1 < connections {
        Err(format!("only {} wallets hold 500.00", payers.len() + 1))
    } else {
        Ok(Box::new(move |connection| {
            // The sponsor has earned the most, and is the one who pays when there is one connection.
            let payer = connection.checked_sub(1).map_or(&people.sponsor, |other| member(payers[other]));
            pay(payer, "wallet")
        }))
    };
    let route = |name, status, request| Route { name, status, request };
    vec![
        route(
            "POST booking/bookings",
            201,
            Ok(Box::new(move |connection| fill::booking(&member(connection).token)) as Make<'a>),
        ),
        route(
            "POST …/make_payment, online, 1.00",
            201,
            Ok(Box::new(move |connection| pay(member(connection), "online"))),
        ),
        route("POST …/make_payment, from the wallet, 1.00", 201, from_wallet),
        route(
            "POST auth/send-otp, to a new number each",
            200,
            Ok(Box::new(move |_| fill::code_request(&format!("8{:09}", next())))),
        ),
    ]
}
