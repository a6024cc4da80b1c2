//! Whether pairs formed since the member last asked.

use infra::{
    nodes::{self, Node},
    pairs, plans, tree_events,
};
use wallet_rules::{calendar::Instant, plan::Plan};

use super::{
    objects::Pair,
    steps::{Look, show_pairs, viewer_of, wait_for},
};
use crate::{App, Call, Error, Result};

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckedPairs {
    /// Pairs formed since the last call; this is the newest one, and all of them count as shown.
    Formed(Box<Pair>),
    /// None did; the text says why.
    Nothing(String),
}

/// Waits, at most two seconds, until the matcher has passed every event that is there now, and gives the
/// caller's newest pair if it is news.
///
/// # Errors
/// [`Error::Unavailable`] while the trees are loading.
pub async fn check_pairs(app: &App, call: &Call) -> Result<CheckedPairs> {
    wait_for_matcher(app).await?;
    let (me, viewer) = (call.actor.id, viewer_of(call));
    let news = app.db.write(move |tx| {
        let Some(pair) = pairs::newest(tx, me)? else { return Ok(None) };
        let number = pair.pair_number.unwrap_or_default();
        if !pairs::set_shown(tx, me, number)? {
            return Ok(None);
        }
        Ok::<_, Error>(show_pairs(tx, &[pair], viewer)?.pop())
    });
    match news.await? {
        Some(pair) => Ok(CheckedPairs::Formed(Box::new(pair))),
        None => Ok(CheckedPairs::Nothing(reason(app, me).await?)),
    }
}

/// Events of the future, and those that wait for somebody's joining, are not waited for longer than the rest.
async fn wait_for_matcher(app: &App) -> Result<()> {
    let last = app.db.read(|reader| Ok::<_, Error>(tree_events::last_id(reader)?)).await?;
    let until = app.clock.now();
    app.signals.tree_events.notify_one();
    let look = async || {
        let waits = app.db.read(move |reader| Ok::<_, Error>(tree_events::any_waiting(reader, last, until)?));
        Ok(if waits.await? { Look::NotYet } else { Look::Done(()) })
    };
    wait_for(app, look).await?;
    Ok(())
}

/// Why no pair formed.
async fn reason(app: &App, me: i64) -> Result<String> {
    let now = app.clock.now();
    let read = app.db.read(move |reader| {
        let node = nodes::find(reader, me)?;
        let plan = plans::at(reader, now)?.plan;
        Ok::<_, Error>((node, plan))
    });
    let (node, plan) = read.await?;
    let Some(node) = node else { return Ok("You have no place in the tree yet.".to_owned()) };
    let legs = app.trees.with(|tree| tree.legs(me))?.unwrap_or_default();
    Ok(tell(&node, legs, &plan, now))
}

fn tell(node: &Node, legs: binary_tree::Legs, plan: &Plan, now: Instant) -> String {
    let used = node.formed.saturating_add(node.flushed);
    let [left, right] = [legs.left, legs.right].map(|leg| leg.saturating_sub(used));
    let month = now.month();
    let is_capped = node.month == month.index() && node.formed_in_month >= plan.max_binary_pairs_per_month;
    match (left > 0, right > 0) {
        (true, true) => format!(
            "No new pair: the monthly limit of {} pairs is reached until {}.",
            plan.max_binary_pairs_per_month,
            month.next().first_day()
        ),
        (false, false) if is_capped => format!(
            "No new pair: the monthly limit of {} pairs is reached until {}, and nobody waits on either side.",
            plan.max_binary_pairs_per_month,
            month.next().first_day()
        ),
        (false, false) => "No new pair: nobody waits to be matched on the left or on the right.".to_owned(),
        (false, true) => format!("No new pair: nothing on the left; {right} wait on the right."),
        (true, false) => format!("No new pair: nothing on the right; {left} wait on the left."),
    }
}
