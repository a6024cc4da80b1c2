//! Whether everything that was asked for happened exactly as often as it was told.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;

use anyhow::{Context, Result};

use crate::crash::client::outcome_of;
use crate::crash::journal::{Entry, Journal, Outcome, Verb};
use crate::crash::lists::{Lists, Row, count};
use crate::crash::people::People;
use crate::crash::settle::expected_pairs;
use crate::http::Client;

/// Sends again, with its key, every request that was left unanswered, so that each has taken effect or is refused; and
/// says where that contradicts the rows that were there before.
///
/// # Errors
/// When one is not answered now either.
pub fn repeat_unanswered(journal: &mut Journal, host: SocketAddr, before: &Lists) -> Result<Vec<String>> {
    let rows = made(before)?;
    let mut client = Client::connect(host)?;
    let mut found = Vec::new();
    for entry in journal.entries.iter_mut().filter(|entry| entry.outcome == Outcome::Unanswered) {
        let reply = client.call(&entry.request())?;
        entry.outcome = outcome_of(entry, &reply)?.with_context(|| format!("503 again: {}", entry.told()))?;
        let was_there = rows.contains_key(&made_by(entry));
        let is_replayed = matches!(entry.outcome, Outcome::Took { replayed: true, .. });
        if entry.verb.is_new() && was_there != is_replayed {
            found.push(format!("its row was there before: {was_there}; now: {}", entry.told()));
        }
    }
    Ok(found)
}

/// Compares the journal, in which nothing is unanswered any more, with what there is.
///
/// # Errors
/// For a row that can't be read.
pub fn check(journal: &Journal, people: &People, lists: &Lists) -> Result<Vec<String>> {
    let mut found = Vec::new();
    check_rows(journal, lists, &mut found)?;
    check_states(journal, lists, &mut found);
    check_bonuses(people, lists, &mut found)?;
    check_pairs(people, lists, &mut found);
    Ok(found)
}

/// The list that a request makes a row in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Booking,
    Payment,
    /// A payment from the wallet, where it is told from others that came in.
    FromWallet,
    Payout,
    Nothing,
}

/// What tells the row of a request from all others: where it is, whence its money came, and its amount.
fn made_by(entry: &Entry) -> (Kind, u64) {
    let kind = match entry.verb {
        Verb::Book => Kind::Booking,
        Verb::PayOnline | Verb::PayByTransfer => Kind::Payment,
        Verb::PayFromWallet => Kind::FromWallet,
        Verb::AskForPayout => Kind::Payout,
        _ => Kind::Nothing,
    };
    (kind, entry.amount)
}

/// The keys of the rows that members made.
fn made(lists: &Lists) -> Result<HashMap<(Kind, u64), Vec<u64>>> {
    let bookings = lists.bookings.iter().map(|row| (Kind::Booking, "total_amount", row));
    let payment = |row: &Row| match row.text("payment_method") {
        "wallet" => Kind::FromWallet,
        _ => Kind::Payment,
    };
    let payments = lists.payments_of_members().map(|row| (payment(row), "amount", row));
    let payouts = lists.payouts.iter().map(|row| (Kind::Payout, "requested_amount", row));
    let mut rows: HashMap<_, Vec<u64>> = HashMap::new();
    for (kind, amount, row) in bookings.chain(payments).chain(payouts) {
        rows.entry((kind, row.paise(amount)?)).or_default().push(row.id());
    }
    Ok(rows)
}

/// Each request that took effect has exactly its row; a refused one has none; nothing is there that nobody asked for.
fn check_rows(journal: &Journal, lists: &Lists, found: &mut Vec<String>) -> Result<()> {
    let mut rows = made(lists)?;
    for entry in journal.entries.iter().filter(|entry| entry.verb.is_new()) {
        let there = rows.remove(&made_by(entry)).unwrap_or_default();
        let is_right = match entry.outcome {
            Outcome::Took { id, .. } => there == [id],
            Outcome::Refused { .. } => there.is_empty(),
            Outcome::Unanswered => false,
        };
        if !is_right {
            found.push(format!("the rows {there:?} came of {}", entry.told()));
        }
    }
    found.extend(
        rows.iter().map(|((kind, paise), ids)| format!("nobody asked for {kind:?} {ids:?} of {paise} paise")),
    );
    Ok(())
}

