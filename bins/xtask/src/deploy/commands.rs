//! Each command of the compose file, the Dockerfile and the units, run once where the tests run: paths, ports and host
//! names are of this machine, the words are those that are shipped.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};

use super::compose::{self, Service};
use super::{image, units};
use crate::http::{Client, Request};
use crate::mariadb::{HOST, Mysql, free_port, tail};
use crate::programs;
use crate::rabbitmq::Rabbitmq;
use crate::run_folder::random_word;
use crate::servers::Servers;
use crate::stage::Binaries;
use crate::workspace::Workspace;

/// What a worker's log says once it is at work.
const WORKS: &str = "the worker is at work";
const PATIENCE: Duration = Duration::from_secs(60);
/// The application's and the migrating user's passwords, as `deploy/.env` would have them.
struct Passwords {
    application: String,
    migration: String,
}

/// Where the commands find what containers have.
struct Place<'a> {
    folder: PathBuf,
    binaries: &'a Binaries,
    mysql: Mysql,
    redis_port: String,
    broker: Rabbitmq,
}

/// In the order in which they depend on each other.
pub fn run(workspace: &Workspace, servers: &mut Servers, binaries: &Binaries) -> Result<()> {
    let folder = servers.folder().join("deploy");
    fs::create_dir_all(folder.join("grants"))?;
    fs::create_dir_all(folder.join("files"))?;
    File::create(folder.join(".env"))?;
    let mysql = servers.mysql()?.clone();
    let broker = servers.rabbitmq()?.clone();
    let place = Place { folder, binaries, mysql, redis_port: free_port()?.to_string(), broker };
    let passwords = Passwords { application: random_word()?, migration: random_word()? };
    let services = compose::services(
        workspace,
        &[
            ("ALLOWED_HOSTS", "*"),
            ("DB_PASSWORD", &passwords.application),
            ("DB_MIGRATION_PASSWORD", &passwords.migration),
            ("DB_ROOT_PASSWORD", &place.mysql.root_password),
            ("RABBITMQ_PASSWORD", &place.broker.password),
            ("EMAIL_BACKEND", "file"),
            ("SMS_BACKEND", "file"),
        ],
    )?;
    let service = |name: &str| services.get(name).with_context(|| format!("no service {name}"));

    place.start_of_mysql(servers, service("mysql")?, &passwords).context("mysql")?;
    let redis = place.redis(servers, service("redis")?).context("redis")?;
    place.once(servers, service("migrate")?, "command").context("migrate")?;
    place.once(servers, service("grants")?, "entrypoint").context("grants")?;
    let beating = place.works(servers, service("beat")?, "beat.log").context("beat")?;
    let working = place.works(servers, service("worker")?, "worker.log").context("worker")?;
    place.serves(servers, service("api")?).context("api")?;
    ensure!(
        image::words(workspace, "CMD")? == service("api")?.words("command")?,
        "the image's CMD is another"
    );
    ensure!(
        image::words(workspace, "HEALTHCHECK")? == service("api")?.words("test")?,
        "the image's HEALTHCHECK is another"
    );
    place.units(workspace, servers, service("api")?, &passwords).context("units")?;
    end(servers, working).context("worker")?;
    end(servers, beating).context("beat")?;
    end(servers, redis).context("redis")
}

