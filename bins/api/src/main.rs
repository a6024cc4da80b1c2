//! The platform in one process: the HTTP API, the tasks behind it, its schedule, and the tree's matcher.

use std::{
    net::{SocketAddr, TcpListener},
    process::ExitCode,
};

use actix_web::web::Data;
use api::service::{State, server};
use app::App;
use clap::Parser;
use infra::config::{Config, MailConfig, SmsConfig};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
    task::JoinSet,
};

mod demo;
mod probe;
mod start;

/// Serves the EV distribution platform; it is told everything else by the environment and `.env`, as
/// `.env.example` says.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Fills the database, which has to be empty, with a network of some 300 people, and serves it.
    #[arg(long)]
    demo: bool,
    /// Waits for the database and for Redis, instead of ending where one of them is missing.
    #[arg(long)]
    wait: bool,
    /// Starts nothing: asks the API that serves at BIND_ADDRESS whether it lives, and exits with 1 if not.
    #[arg(long, conflicts_with = "demo")]
    health: bool,
}

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

#[expect(clippy::print_stdout, reason = "where the process is to be found is for whoever started it")]
fn say(text: &str) {
    println!("{text}");
}

fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let config = Config::load()?;
    if arguments.health {
        return probe::live(config.server.bind_address);
    }
    config.check_for_serving()?;
    let telemetry = infra::telemetry::start(&config.log, "ev-api")?;
    // before anybody can connect: who waits does not answer
    infra::start::check(&config, arguments.wait)?;
    let listener = start::listen(config.server.bind_address)?;
    let file_lock = start::lock_file(&config.database.address)?;
    let made = arguments.demo.then(|| demo::make(&config)).transpose()?;
    // asked before the pools are opened, which would only go on trying
    start::prepare_schema(&config.database.address)?;
    let app = start::open(&config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    // a clone stays here, so that the last connection is dropped outside the runtime
    let outcome = runtime.block_on(async {
        if file_lock.is_some() {
            app::setup::vacate_seat(&app).await?;
        }
        serve(app.clone(), &config, listener, made.as_ref()).await
    });
    drop(runtime);
    drop(app);
    drop(telemetry);
    outcome
}

/// Serves until SIGTERM or Ctrl-C, and finishes what is under way: requests first, then what they caused.
async fn serve(
    app: App,
    config: &Config,
    listener: TcpListener,
    made: Option<&demo::Made>,
) -> anyhow::Result<()> {
    for key in app::setup::seed_plan(&app, config.plan.clone()).await? {
        tracing::warn!(%key, "differs from plan version 1 and changes nothing");
    }
    let (stop, stopped) = watch::channel(false);
    let mut parts = JoinSet::new();
    // with a broker they are the workers'
    if config.broker.is_none() {
        parts.spawn(app::tasks::runner(app.clone(), stopped.clone()));
        parts.spawn(app::schedule::scheduler(app.clone(), stopped.clone()));
        parts.spawn(app::tree::matcher::run(app.clone(), stopped.clone()));
    }
    parts.spawn(app::tree::follow(app.clone(), stopped));

    let state = Data::new(State::new(app, config));
    let address = listener.local_addr()?;
    let server = server(state, listener)?;
    let handle = server.handle();
    let server = tokio::spawn(server);
    // before anybody is told that there is something to end
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    say(&banner(config, address));
    if let Some(made) = made {
        say(&made.told());
    }

    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    tracing::info!("finishing what is under way");
    handle.stop(true).await;
    server.await??;
    stop.send_replace(true);
    while let Some(ended) = parts.join_next().await {
        ended?;
    }
    Ok(())
}

fn banner(config: &Config, address: SocketAddr) -> String {
    let base = format!("http://{address}");
    let code = match (&config.mail, &config.sms) {
        (MailConfig::Console, _) | (_, SmsConfig::Console) => "the code is printed here".to_owned(),
        (MailConfig::File(folder), _) | (_, SmsConfig::File(folder)) => {
            format!("the code is in {}", folder.join("messages.jsonl").display())
        }
        _ => "the code is sent there".to_owned(),
    };
    let database = match &config.redis {
        Some(redis) => format!("{}, {redis}", config.database.address),
        None => config.database.address.to_string(),
    };
    let mut lines = vec![
        format!("API      {base}/api/"),
        format!("schema   {base}/api/schema/"),
        format!("health   {base}/health/ready/"),
        format!("database {database}"),
        format!(
            "login    POST {base}/api/auth/send-otp/ {{\"identifier\": \"you@example.in\", \"otp_type\": \"email\"}}; {code}"
        ),
        "admin    manage createsuperuser --email … --mobile …, then log in with that address".to_owned(),
    ];
    if config.server.is_development() {
        lines.push(
            "a development server: loopback only, simulated payments, generated keys beside the database"
                .to_owned(),
        );
    }
    lines.join("\n")
}
