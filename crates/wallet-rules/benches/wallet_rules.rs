//! `cargo bench -p wallet-rules`

use std::hint::black_box;

use criterion::Criterion;
use money::Paise;
use wallet_rules::{
    booking::{BookingState, BookingStatus},
    calendar::Instant,
    earning::{split_pair, spread_emi},
    identity::{Aadhaar, Email},
    ledger::Posting,
    payout::{EmiPart, Quote},
    plan::Plan,
};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let plan = Plan::default_plan();
    criterion.bench_function("split_pair", |bench| {
        bench.iter(|| split_pair(black_box(&plan), black_box(6), black_box(false)))
    });
    criterion.bench_function("pair earning to posting", |bench| {
        bench.iter(|| {
            let split = split_pair(black_box(&plan), 6, false).ok()?;
            let spread = spread_emi(split.emi, [(11, Paise::rupees(30)), (12, Paise::rupees(9_000))]);
            Posting::pair_earning(1, 7, &split, &spread).ok()
        })
    });
    let booking = BookingState {
        status: BookingStatus::PreBooked,
        booking_amount: Paise::rupees(500),
        total_amount: Paise::rupees(100_000),
        total_paid: Paise::ZERO,
    };
    criterion.bench_function("apply a payment", |bench| {
        bench.iter(|| black_box(&booking).apply(black_box(Paise::rupees(500))))
    });
    let unpaid: Vec<_> =
        (1..=60).map(|number| EmiPart { booking: 11i64, number, amount: Paise::rupees(1_000) }).collect();
    criterion.bench_function("quote 60 instalments", |bench| {
        bench.iter(|| {
            let unpaid = black_box(&unpaid).iter().copied();
            Quote::work_out(Paise::rupees(100_000), Paise::rupees(5_000), unpaid)
        })
    });
    let instant = Instant::parse_rfc3339("2026-11-22T09:30:00+05:30").unwrap_or(Instant::MIN);
    criterion.bench_function("print an instant", |bench| bench.iter(|| black_box(instant).to_string()));
    criterion.bench_function("month of an instant", |bench| {
        bench.iter(|| black_box(instant).month().first_instant())
    });
    criterion.bench_function("check an Aadhaar", |bench| {
        bench.iter(|| Aadhaar::parse(black_box("234123412346")).is_ok())
    });
    criterion.bench_function("read an e-mail", |bench| {
        bench.iter(|| Email::parse(black_box("Asha.Rao@Example.in")))
    });
    criterion.final_summary();
}
