//! The routes under load. Requests go round the members, so that no one's rows are all that is asked for.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::http::Request;
use crate::measure::fill::{self, Member};
use crate::measure::load::{self, Run};
use crate::measure::machine;
use crate::stage::Api;

use super::CONNECTIONS;

/// A route and what it bore over each of [`CONNECTIONS`].
pub struct Loaded {
    pub name: &'static str,
    pub runs: Vec<Run>,
}

type Make<'a> = Box<dyn Fn(&Member) -> Request + Sync + 'a>;

/// What reads, each driven for `time` over each number of connections.
///
/// # Errors
/// At the first reply with another status than 200.
pub fn reads(api: &Api, members: &[Member], time: Duration) -> Result<Vec<Loaded>> {
    let at =
        |path: &'static str| -> Make<'_> { Box::new(move |member| Request::get(path).token(&member.token)) };
    let detail: Make<'_> = Box::new(|member| {
        Request::get(format!("/api/booking/bookings/{}/", member.booking)).token(&member.token)
    });
    let routes = [
        ("GET users/profile", at("/api/users/profile/")),
        ("GET wallet/my_wallet", at("/api/wallet/my_wallet/")),
        ("GET booking/bookings", at("/api/booking/bookings/")),
        ("GET booking/bookings/{id}", detail),
        ("GET binary/nodes/my_tree", at("/api/binary/nodes/my_tree/")),
    ];
    routes.into_iter().map(|(name, make)| one(api, members, (name, 200), time, &make)).collect()
}

/// What writes; payments first, since bookings make their buyers' lists longer.
///
/// # Errors
/// At the first reply with another status than 201.
pub fn writes(api: &Api, members: &[Member], time: Duration) -> Result<Vec<Loaded>> {
    let number = AtomicU64::new(fill::FIRST_FREE_NUMBER);
    let pay: Make<'_> = Box::new(|member| {
        let number = number.fetch_add(1, Ordering::Relaxed);
        fill::payment(&member.token, member.booking, "online", "1.00", number)
    });
    let book: Make<'_> = Box::new(|member| fill::booking(&member.token));
    let routes = [("POST …/make_payment, online, 1.00", pay), ("POST booking/bookings", book)];
    routes.into_iter().map(|(name, make)| one(api, members, (name, 201), time, &make)).collect()
}

fn one(
    api: &Api,
    members: &[Member],
    (name, status): (&'static str, u16),
    time: Duration,
    make: &Make<'_>,
) -> Result<Loaded> {
    eprintln!("xtask: {name}");
    let turn = AtomicU64::new(0);
    let count = u64::try_from(members.len())?;
    let request = |_| {
        let turn = turn.fetch_add(1, Ordering::Relaxed) % count;
        make(&members[usize::try_from(turn).unwrap_or_default()])
    };
    let drive = |connections| {
        machine::wait_until_idle(api.pid())?;
        load::drive_for(api.address(), connections, time, status, &request)
            .with_context(|| format!("{name} over {connections} connections"))
    };
    Ok(Loaded { name, runs: CONNECTIONS.into_iter().map(drive).collect::<Result<_>>()? })
}
