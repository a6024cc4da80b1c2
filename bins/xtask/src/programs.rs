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

const BROWSER: &[Program] = &[
    Program { name: "chromium", package: "chromium" },
    Program { name: "chromedriver", package: "chromium-driver" },
];

const ALWAYS: &[Program] =
    &[Program { name: "setpriv", package: "util-linux" }, Program { name: "python3", package: "python3" }];

/// Makes sure that everything a run needs is there.
///
/// # Errors
/// Names the missing programs and the command that installs them, when this process can't install them itself.
pub fn ensure(wanted: Wanted) -> Result<()> {
    let mysql = if wanted == Wanted::FolderOnly { &[] } else { MYSQL };
    install(&[ALWAYS, mysql].concat())
}

/// Makes sure that there is a browser, and what drives it.
///
/// # Errors
/// As [`ensure`].
pub fn ensure_browser() -> Result<()> {
    install(BROWSER)
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
