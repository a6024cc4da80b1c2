//! The trees of a file of events, worked out by the code that works out the real ones.

use std::{
    io::{BufRead, Write},
    sync::Arc,
};

use binary_tree::Side;
use money::Paise;
use serde::{Deserialize, Serialize};
use wallet_rules::{
    calendar::{Instant, day_start},
    plan::{Plan, PlanKey, PlanVersion},
};

use super::log::{FormedPair, LogState};
use crate::Error;

/// Pairs worked out at once at a month's beginning.
const SLICE: usize = 10_000;

/// What a simulation came to; money in paise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Members with a place.
    pub members: u64,
    /// Pairs formed.
    pub pairs: u64,
    /// Pairs flushed.
    pub flushed: u64,
    /// What the formed pairs earn.
    pub gross: Paise,
    /// Of it, what goes on to bookings.
    pub emi: Paise,
    /// Of it, what goes on to the members' reserves.
    pub reserve: Paise,
    /// Of it, what stays in the wallets.
    pub net: Paise,
}

/// One line for people.
impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { members, pairs, flushed, gross, emi, reserve, net } = self;
        write!(
            f,
            "{members} members, {pairs} pairs, {flushed} flushed; the plan pays out {}",
            gross.indian()
        )?;
        write!(f, ": {} to bookings, {} to reserves, ", emi.indian(), reserve.indian())?;
        write!(f, "{} to wallets", net.indian())
    }
}

/// Why a simulation stopped.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// A line can't be read or applied.
    #[error("line {line}: {reason}")]
    Line {
        /// From 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// The output can't be written.
    #[error("the output can't be written: {0}")]
    Output(std::io::Error),
    /// A sum can't be worked out.
    #[error("{0}")]
    Sum(Error),
}

#[derive(Deserialize)]
struct Line {
    op: String,
    member: Option<i64>,
    sponsor: Option<i64>,
    side: Option<String>,
    at: Option<String>,
    active: Option<bool>,
    max_pairs_per_month: Option<u32>,
    beyond_cap: Option<String>,
    reserve_percentage: Option<String>,
}

/// Reads events (`plan`, `join`, `qualify`, `active_buyer`, `end`; one JSON object a line), and writes each
/// pair in the order in which it forms, and the trees at the end.
///
/// # Errors
/// [`SimulateError`] with the number of the line at fault.
pub fn simulate(
    reader: impl BufRead,
    pairs_out: impl Write,
    nodes_out: Option<impl Write>,
) -> Result<Summary, SimulateError> {
    let plan = PlanVersion { version: 1, effective_from: day_start_of_time(), plan: Plan::default_plan() };
    let mut run = Run { state: LogState::new(Arc::new(plan)), out: pairs_out, summary: Summary::default() };
    for (text, number) in reader.lines().zip(1u64..) {
        let at_line = |reason: String| SimulateError::Line { line: number, reason };
        let text = text.map_err(|error| at_line(error.to_string()))?;
        if text.trim().is_empty() {
            continue;
        }
        let line: Line = serde_json::from_str(&text).map_err(|error| at_line(error.to_string()))?;
        run.apply(&line).map_err(|stop| match stop {
            Stop::Line(reason) => at_line(reason),
            Stop::Other(error) => error,
        })?;
    }
    run.out.flush().map_err(SimulateError::Output)?;
    if let Some(out) = nodes_out {
        write_nodes(&run.state, out).map_err(SimulateError::Output)?;
    }
    Ok(run.summary)
}

/// The first plan decides from the beginning of the calendar.
fn day_start_of_time() -> Instant {
    day_start(Instant::MIN.ist_date())
}

enum Stop {
    Line(String),
    Other(SimulateError),
}

fn line(reason: impl std::fmt::Display) -> Stop {
    Stop::Line(reason.to_string())
}

fn sum(error: impl Into<Error>) -> Stop {
    Stop::Other(SimulateError::Sum(error.into()))
}

struct Run<W> {
    state: LogState,
    out: W,
    summary: Summary,
}

impl<W: Write> Run<W> {
    fn apply(&mut self, event: &Line) -> Result<(), Stop> {
        let member = || event.member.ok_or_else(|| line("`member` is missing"));
        self.pass_to(event)?;
        match event.op.as_str() {
            "plan" => self.change_plan(event)?,
            "join" => {
                let side = event.side.as_deref().map(str::parse::<Side>).transpose().map_err(line)?;
                self.state.join(member()?, event.sponsor, side).map_err(line)?;
                self.summary.members += 1;
            }
            "qualify" => {
                let pairs = self.state.qualify(member()?).map_err(sum)?.map_err(line)?;
                self.write_pairs(&pairs)?;
            }
            "active_buyer" => {
                let active = event.active.ok_or_else(|| line("`active` is missing"))?;
                self.state.set_active_buyer(member()?, active).map_err(line)?;
            }
            "end" => {}
            other => return Err(line(format!("`{other}` is no event"))),
        }
        Ok(())
    }

