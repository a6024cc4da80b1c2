//! `cargo bench -p money`

use std::hint::black_box;

use criterion::Criterion;
use money::{Paise, Rate, Rounding, parse_indian};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let amount = Paise::new(12_345_670);
    let rate = Rate::whole(5);
    criterion.bench_function("percent", |bench| {
        bench.iter(|| black_box(amount).percent(black_box(rate), Rounding::HalfAwayFromZero))
    });
    criterion.bench_function("parse", |bench| bench.iter(|| black_box("123456.70").parse::<Paise>()));
    criterion.bench_function("parse_indian", |bench| bench.iter(|| parse_indian(black_box("₹1,23,456.70"))));
    criterion.bench_function("display", |bench| bench.iter(|| black_box(amount).to_string()));
    criterion.bench_function("indian", |bench| bench.iter(|| black_box(amount).indian().to_string()));
    let weights = [30_000, 20_000, 20_000, 12_345, 1];
    criterion.bench_function("split_by 5", |bench| bench.iter(|| amount.split_by(black_box(&weights))));
    criterion.final_summary();
}
