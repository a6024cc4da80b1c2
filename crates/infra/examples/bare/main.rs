//! How often a second the bare database runs the statements of a profile, a payment, a payment with its task (a sale) or a
//! booking: no HTTP, no rules, no rows decoded. `cargo xtask load` and `throughput` run it, with the platform's own variables
//! for the database: `bare profile|payment|sale|booking THREADS TRANSACTIONS_IN_A_COMMIT SECONDS` prints the rate.
#![allow(
    clippy::disallowed_methods,
    reason = "a measuring loop beside the platform has its own settings and clock"
)]
#![allow(clippy::print_stdout, reason = "an example talks on its terminal")]

mod connection;
mod statements;

use std::{
    error::Error,
    sync::Barrier,
    time::{Duration, Instant},
};

use chrono::{NaiveDateTime, Utc};
use diesel::QueryResult;

use connection::{Bare, Bind, Open};
use statements as sql;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [work, threads, group, seconds] = arguments.as_slice() else {
        println!("bare profile|payment|sale|booking THREADS TRANSACTIONS_IN_A_COMMIT SECONDS");
        return Ok(());
    };
    let (threads, group): (usize, u32) = (threads.parse()?, group.parse()?);
    let time = Duration::from_secs(seconds.parse()?);
    let open = Bare::open().map_err(|error| error.to_string())?.open_bookings()?;
    if open.len() < threads {
        return Err("too few members have a confirmed booking".into());
    }
    let barrier = Barrier::new(threads);
    let counts = std::thread::scope(|scope| {
        let mut open = open.into_iter();
        let running: Vec<_> = (0..threads)
            .filter_map(|_| open.next())
            .map(|open| {
                let barrier = &barrier;
                scope.spawn(move || run(work, open, group, time, barrier))
            })
            .collect();
        running
            .into_iter()
            .map(|thread| thread.join().map_err(|_| "a thread panicked")?)
            .collect::<Outcome<Vec<_>>>()
    })?;
    println!("{:.1}", counts.iter().sum::<f64>());
    Ok(())
}

/// Runs one kind of work for a time and gives how often a second.
fn run(work: &str, mut open: Open, group: u32, time: Duration, barrier: &Barrier) -> Outcome<f64> {
    let mut bare = Bare::open().map_err(|error| error.to_string())?;
    barrier.wait();
    let begun = Instant::now();
    let mut done = 0_u32;
    while begun.elapsed() < time {
        match work {
            "profile" => profile(&mut bare, &open)?,
            "sale" => sale(&mut bare, &mut open)?,
            _ => in_transactions(&mut bare, group, |bare| match work {
                "payment" => payment(bare, &mut open).map(drop),
                _ => booking(bare, &open),
            })?,
        }
        done += if matches!(work, "profile" | "sale") { 1 } else { group };
    }
    Ok(f64::from(done) / begun.elapsed().as_secs_f64())
}

/// One commit; on SQLite each of several has a savepoint, as the platform's one writer gives it.
fn in_transactions(
    bare: &mut Bare,
    group: u32,
    mut work: impl FnMut(&mut Bare) -> QueryResult<()>,
) -> QueryResult<()> {
    bare.batch("BEGIN IMMEDIATE", "START TRANSACTION")?;
    for _ in 0..group {
        if group > 1 {
            bare.batch("SAVEPOINT job", "SAVEPOINT job")?;
        }
        work(bare)?;
        if group > 1 {
            bare.batch("RELEASE job", "RELEASE SAVEPOINT job")?;
        }
    }
    bare.batch("COMMIT", "COMMIT")
}

fn now() -> NaiveDateTime {
    let now = Utc::now().naive_utc();
    chrono::DurationRound::duration_trunc(now, chrono::TimeDelta::microseconds(1)).unwrap_or(now)
}

fn profile(bare: &mut Bare, open: &Open) -> QueryResult<()> {
    bare.run(sql::STANDING, [open.session.into(), open.user.into(), 1.into()])?;
    bare.run(sql::USER, [open.user.into(), 1.into()])?;
    bare.run(sql::STANDS, [open.user.into(), 1.into()])
}