    /// Lets time pass to the event's instant, and months begin on the way; where a line has none, no time passes.
    fn pass_to(&mut self, event: &Line) -> Result<(), Stop> {
        let at = event.at.as_deref().map(Instant::parse_rfc3339).transpose().map_err(line)?;
        let has_instant = matches!(event.op.as_str(), "qualify" | "active_buyer" | "end");
        let Some(at) = at else {
            return if has_instant { Err(line("`at` is missing")) } else { Ok(()) };
        };
        while let Some(month) = self.state.month_due(at, event.op == "plan") {
            self.state.begin_month(month);
            loop {
                let slice = self.state.drain(SLICE).map_err(sum)?;
                self.write_pairs(&slice.pairs)?;
                if slice.done {
                    break;
                }
            }
        }
        self.state.advance(at);
        Ok(())
    }

    fn change_plan(&mut self, event: &Line) -> Result<(), Stop> {
        let most = event.max_pairs_per_month.map(|most| most.to_string());
        let keys = [
            (PlanKey::MaxBinaryPairsPerMonth, most.as_deref()),
            (PlanKey::PairsBeyondCap, event.beyond_cap.as_deref()),
            (PlanKey::ReserveDeductionPercentage, event.reserve_percentage.as_deref()),
        ];
        let given = keys.into_iter().filter_map(|(key, text)| text.map(|text| (key, text)));
        let plan = Plan::try_new(given).map_err(line)?;
        let version = self.state.plan.version + 1;
        let effective_from = self.state.plan.effective_from;
        self.state.plan = Arc::new(PlanVersion { version, effective_from, plan });
        Ok(())
    }

    fn write_pairs(&mut self, pairs: &[FormedPair]) -> Result<(), Stop> {
        for pair in pairs {
            self.count(pair).map_err(sum)?;
            write_pair(&mut self.out, pair).map_err(|error| Stop::Other(SimulateError::Output(error)))?;
        }
        Ok(())
    }

    fn count(&mut self, pair: &FormedPair) -> Result<(), money::MoneyError> {
        let summary = &mut self.summary;
        if pair.number.is_some() {
            summary.pairs += 1;
        } else {
            summary.flushed += 1;
        }
        summary.gross = summary.gross.checked_add(pair.split.gross)?;
        summary.emi = summary.emi.checked_add(pair.split.emi)?;
        summary.reserve = summary.reserve.checked_add(pair.split.reserve)?;
        summary.net = summary.net.checked_add(pair.split.net)?;
        Ok(())
    }
}

fn or_null(value: Option<impl std::fmt::Display>) -> String {
    value.map_or_else(|| "null".to_owned(), |value| value.to_string())
}

fn write_pair(out: &mut impl Write, pair: &FormedPair) -> std::io::Result<()> {
    let FormedPair { owner, left, right, active_buyer, split, .. } = pair;
    let status = if pair.number.is_some() { "formed" } else { "flushed" };
    // whole seconds are written without their fraction, as in the events
    let at = pair.at.to_string().replace(".000000+", "+");
    let number = or_null(pair.number);
    write!(out, r#"{{"member": {owner}, "pair": {number}, "left": {left}, "right": {right}, "#)?;
    write!(out, r#""at": "{at}", "status": "{status}", "active_buyer": {active_buyer}, "#)?;
    write!(out, r#""gross": "{}", "emi": "{}", "#, split.gross, split.emi)?;
    writeln!(out, r#""reserve": "{}", "net": "{}"}}"#, split.reserve, split.net)
}

fn write_nodes(state: &LogState, mut out: impl Write) -> std::io::Result<()> {
    let tree = state.engine.tree();
    for node in state.engine.snapshot() {
        let legs = tree.legs(node.member).unwrap_or_default();
        let side = or_null(node.side.map(|side| format!("\"{side}\"")));
        let (member, parent) = (node.member, or_null(node.parent));
        write!(out, r#"{{"member": {member}, "parent": {parent}, "side": {side}, "#)?;
        write!(out, r#""left": {}, "right": {}, "#, legs.left, legs.right)?;
        writeln!(out, r#""formed": {}, "used": {}}}"#, node.tally.formed, node.tally.used())?;
    }
    out.flush()
}
