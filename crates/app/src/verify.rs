//! The proof: everything that is cached, counted or frozen, worked out again from what it came from.

mod earnings;
mod members;
mod payouts;
mod taxes;

use std::fmt;

use infra::{
    db::Reader,
    plans,
    proof::{Answer, Check, Unit},
};
use money::Paise;
use wallet_rules::plan::PlanBook;

use crate::{App, Result, tree};

/// Rows that are read at once.
const CHUNK: i64 = 2_000;

/// Something that is not as what it came from says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The check that found it.
    pub check: &'static str,
    /// What is wrong, in a sentence.
    pub text: String,
}

/// Prints one line: `total_paid_is_payments: booking 7: …`.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.check, self.text)
    }
}

/// Recomputes every balance, total, counter, pair and register from entries and events, and gives each difference;
/// none, ever, is right. It reads one moment, so it is right beside a running server too: what an open task still
/// owes is pending, not a difference.
///
/// # Errors
/// What the database says.
pub async fn verify(app: &App) -> Result<Vec<Difference>> {
    app.db
        .snapshot(|reader| {
            let mut found = Findings(Vec::new());
            for check in Check::all() {
                for answer in check.differences(reader)? {
                    found.add(check.name, sentence(check, answer));
                }
            }
            if let Some(book) = plans::book(reader)? {
                by_the_rules(reader, &book, &mut found)?;
            }
            for difference in tree::replay(reader)? {
                found.add("tree", difference);
            }
            Ok(found.0)
        })
        .await
}

/// What only the rules can tell, with the plan versions that decided it.
fn by_the_rules(reader: &mut Reader, book: &PlanBook, found: &mut Findings) -> Result<()> {
    earnings::check_bonuses(reader, book, found)?;
    earnings::check_splits(reader, book, found)?;
    payouts::check_tax(reader, book, found)?;
    taxes::check_register(reader, found)?;
    members::check_active_buyers(reader, book, found)
}

/// The differences so far.
struct Findings(Vec<Difference>);

impl Findings {
    fn add(&mut self, check: &'static str, text: String) {
        self.0.push(Difference { check, text });
    }
}

/// What a check's answer says.
fn sentence(check: &Check, answer: Answer) -> String {
    let value = |value: Option<i64>| match (value, check.unit) {
        (None, _) => "nothing".to_owned(),
        (Some(paise), Unit::Money) => Paise::new(paise).to_string(),
        (Some(number), Unit::Number) => number.to_string(),
    };
    check
        .text
        .replace("{id}", &answer.subject.to_string())
        .replace("{expected}", &value(answer.expected))
        .replace("{found}", &value(answer.found))
}

/// Goes through rows in slices by key: `read` gives the rows after a key, `key` a row's key.
fn each<T>(
    reader: &mut Reader,
    read: impl Fn(&mut Reader, i64, i64) -> infra::Result<Vec<T>>,
    key: impl Fn(&T) -> i64,
    mut look: impl FnMut(T) -> Result<()>,
) -> Result<()> {
    let mut after = 0;
    loop {
        let rows = read(reader, after, CHUNK)?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = key(last);
        rows.into_iter().try_for_each(&mut look)?;
    }
}

/// The plan version with this stored number.
fn version(book: &PlanBook, number: i32) -> Option<&wallet_rules::plan::PlanVersion> {
    book.version(u32::try_from(number).ok()?)
}