/// Each payment and payout stands where the steps that took effect lead.
fn check_states(journal: &Journal, lists: &Lists, found: &mut Vec<String>) {
    let mut steps: HashMap<(Kind, u64), Vec<Verb>> = HashMap::new();
    for (entry, id) in journal.took() {
        let kind = match entry.verb {
            Verb::ConfirmPayment | Verb::FailPayment => Kind::Payment,
            Verb::Process | Verb::Complete | Verb::Reject | Verb::Cancel | Verb::FailPayout => Kind::Payout,
            _ => continue,
        };
        steps.entry((kind, id)).or_default().push(entry.verb);
    }
    let payments = lists.payments_of_members().map(|row| (Kind::Payment, row));
    for (kind, row) in payments.chain(lists.payouts.iter().map(|row| (Kind::Payout, row))) {
        let taken = steps.remove(&(kind, row.id())).unwrap_or_default();
        let expected =
            if kind == Kind::Payment { payment_state(row, &taken) } else { payout_state(row, &taken) };
        if expected != Some(row.text("status")) {
            found.push(format!("{kind:?} {} is {:?} after {taken:?}", row.id(), row.text("status")));
        }
    }
    found.extend(steps.iter().map(|(what, taken)| format!("{what:?} is gone after {taken:?}")));
}

fn payment_state(row: &Row, taken: &[Verb]) -> Option<&'static str> {
    match (row.text("payment_method"), taken) {
        ("online" | "wallet", []) | ("bank_transfer", [Verb::ConfirmPayment]) => Some("completed"),
        ("bank_transfer", []) => Some("pending"),
        ("bank_transfer", [Verb::FailPayment]) => Some("failed"),
        _ => None,
    }
}

/// Steps may stand in the journal in another order than they were taken in.
fn payout_state(row: &Row, taken: &[Verb]) -> Option<&'static str> {
    let took = |verb| taken.contains(&verb);
    match taken.len() {
        0 => Some("pending"),
        1 if took(Verb::Reject) => Some("rejected"),
        1 if took(Verb::Cancel) => Some("cancelled"),
        1 if took(Verb::Process) && row.text("net_amount") == "0.00" => Some("completed"),
        1 if took(Verb::Process) => Some("processing"),
        2 if took(Verb::Process) && took(Verb::Complete) => Some("completed"),
        2 if took(Verb::Process) && took(Verb::FailPayout) => Some("failed"),
        _ => None,
    }
}

/// Each completed payment that confirms a booking by itself, or comes later, has one bonus of 5 %; no payment has two,
/// nor one without being completed.
fn check_bonuses(people: &People, lists: &Lists, found: &mut Vec<String>) -> Result<()> {
    let root = people.members.first().map(|member| member.id);
    let bonuses = count(&lists.bonuses, |row| row.number("reference_id"));
    let mut amounts = HashMap::new();
    for row in &lists.bonuses {
        amounts.insert(row.number("reference_id"), row.paise("amount")?);
    }
    let mut explained = HashSet::new();
    for payment in &lists.payments {
        let (id, paise) = (payment.id(), payment.paise("amount")?);
        let has = bonuses.get(&id).copied().unwrap_or_default();
        explained.insert(id);
        let can_have = payment.text("status") == "completed" && Some(payment.number("user")) != root;
        let must_have = can_have && paise >= 50_000;
        if has > usize::from(can_have) || (must_have && has != 1) {
            found.push(format!("payment {id} ({}) has {has} bonuses", payment.text("status")));
        }
        let share = (paise * 5 + 50) / 100;
        if amounts.get(&id).is_some_and(|&amount| amount != share) {
            found.push(format!("the bonus of payment {id} is not {share} paise"));
        }
    }
    found.extend(
        bonuses.keys().filter(|id| !explained.contains(id)).map(|id| format!("a bonus for no payment {id}")),
    );
    Ok(())
}

