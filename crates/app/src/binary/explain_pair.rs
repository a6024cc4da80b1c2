//! How a pair came about and what became of its earning.

use std::collections::HashMap;

use infra::{
    db::Reader,
    nodes::{self, Person},
    pairs::{self, Pair},
    plans,
    tree_events::{self, TreeEvent},
};
use wallet_rules::plan::PlanVersion;

use super::{objects::Viewer, steps::viewer_of};
use crate::{App, Call, Error, Result, wallet::objects::Explanation};

/// Explains a pair from what was stored when it was decided, for its owner and for admins.
///
/// # Errors
/// [`Error::NotFound`] for another's.
pub async fn explain_pair(app: &App, call: &Call, pair: i64) -> Result<Explanation> {
    let (actor, viewer) = (call.actor.clone(), viewer_of(call));
    app.db
        .read(move |reader| {
            let pair =
                pairs::find(reader, pair)?.filter(|row| actor.may_see(row.user_id)).ok_or(Error::NotFound)?;
            explain(reader, &pair, viewer)
        })
        .await
}

fn explain(reader: &mut Reader, pair: &Pair, viewer: Viewer) -> Result<Explanation> {
    let event = tree_events::at_seq(reader, pair.seq)?
        .ok_or_else(|| Error::internal("a pair follows from no event"))?
        .event;
    let version = u32::try_from(pair.plan_version).map_err(Error::internal)?;
    let book = plans::book(reader)?;
    let version = book.as_ref().and_then(|book| book.version(version));
    let version = version.ok_or_else(|| Error::internal("a pair's plan is missing"))?;
    let mut ids = vec![pair.left_user_id, pair.right_user_id];
    if let TreeEvent::Qualify { member } = event {
        ids.push(member);
    }
    let people = nodes::people(reader, &ids)?;
    let name = |id: i64| people.get(&id).map_or_else(String::new, |person: &Person| viewer.name_of(person));
    let mut why = Explanation::default();
    tell_members(&mut why, pair, &people, viewer);
    tell_moment(&mut why, pair, event, &name);
    tell_earning(&mut why, pair, version);
    Ok(why)
}

fn tell_members(why: &mut Explanation, pair: &Pair, people: &HashMap<i64, Person>, viewer: Viewer) {
    let name = |id| people.get(&id).map_or_else(String::new, |person| viewer.name_of(person));
    let (left, right) = (name(pair.left_user_id), name(pair.right_user_id));
    let what = match pair.pair_number {
        Some(number) => format!("Pair {number} matches"),
        None => "This match used up".to_owned(),
    };
    why.say(format!(
        "{what} {left} of the left leg with {right} of the right leg: in each leg the first to qualify of those \
         not matched before."
    ));
    why.fact("pair", pair.id);
    why.fact("pair_number", pair.pair_number);
    why.fact("status", pair.status.as_str());
    why.fact("left_user", left);
    why.fact("right_user", right);
}

fn tell_moment(why: &mut Explanation, pair: &Pair, event: TreeEvent, name: &impl Fn(i64) -> String) {
    let at = pair.matched_at;
    let month = format!("{:04}-{:02}", pair.pair_year, pair.pair_month);
    match event {
        TreeEvent::Qualify { member } => {
            why.say(format!("It came about at {at}, when {} qualified.", name(member)));
            why.fact("cause", "qualify");
            why.fact("qualified_user", name(member));
        }
        _ => {
            why.say(format!(
                "Its members had waited for the monthly limit; it came about at {at}, as {month} began."
            ));
            why.fact("cause", "month");
        }
    }
    why.fact("matched_at", at.to_string());
    why.fact("month", month);
    why.fact("log_place", pair.seq);
}

fn tell_earning(why: &mut Explanation, pair: &Pair, version: &PlanVersion) {
    why.fact("plan_version", pair.plan_version);
    why.fact("active_buyer", pair.active_buyer);
    why.fact("monthly_limit", version.plan.max_binary_pairs_per_month);
    why.amount("pair_amount", pair.pair_amount);
    why.amount("gross", pair.earning_amount);
    why.amount("emi_deducted", pair.emi_deducted);
    why.amount("reserve_deducted", pair.reserve_deducted);
    why.amount("net", pair.net_amount);
    for sentence in pair.why(version).sentences() {
        why.say(sentence);
    }
    if pair.pair_number.is_some() && pair.processed_at.is_none() {
        why.say("It is about to be posted.");
    }
}
