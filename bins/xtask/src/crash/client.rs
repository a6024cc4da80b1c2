//! A client that books, pays, asks for payouts, and ends them as an admin, whatever becomes of the server.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::crash::chance::Chance;
use crate::crash::journal::{Entry, Journal, Outcome, Verb};
use crate::crash::people::{CLIENTS, MEMBERS_PER_CLIENT, People};
use crate::http::{self, Reply};

/// Longer than any start of the API.
const DOWN_TIMEOUT: Duration = Duration::from_secs(60);
const BEFORE_NEXT_TRY: Duration = Duration::from_millis(5);
/// Requests after which a client takes up its next member.
const REQUESTS_PER_MEMBER: usize = 24;
const MOST_BOOKINGS: usize = 6;
/// The first so many of a client's members have brought someone in.
const EARNING: usize = MEMBERS_PER_CLIENT / 2;

/// What clients and the one who kills share.
pub struct Shared {
    /// Every API that serves the same platform.
    hosts: Vec<SocketAddr>,
    answered: AtomicU64,
    stopped: AtomicBool,
}

impl Shared {
    /// Nothing has happened yet.
    pub fn new(hosts: &[SocketAddr]) -> Self {
        Self { hosts: hosts.to_vec(), answered: AtomicU64::new(0), stopped: AtomicBool::new(false) }
    }

    /// Requests that were answered, of all clients.
    pub fn answered(&self) -> u64 {
        self.answered.load(Ordering::Relaxed)
    }

    /// Asks the clients to end.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// True when they are asked to end.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

/// Something that an admin, or its owner, can move on.
#[derive(Clone, Copy)]
enum Open {
    Transfer(u64),
    Pending(u64),
    Processing(u64),
}

/// One client.
pub struct Client<'a> {
    number: usize,
    chance: Chance,
    people: &'a People,
    shared: &'a Shared,
    connection: Option<http::Client>,
    /// Which of the hosts it asks, counted on when one fails it.
    host: usize,
    /// Of each of its members, those that it was told of.
    bookings: [Vec<u64>; MEMBERS_PER_CLIENT],
    /// What can be moved on, with the member whose it is.
    open: Vec<(Open, usize)>,
    journal: Journal,
}

impl<'a> Client<'a> {
    /// The client with this number; what it does depends on the seed, its number, and what it is answered.
    pub fn new(number: usize, seed: u64, people: &'a People, shared: &'a Shared) -> Self {
        let chance = Chance::of(seed, 1 + number as u64);
        let (bookings, open) = (Default::default(), Vec::new());
        let journal = Journal::default();
        Self { number, chance, people, shared, connection: None, host: number, bookings, open, journal }
    }

    /// Acts until it is asked to end.
    ///
    /// # Errors
    /// An answer that no request may get, or a server that stays away.
    pub fn run(mut self) -> Result<Journal> {
        let done = self.act();
        if done.is_err() {
            self.shared.stop();
        }
        done.with_context(|| format!("client {}", self.number))?;
        Ok(self.journal)
    }

    fn act(&mut self) -> Result<()> {
        while !self.shared.is_stopped() {
            let known = (1 + self.journal.entries.len() / REQUESTS_PER_MEMBER).min(MEMBERS_PER_CLIENT);
            let mine = usize::try_from(self.chance.below(known as u64))?;
            if !self.open.is_empty() && self.chance.percent(50) {
                let at = usize::try_from(self.chance.below(self.open.len() as u64))?;
                let (open, mine) = self.open.swap_remove(at);
                self.move_on(open, mine)?;
            } else {
                self.begin_something(mine)?;
            }
        }
        Ok(())
    }

    fn begin_something(&mut self, mine: usize) -> Result<()> {
        // no two requests that make a row of one kind have the same paise, however long a run
        let unique = (self.number + CLIENTS * self.journal.entries.len()) as u64;
        let dice = self.chance.below(100);
        let booking = self.chance.one_of(&self.bookings[mine]);
        let is_new_due = booking.is_none() || (dice < 12 && self.bookings[mine].len() < MOST_BOOKINGS);
        let (Some(booking), false) = (booking, is_new_due) else { return self.book(mine, unique) };
        let (verb, method, amount) = match dice {
            0..35 => (Verb::PayOnline, "online", 60_000 + unique),
            35..50 => (Verb::PayByTransfer, "bank_transfer", 60_000 + unique),
            // whoever brought nobody in has nothing in the wallet; some of them try
            _ if mine >= EARNING && dice < 90 => (Verb::PayOnline, "online", 60_000 + unique),
            50..65 => (Verb::PayFromWallet, "wallet", 2_000 + unique),
            _ => {
                let amount = 7_000 + unique;
                let emi = self.chance.percent(50);
                let body = json!({"requested_amount": rupees(amount), "emi_auto_filled": emi});
                return self.ask(Verb::AskForPayout, mine, 0, amount, "/api/payout/".to_owned(), body);
            }
        };
        let path = format!("/api/booking/bookings/{booking}/make_payment/");
        let body = json!({"amount": rupees(amount), "payment_method": method});
        self.ask(verb, mine, booking, amount, path, body)
    }

    fn book(&mut self, mine: usize, unique: u64) -> Result<()> {
        // some are paid off soon, and then refuse what comes
        let amount = if self.chance.percent(30) { 290_000 + unique } else { 5_000_000 + unique };
        let mut body =
            json!({"vehicle_model": "E-Rick 1", "booking_amount": "500.00", "total_amount": rupees(amount)});
        if amount < 1_000_000 {
            body["emi_amount"] = json!("50.00");
        }
        self.ask(Verb::Book, mine, 0, amount, "/api/booking/bookings/".to_owned(), body)
    }