/// Each member has the pairs that those below them make, numbered without a gap, each posted once.
fn check_pairs(people: &People, lists: &Lists, found: &mut Vec<String>) {
    let posted = count(&lists.earnings, |row| row.number("reference_id"));
    for pair in &lists.pairs {
        let times = posted.get(&pair.id()).copied().unwrap_or_default();
        if pair.text("status") != "processed" || times != 1 {
            found.push(format!("pair {} is {} and posted {times} times", pair.id(), pair.text("status")));
        }
    }
    if lists.earnings.len() != lists.pairs.len() {
        found.push(format!("{} earnings of {} pairs", lists.earnings.len(), lists.pairs.len()));
    }
    for (member, expected) in people.members.iter().zip(expected_pairs(people, lists)) {
        let mine = lists.pairs.iter().filter(|pair| pair.number("user") == member.id);
        let mut numbers: Vec<u64> = mine.map(|pair| pair.number("pair_number")).collect();
        numbers.sort_unstable();
        if numbers != (1..=expected as u64).collect::<Vec<_>>() {
            found.push(format!("member {} has the pairs {numbers:?} instead of {expected}", member.id));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use serde_json::{Value, json};

    use crate::crash::people::Member;

    fn entry(verb: Verb, subject: u64, amount: u64, outcome: Outcome) -> Entry {
        let (path, key, token) = (String::new(), String::new(), String::new());
        Entry { verb, subject, amount, path, body: Value::Null, key, token, outcome }
    }

    fn took(id: u64) -> Outcome {
        Outcome::Took { id, replayed: false }
    }

    fn rows(rows: &[Value]) -> Vec<Row> {
        rows.iter().cloned().map(Row::of).collect()
    }

    /// A payment of 600.00 by the second member with its bonus, and a payout of 70.00 that failed.
    fn right() -> (Journal, People, Lists) {
        let entries = vec![
            entry(Verb::PayOnline, 1, 60_000, took(5)),
            entry(Verb::PayOnline, 1, 60_001, Outcome::Refused { status: 400, why: String::new() }),
            entry(Verb::AskForPayout, 0, 7_000, took(8)),
            entry(Verb::FailPayout, 8, 0, took(8)),
            entry(Verb::Process, 8, 0, took(8)),
        ];
        let member = |id| Member { id, token: String::new() };
        let people = People { admin: String::new(), members: vec![member(1), member(2)] };
        let payment = json!({"id": 5, "user": 2, "amount": "600.00", "payment_method": "online", "status": "completed"});
        let payout = json!({"id": 8, "user": 1, "requested_amount": "70.00", "net_amount": "66.50", "status": "failed"});
        let lists = Lists {
            bookings: Vec::new(),
            payments: rows(&[payment]),
            payouts: rows(&[payout]),
            pairs: Vec::new(),
            bonuses: rows(&[json!({"id": 1, "reference_id": 5, "amount": "30.00"})]),
            earnings: Vec::new(),
        };
        (Journal { entries, ..Journal::default() }, people, lists)
    }

    /// How many violations a change makes.
    fn violations(change: impl FnOnce(&mut Journal, &mut Lists)) -> usize {
        let (mut journal, people, mut lists) = right();
        change(&mut journal, &mut lists);
        check(&journal, &people, &lists).unwrap().len()
    }

    #[test]
    fn what_is_right_is_not_complained_of() {
        assert_eq!(violations(|_, _| {}), 0);
    }

    #[test]
    fn lost_doubled_and_unasked_rows_are_found() {
        assert_ne!(violations(|_, lists| lists.payouts.clear()), 0);
        let again = json!({"id": 9, "user": 1, "requested_amount": "70.00", "status": "pending"});
        assert_ne!(violations(|_, lists| lists.payouts.extend(rows(&[again]))), 0);
        assert_ne!(violations(|journal, _| _ = journal.entries.remove(0)), 0);
        assert_ne!(violations(|journal, _| journal.entries[1].outcome = took(5)), 0);
        assert_ne!(violations(|journal, _| journal.entries[0].outcome = took(6)), 0);
        assert_ne!(violations(|journal, _| journal.entries[0].outcome = Outcome::Unanswered), 0);
    }

    #[test]
    fn a_state_that_no_step_led_to_is_found() {
        assert_ne!(violations(|journal, _| _ = journal.entries.remove(3)), 0);
        assert_ne!(violations(|journal, _| _ = journal.entries.remove(4)), 0);
        assert_ne!(violations(|journal, _| journal.entries.push(entry(Verb::Complete, 8, 0, took(8)))), 0);
        assert_ne!(violations(|journal, _| journal.entries.push(entry(Verb::Process, 99, 0, took(99)))), 0);
    }

    #[test]
    fn missing_doubled_and_wrong_bonuses_are_found() {
        let bonus = |amount: &str| rows(&[json!({"id": 2, "reference_id": 5, "amount": amount})]);
        assert_ne!(violations(|_, lists| lists.bonuses.clear()), 0);
        assert_ne!(violations(|_, lists| lists.bonuses.extend(bonus("30.00"))), 0);
        assert_ne!(violations(|_, lists| lists.bonuses = bonus("30.01")), 0);
    }

    #[test]
    fn pairs_that_nobody_below_makes_and_earnings_without_one_are_found() {
        let pair = json!({"id": 3, "user": 1, "pair_number": 1, "status": "processed"});
        assert_ne!(violations(|_, lists| lists.pairs = rows(&[pair])), 0);
        let earning = json!({"id": 3, "reference_id": 3, "amount": "500.00"});
        assert_ne!(violations(|_, lists| lists.earnings = rows(&[earning])), 0);
    }
}
