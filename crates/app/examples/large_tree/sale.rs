//! Sales, and what each costs the database.

use std::time::Instant;

use app::{
    App,
    tree::{Step, TreeMatcher},
};
use wallet_rules::{booking::PaymentMethod, people::Role};

use crate::{
    fixture,
    metered::{Cost, Metered},
};

/// Rows that follow from each pair of a sale: the pair, its owner's node, the task that posts it.
const ROWS_PER_PAIR: i64 = 3;

/// A sale and what follows from it.
pub struct Sale {
    /// Booking and payment.
    sold: Cost,
    /// The matcher's step.
    placed: Cost,
    /// Pairs that it formed.
    pairs: i64,
    /// Milliseconds of booking and payment, and of the step.
    took_ms: [f64; 2],
}

/// Sells to each member: a booking, the payment that confirms it, and the matcher's step.
pub async fn sell(metered: &Metered, app: &App, matcher: &mut TreeMatcher, buyers: &[i64]) -> Vec<Sale> {
    let mut sales = Vec::new();
    for &buyer in buyers {
        let buyer = fixture::call(buyer, Role::User);
        let began = Instant::now();
        let selling = async {
            let booking = fixture::book(app, &buyer, "100000.00").await;
            let paid = fixture::pay(app, &buyer, booking.id, "500.00", PaymentMethod::Online).await;
            paid.expect("a payment");
            began.elapsed()
        };
        let (sold_in, sold) = metered.cost_of(selling).await;
        let began = Instant::now();
        let stepping = async { (matcher.step().await.expect("a step"), began.elapsed()) };
        let ((step, placed_in), placed) = metered.cost_of(stepping).await;
        let Step::Advanced { events: 1, pairs } = step else { panic!("a sale is one event: {step:?}") };
        let took_ms = [sold_in, placed_in].map(|took| took.as_secs_f64() * 1e3);
        sales.push(Sale { sold, placed, pairs: i64::try_from(pairs).expect("few pairs"), took_ms });
    }
    sales
}

/// Prints what sales at both ends cost, and shows that the depth of the tree is no part of it.
pub fn show_and_compare(top: &[Sale], bottom: &[Sale], members: u32) {
    for (name, sales) in [("top", top), ("bottom", bottom)] {
        let of = |figure: &dyn Fn(&Sale) -> i64| spread(sales.iter().map(figure));
        println!(
            "  a sale at the {name}: {} + {} reading and {} + {} changing statements, {} + {} rows changed, {} read, \
             {} pairs, {:.1} + {:.1} ms",
            of(&|sale| sale.sold.statements.selects),
            of(&|sale| sale.placed.statements.selects),
            of(&|sale| sale.sold.statements.changes),
            of(&|sale| sale.placed.statements.changes),
            of(&|sale| sale.sold.rows_changed),
            of(&|sale| sale.placed.rows_changed),
            of(&|sale| sale.sold.rows_read.unwrap_or(0) + sale.placed.rows_read.unwrap_or(0)),
            of(&|sale| sale.pairs),
            median(sales.iter().map(|sale| sale.took_ms[0])),
            median(sales.iter().map(|sale| sale.took_ms[1])),
        );
    }
    let log = i64::from(members.ilog2());
    let first = &top[0];
    for sale in top.iter().chain(bottom) {
        assert!(sale.pairs <= log, "{} pairs of one sale among {members} members", sale.pairs);
        assert_eq!(sale.sold.statements, first.sold.statements);
        assert_eq!(sale.sold.rows_changed, first.sold.rows_changed);
        assert_eq!(sale.placed.statements.selects, first.placed.statements.selects);
        let beside_pairs = |sale: &Sale| sale.placed.rows_changed - sale.pairs * ROWS_PER_PAIR;
        assert_eq!(beside_pairs(sale), beside_pairs(first), "{:?} after {:?}", sale.placed, first.placed);
        assert!(sale.placed.statements.changes <= sale.placed.rows_changed, "{:?}", sale.placed);
    }
}

/// The least and the most.
fn spread(figures: impl Iterator<Item = i64> + Clone) -> String {
    let (least, most) = (figures.clone().min().expect("sales"), figures.max().expect("sales"));
    if least == most { least.to_string() } else { format!("{least}–{most}") }
}

fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_unstable_by(f64::total_cmp);
    figures[figures.len() / 2]
}