    fn move_on(&mut self, open: Open, mine: usize) -> Result<()> {
        let dice = self.chance.below(100);
        let (verb, group, id, word, body) = match open {
            Open::Transfer(id) if dice < 80 => {
                (Verb::ConfirmPayment, "booking/payments", id, "confirm", json!({}))
            }
            Open::Transfer(id) => (Verb::FailPayment, "booking/payments", id, "fail", json!({})),
            Open::Pending(id) if dice < 65 => (Verb::Process, "payout", id, "process", json!({})),
            Open::Pending(id) if dice < 85 => (Verb::Reject, "payout", id, "reject", json!({"reason": "no"})),
            Open::Pending(id) => (Verb::Cancel, "payout", id, "cancel", json!({})),
            Open::Processing(id) if dice < 70 => {
                (Verb::Complete, "payout", id, "complete", json!({"transaction_id": format!("UTR{id}")}))
            }
            Open::Processing(id) => (Verb::FailPayout, "payout", id, "fail", json!({"reason": "bank"})),
        };
        self.ask(verb, mine, id, 0, format!("/api/{group}/{id}/{word}/"), body)
    }

    fn ask(
        &mut self,
        verb: Verb,
        mine: usize,
        subject: u64,
        amount: u64,
        path: String,
        body: Value,
    ) -> Result<()> {
        let is_mine = verb.is_new() || verb == Verb::Cancel;
        let member = &self.people.members[self.number + CLIENTS * mine];
        let token = if is_mine { &member.token } else { &self.people.admin }.clone();
        let key = format!("crash-{}-{}", self.number, self.journal.entries.len());
        let outcome = Outcome::Unanswered;
        let mut entry = Entry { verb, subject, amount, path, body, key, token, outcome };
        entry.outcome = self.send(&entry)?;
        self.learn(&entry, mine);
        self.journal.entries.push(entry);
        Ok(())
    }

    /// Sends it until it is answered, or leaves it.
    fn send(&mut self, entry: &Entry) -> Result<Outcome> {
        loop {
            if let Some(reply) = self.try_once(entry)?
                && let Some(outcome) = outcome_of(entry, &reply)?
            {
                return Ok(outcome);
            }
            self.journal.cut += 1;
            self.turn_to_the_next_host();
            if self.shared.is_stopped() || self.chance.percent(40) {
                return Ok(Outcome::Unanswered);
            }
            self.journal.sent_again += 1;
            std::thread::sleep(BEFORE_NEXT_TRY);
        }
    }

    /// None when the connection is cut, before or after the request took effect.
    fn try_once(&mut self, entry: &Entry) -> Result<Option<Reply>> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.connect()?,
        };
        let Ok(reply) = connection.call(&entry.request()) else { return Ok(None) };
        self.connection = Some(connection);
        self.shared.answered.fetch_add(1, Ordering::Relaxed);
        Ok(Some(reply))
    }

    /// Nothing is sent before there is a connection, so this waits without a word in the journal.
    fn connect(&mut self) -> Result<http::Client> {
        let deadline = Instant::now() + DOWN_TIMEOUT;
        loop {
            match http::Client::connect(self.shared.hosts[self.host % self.shared.hosts.len()]) {
                Ok(connection) => return Ok(connection),
                Err(error) if Instant::now() > deadline => return Err(error.context("the API stays away")),
                Err(_) => std::thread::sleep(BEFORE_NEXT_TRY),
            }
            self.turn_to_the_next_host();
        }
    }

    /// As what stands before several APIs does.
    fn turn_to_the_next_host(&mut self) {
        if self.shared.hosts.len() > 1 {
            self.host += 1;
            self.connection = None;
        }
    }

    /// What it can go on from. Whether an unanswered step was taken it can only guess, as people do.
    fn learn(&mut self, entry: &Entry, mine: usize) {
        let next = match (entry.verb, &entry.outcome) {
            (Verb::Book, Outcome::Took { id, .. }) => return self.bookings[mine].push(*id),
            (Verb::PayByTransfer, Outcome::Took { id, .. }) => Open::Transfer(*id),
            (Verb::AskForPayout, Outcome::Took { id, .. }) => Open::Pending(*id),
            (Verb::Process, Outcome::Took { .. } | Outcome::Unanswered) => Open::Processing(entry.subject),
            (Verb::Reject | Verb::Cancel, Outcome::Unanswered) => Open::Pending(entry.subject),
            _ => return,
        };
        self.open.push((next, mine));
    }
}

/// None for 503: it may have taken effect or not, as when there is no answer.
///
/// # Errors
/// For what no request may be answered.
pub fn outcome_of(entry: &Entry, reply: &Reply) -> Result<Option<Outcome>> {
    let body = String::from_utf8_lossy(&reply.body).into_owned();
    match reply.status {
        200 | 201 => {
            let id = reply.json()?["id"].as_u64().context("a reply without id")?;
            if !entry.verb.is_new() && id != entry.subject {
                bail!("{} got the row {id}", entry.told());
            }
            Ok(Some(Outcome::Took { id, replayed: reply.replayed() }))
        }
        503 => Ok(None),
        400 | 409 => {
            let why = reply.json()?["code"].as_str().map_or(body, str::to_owned);
            Ok(Some(Outcome::Refused { status: reply.status, why }))
        }
        status => bail!("{} got {status}: {body}", entry.told()),
    }
}

/// `500.00` of 50,000 paise.
fn rupees(paise: u64) -> String {
    format!("{}.{:02}", paise / 100, paise % 100)
}
