//! The operators' command line.

use std::{
    fs::File,
    io::{BufReader, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context as _;
use app::{App, sealing::Resealed};
use clap::{Parser, Subcommand};
use infra::{config::Config, sealed_columns::SealedColumn};

mod tasks;
mod tds;
mod users;

/// Operates the EV distribution platform; it reads the same environment and `.env` as the API.
#[derive(Parser)]
#[command(version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Brings the database's schema up to date, and stores the plan in a new one.
    Migrate {
        /// Waits for the database, instead of ending where it is missing.
        #[arg(long)]
        wait: bool,
    },
    /// Prints the GRANT statements of the application's least rights on MySQL.
    Grants {
        /// The application's user, who exists.
        #[arg(long)]
        user: String,
        /// Where that user connects from.
        #[arg(long, default_value = "%")]
        host: String,
    },
    /// Makes an admin who may do everything; codes to log in go to the e-mail or mobile.
    Createsuperuser {
        /// E-mail address.
        #[arg(long)]
        email: String,
        /// Mobile number, 10 digits.
        #[arg(long)]
        mobile: Option<String>,
    },
    /// Recomputes every balance, total, counter, pair and register, prints each difference, and exits with 1
    /// on any. Right at any moment beside a running server.
    Verify,
    /// Seals with SEALING_KEY what other keys have sealed, beside the running platform, and says what still needs
    /// those. Can be ended and begun again.
    Reseal,
    /// Tasks that are not done, and messages that nobody can run.
    #[command(subcommand)]
    Tasks(tasks::Command),
    /// The tax register's certificates.
    #[command(subcommand)]
    Tds(tds::Command),
    /// Accounts: who may log in, and as what.
    #[command(subcommand)]
    Users(users::Command),
    /// Tries a plan: reads tree events (JSON lines), prints each pair, and what the plan pays out on standard
    /// error.
    Simulate {
        /// The events, one JSON object a line.
        events: PathBuf,
        /// Prints the trees at the end instead of the pairs.
        #[arg(long)]
        nodes: bool,
    },
}

fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(tracing::Level::WARN).init();
    match run(Arguments::parse().command) {
        Ok(code) => code,
        Err(error) => {
            say_to_stderr(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "a command line talks to its terminal")]
fn say_to_stderr(text: &str) {
    eprintln!("{text}");
}

#[expect(clippy::print_stdout, reason = "a command line talks to its terminal")]
fn say(text: &str) {
    println!("{text}");
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Migrate { wait } => migrate(wait),
        Command::Grants { user, host } => grants(&user, &host),
        Command::Createsuperuser { email, mobile } => with_app(async |app| {
            let user =
                app::auth::create_superuser(&app, &email, mobile.as_deref()).await.map_err(explained)?;
            say(&format!("{email} is an admin now (user {})", user.id));
            Ok(ExitCode::SUCCESS)
        }),
        Command::Verify => with_app(async |app| {
            let differences = app::verify::verify(&app).await?;
            for difference in &differences {
                say(&difference.to_string());
            }
            if differences.is_empty() {
                say("no difference");
                return Ok(ExitCode::SUCCESS);
            }
            Ok(ExitCode::FAILURE)
        }),
        Command::Reseal => with_app(reseal),
        Command::Tasks(command) => with_app(async |app| tasks::run(&app, command).await),
        Command::Tds(command) => with_app(async |app| tds::run(&app, command).await),
        Command::Users(command) => with_app(async |app| users::run(&app, command).await),
        Command::Simulate { events, nodes } => simulate(&events, nodes),
    }
}

async fn reseal(app: App) -> anyhow::Result<ExitCode> {
    let mut is_whole = true;
    for Resealed { column, rows, left } in app::sealing::reseal_columns(&app).await? {
        let SealedColumn { table, name, is_frozen, .. } = column;
        if !is_frozen {
            say(&format!("{table}.{name}: {rows} sealed anew"));
        }
        if left > 0 && is_frozen {
            say(&format!("{table}.{name}: {left} stand for ever and need the key of their day"));
        } else if left > 0 {
            say(&format!(
                "{table}.{name}: {left} came from a process that has another SEALING_KEY; run this again"
            ));
            is_whole = false;
        }
    }
    Ok(if is_whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn migrate(wait: bool) -> anyhow::Result<ExitCode> {
    let config = Config::load()?;
    infra::start::check_database(&config.database.address, wait)?;
    let ran = infra::db::migrate(&config.database.address).context("migrating")?;
    say(&format!("{}: {} migrations ran", config.database.address, ran.len()));
    with_app(async |app| {
        for key in app::setup::seed_plan(&app, config.plan.clone()).await? {
            say_to_stderr(&format!("{key} differs from plan version 1 and changes nothing"));
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn grants(user: &str, host: &str) -> anyhow::Result<ExitCode> {
    let config = Config::load()?;
    let infra::db::Address::Mysql(server) = &config.database.address else {
        anyhow::bail!("DB_ENGINE is sqlite: a file has no users");
    };
    for statement in infra::db::grants(&server.name, user, host)? {
        say(&format!("{statement};"));
    }
    Ok(ExitCode::SUCCESS)
}

fn simulate(events: &PathBuf, nodes: bool) -> anyhow::Result<ExitCode> {
    let file = File::open(events).with_context(|| format!("{}", events.display()))?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let summary = if nodes {
        app::tree::simulate(BufReader::new(file), std::io::sink(), Some(&mut out))
    } else {
        app::tree::simulate(BufReader::new(file), &mut out, None::<std::io::Sink>)
    };
    out.flush()?;
    say_to_stderr(&summary?.to_string());
    Ok(ExitCode::SUCCESS)
}

/// Runs `work` on the configured platform, and closes it where its connections may block.
fn with_app(work: impl AsyncFnOnce(App) -> anyhow::Result<ExitCode>) -> anyhow::Result<ExitCode> {
    let mut config = Config::load()?;
    // nobody waits for an operator's command but the operator: it may ask what takes long
    config.database.pool.patience = None;
    let app = App::open(&config)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // a clone stays here, so that the last connection is dropped outside the runtime
    let outcome = runtime.block_on(work(app.clone()));
    drop(runtime);
    drop(app);
    outcome
}

/// A refusal as an operator reads it.
fn explained(error: app::Error) -> anyhow::Error {
    match error {
        app::Error::Invalid(fields) => {
            let lines: Vec<String> =
                fields.iter().map(|(field, texts)| format!("{field}: {}", texts.join(" "))).collect();
            anyhow::anyhow!(lines.join("\n"))
        }
        other => other.into(),
    }
}