/// A payment, and the task that a worker claims and runs, in a transaction each.
fn sale(bare: &mut Bare, open: &mut Open) -> QueryResult<()> {
    let mut paid = 0;
    in_transactions(bare, 1, |bare| {
        paid = payment(bare, open)?;
        Ok(())
    })?;
    let task = format!("payment_completed:{paid}");
    in_transactions(bare, 1, |bare| {
        let now = now();
        bare.run(sql::TASK, [(&task).into(), 1.into()])?;
        let later = now + chrono::TimeDelta::seconds(1);
        bare.run(sql::CLAIM, [1.into(), later.into(), (&task).into(), now.into(), 0.into()])
    })?;
    in_transactions(bare, 1, |bare| bonus(bare, open, paid, &task))
}

/// 5 % of a payment of 1.00, to the payer's sponsor.
fn bonus(bare: &mut Bare, open: &mut Open, payment: i64, task: &String) -> QueryResult<()> {
    let (now, bonus) = (now(), 5);
    bare.run(sql::FINISH, [now.into(), Bind::None, task.into()])?;
    bare.run(sql::PAYMENT, [payment.into(), 1.into()])?;
    bare.run(sql::SPONSOR, [open.user.into(), 1.into()])?;
    let posting = format!("referral:{payment}");
    bare.run(sql::POSTED, [(&posting).into(), 1.into()])?;
    let (commission, wallet) = (open.commission, open.wallet);
    bare.run(sql::ACCOUNTS, ["wallet".into(), open.sponsor.into(), "commission".into(), 0.into()])?;
    bare.run(sql::MOVE_BALANCE, [bonus.into(), 1.into(), wallet.into(), bonus.into(), 0.into()])?;
    bare.run(sql::BALANCE, [wallet.into(), 1.into()])?;
    let cause = format!("task 0 after request 00000000-0000-0000-0000-000000000000 by user {}", open.user);
    let transaction = post(bare, "referral_bonus", &posting, payment, &cause, now)?;
    (open.balance, open.wallet_entries) = (open.balance + bonus, open.wallet_entries + 1);
    let today = now.date();
    bare.run(
        sql::INSERT_ENTRIES,
        [
            transaction.into(),
            commission.into(),
            wallet.into(),
            (-bonus).into(),
            Bind::None,
            Bind::None,
            Bind::None,
            Bind::Date(today),
            now.into(),
            transaction.into(),
            wallet.into(),
            commission.into(),
            bonus.into(),
            "REFERRAL_BONUS".into(),
            open.wallet_entries.into(),
            open.balance.into(),
            Bind::Date(today),
            now.into(),
        ],
    )?;
    bare.run(sql::EARN, [bonus.into(), now.into(), open.sponsor.into()])?;
    bare.run(
        sql::TELL,
        [
            open.sponsor.into(),
            (&posting).into(),
            "wallet".into(),
            "Referral bonus of ₹0.05".into(),
            "Someone whom you brought in paid ₹1.00. Your bonus of ₹0.05 is in your wallet.".into(),
            "payment".into(),
            payment.into(),
            now.into(),
        ],
    )
}

/// A ledger transaction about a payment; its key.
fn post(
    bare: &mut Bare,
    kind: &str,
    posting: &String,
    payment: i64,
    cause: &String,
    now: NaiveDateTime,
) -> QueryResult<i64> {
    bare.run(
        sql::INSERT_TRANSACTION,
        [kind.into(), posting.into(), "payment".into(), payment.into(), cause.into(), now.into()],
    )?;
    bare.last_id()
}