impl Place<'_> {
    /// The server understands its options, and its health check finds the user that the image makes.
    fn start_of_mysql(&self, servers: &mut Servers, mysql: &Service, passwords: &Passwords) -> Result<()> {
        let mut server = programs::bound(programs::find("mariadbd").context("mariadbd is missing")?);
        server.arg("--no-defaults").args(mysql.words("command")?).args(["--help", "--verbose"]);
        let output = server.stdin(Stdio::null()).output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        // What the image does by MARIADB_DATABASE, MARIADB_USER and MARIADB_PASSWORD.
        self.mysql.sql(&format!(
            "CREATE OR REPLACE DATABASE ev CHARACTER SET utf8mb4;\n\
             CREATE OR REPLACE USER ev_migrate@'%' IDENTIFIED BY '{}';\n\
             GRANT ALL PRIVILEGES ON ev.* TO ev_migrate@'%';\n\
             DROP USER IF EXISTS ev_app@'%';\n",
            passwords.migration
        ))?;
        self.once(servers, mysql, "test")
    }

    fn once(&self, servers: &mut Servers, service: &Service, field: &str) -> Result<()> {
        let words = service.words(field)?;
        let status = servers.run(self.command(service, &words)?.stdout(std::io::stderr()))?;
        ensure!(status.success(), "{words:?}: {status}");
        Ok(())
    }

    /// A worker's container works, and its health check says so.
    fn works(&self, servers: &mut Servers, worker: &Service, log: &str) -> Result<Child> {
        let mut running = self.spawn(servers, &mut self.command(worker, &worker.words("command")?)?, log)?;
        self.until(&mut running, log, || self.said(log, WORKS))?;
        self.once(servers, worker, "test")?;
        Ok(running)
    }

    /// The API's container becomes healthy and ready, and ends when it is asked to.
    fn serves(&self, servers: &mut Servers, api: &Service) -> Result<()> {
        let port = free_port()?;
        let bind = format!("{HOST}:{port}");
        let healthy = |servers: &mut Servers| -> Result<bool> {
            let mut health = self.command(api, &api.words("test")?)?;
            Ok(servers.run(health.env("BIND_ADDRESS", &bind).stderr(Stdio::null()))?.success())
        };
        ensure!(!healthy(servers)?, "healthy before it is started");
        let mut command = self.command(api, &api.words("command")?)?;
        let mut running = self.spawn(servers, command.env("BIND_ADDRESS", &bind), "api.log")?;
        self.until(&mut running, "api.log", || healthy(servers))?;
        self.until(&mut running, "api.log", || is_ready(port))?;
        end(servers, running)
    }

    /// Redis takes its settings from standard input, and the health check the password.
    fn redis(&self, servers: &mut Servers, redis: &Service) -> Result<Child> {
        let port = &self.redis_port;
        let at = |words: Vec<String>, from: &str, to: &str| -> Result<Vec<String>> {
            ensure!(words.iter().filter(|word| word.contains(from)).count() == 1, "no {from:?} in {words:?}");
            Ok(words.iter().map(|word| word.replace(from, to)).collect())
        };
        let here = format!("save \"\"\nport {port}\nbind {HOST}\n");
        let words = at(redis.words("command")?, "save \"\"\n", &here)?;
        let mut running = self.spawn(servers, &mut self.command(redis, &words)?, "redis.log")?;
        let words = at(redis.words("test")?, "redis-cli ping", &format!("redis-cli -p {port} ping"))?;
        let mut health = self.command(redis, &words)?;
        self.until(&mut running, "redis.log", || Ok(servers.run(&mut health)?.success()))?;
        let mut stranger = self.command(redis, &words)?;
        ensure!(!servers.run(stranger.env("REDIS_PASSWORD", "another"))?.success(), "it takes any password");
        Ok(running)
    }

    /// What systemd starts, with the variables of a `platform.env`.
    fn units(
        &self,
        workspace: &Workspace,
        servers: &mut Servers,
        api: &Service,
        passwords: &Passwords,
    ) -> Result<()> {
        for (name, text) in units::all(workspace)? {
            let line = units::exec_start(&text)?;
            let line =
                line.strip_prefix(units::PROGRAMS).with_context(|| format!("{name}: another folder"))?;
            let words: Vec<_> = line.split(' ').map(str::to_owned).collect();
            let mut command = self.command(api, &words)?;
            let port = free_port()?;
            if name == "ev-migrate.service" {
                command.envs([("DB_USER", "ev_migrate"), ("DB_PASSWORD", &passwords.migration)]);
                let status = servers.run(command.stdout(std::io::stderr()))?;
                ensure!(status.success(), "{name}: {status}");
                continue;
            }
            let log = format!("{name}.log");
            if name.contains('@') {
                let bind = text.lines().find_map(|line| line.strip_prefix("Environment=BIND_ADDRESS="));
                command.env("BIND_ADDRESS", bind.context("no address")?.replace("%i", &port.to_string()));
            }
            let mut running = self.spawn(servers, &mut command, &log)?;
            self.until(&mut running, &log, || {
                if name.contains('@') { is_ready(port) } else { self.said(&log, WORKS) }
            })?;
            end(servers, running).with_context(|| name.clone())?;
        }
        Ok(())
    }

    /// A command with a service's variables, and this machine's paths and servers.
    fn command(&self, service: &Service, words: &[String]) -> Result<Command> {
        let here = |text: &str| {
            let text = text.replace("cat /grants/", &format!("cat {}/", self.path("grants")));
            let text = text.replace("/var/lib/platform-grants", &self.path("grants"));
            text.replace("/var/lib/platform", &self.path("files"))
        };
        let (program, arguments) = words.split_first().context("no words")?;
        let mut command = programs::bound(program);
        command.args(arguments.iter().map(|word| here(word))).current_dir(&self.folder).env_clear();
        command.envs(service.environment().into_iter().map(|(name, value)| (name, here(&value))));
        let mut paths = vec![self.binaries.folder().to_owned()];
        paths.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
        command.env("PATH", std::env::join_paths(paths)?);
        // The variables by which the platform and MariaDB's own programs find a server.
        for (host, port) in [("DB_HOST", "DB_PORT"), ("MYSQL_HOST", "MYSQL_TCP_PORT")] {
            command.env(host, HOST).env(port, self.mysql.port.to_string());
        }
        if service.environment().iter().any(|(name, _)| name == "REDIS_HOST") {
            command.env("REDIS_HOST", HOST).env("REDIS_PORT", &self.redis_port);
            command.env("RABBITMQ_HOST", HOST).env("RABBITMQ_PORT", self.broker.port.to_string());
            command.env("RABBITMQ_USER", &self.broker.user);
        }
        Ok(command)
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    fn spawn(&self, servers: &mut Servers, command: &mut Command, log: &str) -> Result<Child> {
        let log = File::create(self.folder.join(log))?;
        servers.spawn(command.stdout(log.try_clone()?).stderr(log))
    }

    fn said(&self, log: &str, words: &str) -> Result<bool> {
        Ok(fs::read_to_string(self.folder.join(log))?.contains(words))
    }

    fn until(&self, running: &mut Child, log: &str, mut is_so: impl FnMut() -> Result<bool>) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while !is_so()? {
            let ended = running.try_wait()?;
            if ended.is_some() || Instant::now() > deadline {
                let why =
                    ended.map_or_else(|| format!("not within {PATIENCE:?}"), |status| status.to_string());
                bail!("{log}: {why}\n{}", tail(&self.folder.join(log), 30));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

/// Refused connections are what waiting is for.
fn is_ready(port: u16) -> Result<bool> {
    let asked = Client::connect(([127, 0, 0, 1], port).into())
        .and_then(|mut client| client.call(&Request::get("/health/ready/")));
    Ok(asked.is_ok_and(|reply| reply.status == 200))
}

/// Asks a program to end; it has to exit with 0.
fn end(servers: &mut Servers, mut running: Child) -> Result<()> {
    let pid = Pid::from_raw(running.id().try_into()?).context("no process")?;
    kill_process(pid, Signal::TERM).context("it is gone")?;
    let deadline = Instant::now() + PATIENCE;
    let status = loop {
        if let Some(status) = running.try_wait()? {
            break status;
        }
        ensure!(Instant::now() < deadline, "it is still running {PATIENCE:?} after SIGTERM");
        std::thread::sleep(Duration::from_millis(20));
    };
    servers.forget(&running)?;
    ensure!(status.success(), "it ended with {status} after SIGTERM");
    Ok(())
}
