//! `--demo`: a network to look at, made before the first request.

use std::{
    fmt::Write as _,
    io::{IsTerminal as _, Write as _},
    time::Instant,
};

use anyhow::Context as _;
use app::{
    App,
    demo::{Demo, Filled, Progress, check_empty, fill},
};
use infra::{
    clock::Clock,
    config::Config,
    db::{Address, Filling},
    start::Missing,
};

use crate::start::{open, prepare_schema};

/// Letters of the bar.
const BAR: usize = 32;

/// What was made.
pub struct Made {
    filled: Filled,
    seconds: f64,
}

/// Fills the configured database, which has to be empty; on SQLite whole or not at all. Blocking.
///
/// # Errors
/// One line that says what to do.
pub fn make(config: &Config) -> anyhow::Result<Made> {
    if !config.server.is_development() {
        anyhow::bail!(
            "--demo is for a development server: set DEBUG=true and BIND_ADDRESS to a loopback address"
        );
    }
    let began = Instant::now();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let address = &config.database.address;
    let filled = match address {
        Address::Sqlite { path } => {
            if path.exists() {
                prepare_schema(address)?;
                let app = open(config)?;
                check_replaceable(runtime.block_on(check_empty(&app)), address)?;
            }
            let filling = Filling::begin(path).map_err(|error| Missing::database(address, error))?;
            let db = filling.open(config.database.pool).map_err(|error| Missing::database(address, error))?;
            let app = App::open_on(config, db)?;
            let filled = runtime.block_on(tell(&app)).context("the demo")?;
            drop(app);
            filling.take_place().map_err(|error| Missing::database(address, error))?;
            filled
        }
        Address::Mysql(_) => {
            if infra::db::is_bare(address).map_err(|error| Missing::database(address, error))? {
                infra::db::migrate(address).map_err(|error| Missing::database(address, error))?;
            }
            prepare_schema(address)?;
            let app = open(config)?;
            runtime.block_on(check_empty(&app)).map_err(|error| used(address, &error))?;
            runtime
                .block_on(tell(&app))
                .context("the demo is half made: drop the database and make it anew")?
        }
    };
    Ok(Made { filled, seconds: began.elapsed().as_secs_f64() })
}

/// A file in which an earlier start left nothing but the plan gives way.
fn check_replaceable(found: app::Result<()>, address: &Address) -> anyhow::Result<()> {
    match found {
        Ok(()) | Err(app::Error::Conflict { code: "has_plan", .. }) => Ok(()),
        Err(error) => Err(used(address, &error)),
    }
}

fn used(address: &Address, error: &app::Error) -> anyhow::Error {
    match error {
        app::Error::Conflict { detail, .. } => {
            anyhow::anyhow!("{address}: {detail}: set DB_NAME to a new one, or start without --demo")
        }
        other => anyhow::anyhow!("{address}: {other}"),
    }
}

async fn tell(app: &App) -> app::Result<Filled> {
    let shows = std::io::stderr().is_terminal();
    let demo = Demo::until(Clock::System.now());
    let filled = fill(app, &demo, |progress| {
        if shows {
            show(&format!("\r{}", bar(progress)));
        }
    });
    let filled = filled.await;
    if shows {
        show("\n");
    }
    filled
}

/// That a terminal is gone is no reason to end.
fn show(text: &str) {
    let mut out = std::io::stderr().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

fn bar(progress: Progress) -> String {
    let Progress { joined, of, day } = progress;
    let done = (BAR * joined).checked_div(of).unwrap_or(BAR).min(BAR);
    let rest = BAR - done;
    format!(
        "demo     [{}{}] {joined:>3} of {of} people, {}",
        "=".repeat(done),
        " ".repeat(rest),
        day.format("%e %b %Y")
    )
}

impl Made {
    /// Whom to log in as, and what to look at.
    pub fn told(&self) -> String {
        let Filled { admin, rich, deducted, reserved, newcomer, people } = &self.filled;
        let mut text =
            format!("demo     {people} people, made in {:.1} s; log in with a code sent to", self.seconds);
        let why = "/api/wallet/my_wallet/ /api/wallet/transactions/ and their …/{id}/why/";
        for (who, what) in [
            (admin, "the admin: /api/reports/dashboard/ /api/payout/?status=pending /api/users/kyc/ /api/compliance/tds/".to_owned()),
            (rich, format!("a founder who earns beyond the monthly cap: {why}")),
            (deducted, "pairs lose their EMI part: /api/wallet/transactions/?transaction_type=EMI_DEDUCTION".to_owned()),
            (reserved, "an EMI reserve paid for a late booking: /api/booking/payments/".to_owned()),
            (newcomer, "has just joined: /api/booking/bookings/ /api/binary/nodes/my_tree/".to_owned()),
        ] {
            // writing to a String can't fail
            let _ = write!(text, "\n  {who:<28} {what}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    #[test]
    fn the_bar_grows_with_the_people() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 2).unwrap();
        let at = |joined| bar(Progress { joined, of: 300, day });
        assert!(at(0).contains(&format!("[{}]   0 of 300 people,  2 Nov 2026", " ".repeat(BAR))));
        assert!(at(150).contains(&format!("[{}{}]", "=".repeat(16), " ".repeat(16))));
        assert!(at(300).contains(&"=".repeat(BAR)));
        assert_eq!(at(0).len(), at(300).len());
    }
}