/// 1.00, online, with an idempotency key, on a confirmed booking of somebody who has a sponsor; its key.
fn payment(bare: &mut Bare, open: &mut Open) -> QueryResult<i64> {
    let (user, booking, now) = (open.user, open.booking, now());
    let unique = format!("{booking}-{}", Utc::now().timestamp_nanos_opt().unwrap_or_default());
    let cause = format!("request 00000000-0000-0000-0000-000000000000 by user {user}");
    let path = format!("/api/booking/bookings/{booking}/make_payment/");
    bare.run(sql::STANDING, [open.session.into(), user.into(), 1.into()])?;
    let hash = "0".repeat(64);
    bare.run(
        sql::TAKE_KEY,
        [user.into(), (&path).into(), (&unique).into(), (&hash).into(), "".into(), now.into()],
    )?;
    bare.run(sql::LOCK_USER, [1.into(), user.into()])?;
    bare.run(sql::BUYER, [user.into(), 1.into()])?;
    bare.run(sql::LOCK_BOOKING, [1.into(), booking.into()])?;
    bare.run(sql::BOOKING, [booking.into(), 1.into()])?;
    bare.run(sql::PLAN, [now.into(), 1.into()])?;
    let (pending, completed) = ("pending", "completed");
    bare.run(
        sql::INSERT_PAYMENT,
        [
            booking.into(),
            user.into(),
            100.into(),
            "online".into(),
            "".into(),
            pending.into(),
            "".into(),
            1.into(),
            0.into(),
            Bind::None,
            Bind::None,
            now.into(),
        ],
    )?;
    let payment = bare.last_id()?;
    bare.run(
        sql::COMPLETE_PAYMENT,
        [
            completed.into(),
            now.into(),
            5.into(),
            1.into(),
            (&unique).into(),
            (&unique).into(),
            "".into(),
            Bind::None,
            payment.into(),
            pending.into(),
        ],
    )?;
    let confirmed = "confirmed";
    bare.run(
        sql::SET_PAID,
        [
            (open.paid + 100).into(),
            confirmed.into(),
            now.into(),
            Bind::None,
            now.into(),
            booking.into(),
            open.paid.into(),
            confirmed.into(),
        ],
    )?;
    bare.run(sql::PAID, [user.into(), 0.into()])?;
    bare.run(
        sql::ANNOUNCE,
        [
            "payment_completed".into(),
            (&format!("payment_completed:{payment}")).into(),
            payment.into(),
            "".into(),
            0.into(),
            now.into(),
            "".into(),
            (&cause).into(),
            now.into(),
        ],
    )?;
    let posting = format!("payment:{payment}");
    bare.run(
        sql::TELL,
        [
            user.into(),
            (&posting).into(),
            "payment".into(),
            "Payment of ₹1.00 received".into(),
            "₹1.00 was paid on booking EV00000000. ₹99,000.00 remains to be paid.".into(),
            "payment".into(),
            payment.into(),
            now.into(),
        ],
    )?;
    bare.run(sql::POSTED, [(&posting).into(), 1.into()])?;
    bare.run(sql::ACCOUNTS, ["booking".into(), booking.into(), "outside:online".into(), 0.into()])?;
    bare.run(sql::MOVE_BALANCE, [100.into(), 1.into(), open.account.into(), 100.into(), 0.into()])?;
    bare.run(sql::BALANCE, [open.account.into(), 1.into()])?;
    let transaction = post(bare, "payment_from_outside", &posting, payment, &cause, now)?;
    (open.paid, open.entries) = (open.paid + 100, open.entries + 1);
    let (house, account, today) = (open.house, open.account, now.date());
    bare.run(
        sql::INSERT_ENTRIES,
        [
            transaction.into(),
            house.into(),
            account.into(),
            (-100).into(),
            Bind::None,
            Bind::None,
            Bind::None,
            Bind::Date(today),
            now.into(),
            transaction.into(),
            account.into(),
            house.into(),
            100.into(),
            Bind::None,
            open.entries.into(),
            open.paid.into(),
            Bind::Date(today),
            now.into(),
        ],
    )?;
    let reply = "r".repeat(330);
    bare.run(sql::KEEP_REPLY, [(&reply).into(), user.into(), (&path).into(), (&unique).into()])?;
    Ok(payment)
}

/// Without an idempotency key and without a plan of instalments.
fn booking(bare: &mut Bare, open: &Open) -> QueryResult<()> {
    let (user, now) = (open.user, now());
    bare.run(sql::STANDING, [open.session.into(), user.into(), 1.into()])?;
    bare.run(sql::PLAN, [now.into(), 1.into()])?;
    bare.run(sql::LOCK_USER, [1.into(), user.into()])?;
    bare.run(sql::BUYER, [user.into(), 1.into()])?;
    // ten letters that nobody has
    let number = format!("{:010}", uuid::Uuid::new_v4().as_u128() % 10_000_000_000);
    bare.run(
        sql::INSERT_BOOKING,
        [
            user.into(),
            (&number).into(),
            "E-Rick 1".into(),
            "".into(),
            50_000.into(),
            10_000_000.into(),
            0.into(),
            "pre_booked".into(),
            Bind::None,
            Bind::None,
            Bind::None,
            1.into(),
            now.into(),
            now.into(),
        ],
    )?;
    let booking = bare.last_id()?;
    bare.run(
        sql::OPEN_ACCOUNT,
        ["booking".into(), booking.into(), user.into(), 0.into(), 0.into(), now.into()],
    )?;
    bare.run(sql::BALANCES, [user.into(), "booking".into()])?;
    bare.run(sql::CONTACT, [user.into(), 1.into()])
}
