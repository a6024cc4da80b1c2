//! The programs that a run needs from the system: found, installed on Debian as root, or named in the refusal.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::servers::Wanted;

/// A program and the Debian package that has it.
#[derive(Clone, Copy)]
struct Program {
    name: &'static str,
    package: &'static str,
}

// The core packages hold the programs alone: installing them starts no server of the system's own.
const MYSQL: &[Program] = &[
    Program { name: "mariadbd", package: "mariadb-server-core" },
    Program { name: "mariadb-install-db", package: "mariadb-server-core" },
    Program { name: "mariadb", package: "mariadb-client-core" },
];

// Redis comes with a service of the system's own, which listens elsewhere; a run never talks to it.
const REDIS: &[Program] = &[Program { name: "redis-server", package: "redis-server" }];

// RabbitMQ comes with a service of the system's own too.
const RABBITMQ: &[Program] = &[
    Program { name: "rabbitmq-server", package: "rabbitmq-server" },
    Program { name: "epmd", package: "erlang-base" },
];

// The scripts of a cluster, and with them the library that replicates, are in the package with the system's own service.
const CLUSTER: &[Program] = &[
    Program { name: "wsrep_sst_rsync", package: "mariadb-server" },
    Program { name: "mariabackup", package: "mariadb-backup" },
];

const BROWSER: &[Program] = &[
    Program { name: "chromium", package: "chromium" },
    Program { name: "chromedriver", package: "chromium-driver" },
];

// Debian starts its own server on port 80 with this one, where services are started at all.
const NGINX: &[Program] =
    &[Program { name: "nginx", package: "nginx" }, Program { name: "openssl", package: "openssl" }];

const DEPLOY: &[Program] = &[
    Program { name: "bash", package: "bash" },
    // With it comes the parser of YAML that Debian's Python has.
    Program { name: "docker-compose", package: "docker-compose" },
    Program { name: "pip3", package: "python3-pip" },
    Program { name: "systemd-analyze", package: "systemd" },
    Program { name: "redis-cli", package: "redis-tools" },
];

const BACKUP: &[Program] = &[
    Program { name: "mariadb-dump", package: "mariadb-client" },
    Program { name: "sqlite3", package: "sqlite3" },
];

const ALWAYS: &[Program] =
    &[Program { name: "setpriv", package: "util-linux" }, Program { name: "python3", package: "python3" }];

/// Makes sure that everything a run needs is there.
///
/// # Errors
/// Names the missing programs and the command that installs them, when this process can't install them itself.
pub fn ensure(wanted: Wanted) -> Result<()> {
    let mysql = if wanted.mysql.is_some() { MYSQL } else { &[] };
    let redis = if wanted.redis { REDIS } else { &[] };
    let rabbitmq = if wanted.rabbitmq { RABBITMQ } else { &[] };
    install(&[ALWAYS, mysql, redis, rabbitmq].concat())
}

/// Makes sure that there is a browser, and what drives it.
///
/// # Errors
/// As [`ensure`].
pub fn ensure_browser() -> Result<()> {
    install(BROWSER)
}

/// Makes sure that there is an nginx, and what makes a certificate for it.
///
/// # Errors
/// As [`ensure`].
pub fn ensure_nginx() -> Result<()> {
    install(NGINX)
}

/// Makes sure that there is what reads and runs the files of `deploy/`.
///
/// # Errors
/// As [`ensure`].
pub fn ensure_deploy() -> Result<()> {
    install(DEPLOY)
}

/// Makes sure that there is what backs databases up.
///
/// # Errors
/// As [`ensure`].
pub fn ensure_backup() -> Result<()> {
    install(BACKUP)
}

/// Makes sure that MariaDB can run as a cluster whose nodes copy each other's data.
///
/// # Errors
/// As [`ensure`].
pub fn ensure_cluster() -> Result<()> {
    install(&[ALWAYS, MYSQL, CLUSTER].concat())
}

fn install(programs: &[Program]) -> Result<()> {
    let missing = missing(programs);
    if missing.is_empty() {
        return Ok(());
    }
    let mut packages: Vec<_> = missing.iter().map(|program| program.package).collect();
    packages.sort_unstable();
    packages.dedup();
    let names = missing.iter().map(|program| program.name).collect::<Vec<_>>().join(", ");
    if !(rustix::process::getuid().is_root() && Path::new("/etc/debian_version").exists()) {
        bail!("missing: {names}. On Debian, install them with: sudo apt-get install {}", packages.join(" "));
    }
    eprintln!("xtask: missing: {names}; installing {}", packages.join(" "));
    apt_get(&["update"])?;
    apt_get(&[&["install", "--yes", "--no-install-recommends"], packages.as_slice()].concat())?;
    let still: Vec<_> = self::missing(programs).iter().map(|program| program.name).collect();
    if !still.is_empty() {
        bail!("still missing after apt-get: {}", still.join(", "));
    }
    Ok(())
}

/// The full path of a program, also of those in the administrator's folders that a plain user's PATH leaves out.
pub fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(name))
        .find(|candidate| candidate.is_file())
}

/// A command that the kernel kills when the thread that started it ends, so that not even `kill -9` leaves it behind.
pub fn bound(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL"]).arg(program);
    command
}

fn missing(programs: &[Program]) -> Vec<&Program> {
    programs.iter().filter(|program| find(program.name).is_none()).collect()
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    let status = Command::new("apt-get")
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .status()
        .context("apt-get can't be run")?;
    if !status.success() {
        bail!("apt-get {} failed", arguments.join(" "));
    }
    Ok(())
}
