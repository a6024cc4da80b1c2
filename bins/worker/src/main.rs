//! Runs the platform's tasks, its schedule and the tree's matcher beside API processes, over MySQL and RabbitMQ.

use std::{process::ExitCode, time::Duration};

use app::App;
use clap::{Parser, Subcommand};
use infra::{config::Config, db::Address};

mod figures;
mod parts;

/// Runs the platform's tasks, its schedule and the tree's matcher; it reads the same environment and `.env` as the API.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Waits for the database and for RabbitMQ, instead of ending where one of them is missing.
    #[arg(long)]
    wait: bool,
    #[command(subcommand)]
    only: Option<Only>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
enum Only {
    /// Takes no tasks from the broker: sends them, and runs the schedule and the matcher.
    Beat,
}

/// How long a thread that blocks may hold up the end.
const SHUTDOWN: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "why the process can't run is for whoever started it, log or not")]
fn complain(text: &str) {
    eprintln!("{text}");
}

fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let config = Config::load()?;
    let telemetry = infra::telemetry::start(&config.log, "ev-worker")?;
    if matches!(config.database.address, Address::Sqlite { .. }) {
        anyhow::bail!(
            "on SQLite the API process itself runs the tasks and the matcher, so there is nothing to do here"
        );
    }
    config.check_for_serving()?;
    infra::start::check_database(&config.database.address, arguments.wait)?;
    let pending = infra::db::pending_migrations(&config.database.address)?;
    if let Some(first) = pending.first() {
        anyhow::bail!(
            "the schema is old ({} migrations are missing, from {first}): run `manage migrate`",
            pending.len()
        );
    }
    if let Some(broker) = &config.broker {
        app::tasks::check_routes(broker)?;
        infra::start::check_broker(broker, arguments.wait)?;
    } else if arguments.only.is_some() {
        anyhow::bail!("without a broker there is one worker, which runs the tasks too: set RABBITMQ_HOST");
    }
    let figures = figures::listen(&config.server)?;
    let app = App::open(&config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let figures = figures.map(|listener| (config.server, listener));
    runtime.block_on(parts::run(app.clone(), config.broker, arguments.only.is_none(), figures))?;
    // the last connections are dropped where they may block
    runtime.shutdown_timeout(SHUTDOWN);
    drop(app);
    drop(telemetry);
    Ok(())
}
