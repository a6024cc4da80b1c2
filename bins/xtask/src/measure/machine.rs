//! What the figures were measured on.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::servers::Servers;
use crate::stage::{Engine, Stage};
use crate::workspace::Workspace;

const IDLE_TIMEOUT: Duration = Duration::from_secs(60);
const IDLE_WINDOW: Duration = Duration::from_millis(300);
/// What the matcher and the tree's reader use while they only look.
const IDLE_TICKS: u64 = 1;

/// What a process holds in memory, KiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Now (VmRSS).
    pub resident_kib: u64,
    /// The most that it ever was (VmHWM).
    pub peak_kib: u64,
}

impl Memory {
    /// Of a running process.
    pub fn of(pid: u32) -> Result<Self> {
        let path = format!("/proc/{pid}/status");
        let status = fs::read_to_string(&path).with_context(|| path.clone())?;
        Self::parse(&status).with_context(|| format!("no memory in {path}"))
    }

    fn parse(status: &str) -> Option<Self> {
        let kib = |name| field(status, name)?.strip_suffix("kB")?.trim().parse().ok();
        Some(Self { resident_kib: kib("VmRSS")?, peak_kib: kib("VmHWM")? })
    }
}

/// Waits until a process has next to nothing to do, so that what an earlier request left behind is done.
///
/// # Errors
/// When it is still busy after a minute.
pub fn wait_until_idle(pid: u32) -> Result<()> {
    let deadline = Instant::now() + IDLE_TIMEOUT;
    let mut before = processor_ticks(pid)?;
    while Instant::now() < deadline {
        std::thread::sleep(IDLE_WINDOW);
        let now = processor_ticks(pid)?;
        if now.saturating_sub(before) <= IDLE_TICKS {
            return Ok(());
        }
        before = now;
    }
    bail!("the API is still busy {IDLE_TIMEOUT:?} after the last request")
}

/// Processor time that a process has used, hundredths of a second.
fn processor_ticks(pid: u32) -> Result<u64> {
    let path = format!("/proc/{pid}/stat");
    let stat = fs::read_to_string(&path).with_context(|| path.clone())?;
    ticks(&stat).with_context(|| format!("no processor time in {path}"))
}

fn ticks(stat: &str) -> Option<u64> {
    // The program's name, in parentheses, may hold blanks; user and system time are the 12th and 13th field after it.
    let mut fields = stat.rsplit_once(") ")?.1.split(' ').skip(11);
    let (user, system) = (fields.next()?.parse::<u64>().ok()?, fields.next()?.parse::<u64>().ok()?);
    Some(user + system)
}

/// The value of the first line `name: value`.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .find_map(|(found, value)| (found.trim() == name).then_some(value.trim()))
}

/// The processor, its cores, the memory and the kernel.
pub fn describe() -> Result<String> {
    let processor = fs::read_to_string("/proc/cpuinfo")?;
    let model = field(&processor, "model name").unwrap_or(std::env::consts::ARCH);
    let cores = std::thread::available_parallelism()?;
    let memory = fs::read_to_string("/proc/meminfo")?;
    let total =
        field(&memory, "MemTotal").and_then(|total| total.strip_suffix("kB")).context("no MemTotal")?;
    let gib = total.trim().parse::<u64>()? >> 20;
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    Ok(format!("{model}, {cores} cores, {gib} GiB, Linux {}", kernel.trim()))
}

/// The platform's commit, `-dirty` when it is not quite that, and the compiler.
pub fn programs(workspace: &Workspace) -> Result<String> {
    let compiler = output(workspace, "rustc", &["--version"])?;
    let compiler = compiler.split(" (").next().unwrap_or_default().to_owned();
    // A source archive has no commit to name.
    let commit = output(workspace, "git", &["describe", "--always", "--dirty", "--exclude=*"]);
    Ok(commit.map_or_else(|_| compiler.clone(), |commit| format!("commit {commit}, {compiler}")))
}

/// The database's name and version.
pub fn database(stage: &Stage<'_>, servers: &Servers, engine: Engine) -> Result<String> {
    match engine {
        Engine::Sqlite => {
            let file = fs::read(stage.sqlite_file())?;
            let version = sqlite_version(&file).context("not a file of SQLite")?;
            Ok(format!("SQLite {version}, WAL, synchronous=FULL"))
        }
        Engine::Mysql => {
            let version = servers.mysql()?.sql("SELECT VERSION()")?;
            let version = version.trim().split('-').next().unwrap_or_default().to_owned();
            Ok(format!("MariaDB {version}, innodb_flush_log_at_trx_commit=1, sync_binlog=1"))
        }
    }
}

/// The version of the library that last wrote a file, from the number at offset 96 of its header.
fn sqlite_version(file: &[u8]) -> Option<String> {
    let number: [u8; 4] = file.strip_prefix(b"SQLite format 3\0")?.get(80..84)?.try_into().ok()?;
    let number = u32::from_be_bytes(number);
    Some(format!("{}.{}.{}", number / 1_000_000, number / 1_000 % 1_000, number % 1_000))
}

fn output(workspace: &Workspace, program: &str, arguments: &[&str]) -> Result<String> {
    let output = Command::new(program).args(arguments).current_dir(workspace.root()).output()?;
    if !output.status.success() {
        bail!("{program}: {}", output.status);
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_from_a_status_of_proc() {
        let status = "Name:\tapi\nVmPeak:\t  999 kB\nVmHWM:\t   20480 kB\nVmRSS:\t   10240 kB\n";
        assert_eq!(Memory::parse(status), Some(Memory { resident_kib: 10_240, peak_kib: 20_480 }));
        assert_eq!(Memory::parse("Name:\tapi\n"), None);
        let own = Memory::of(std::process::id()).unwrap();
        assert!(own.resident_kib > 0 && own.peak_kib >= own.resident_kib);
    }

    #[test]
    fn processor_time_is_the_users_and_the_systems() {
        let stat = "7 (a ) b) S 1 7 7 0 -1 4194304 100 0 0 0 30 12 5 5 20 0 9 0 1000 0 0";
        assert_eq!(ticks(stat), Some(42));
        assert_eq!(ticks("7 (a) S 1"), None);
        assert!(processor_ticks(std::process::id()).is_ok());
    }

    #[test]
    fn the_version_is_read_from_a_header() {
        let mut file = b"SQLite format 3\0".to_vec();
        file.resize(96, 0);
        file.extend(3_053_002_u32.to_be_bytes());
        assert_eq!(sqlite_version(&file).as_deref(), Some("3.53.2"));
        assert_eq!(sqlite_version(&file[..98]), None);
        assert_eq!(sqlite_version(b"something else that is long enough"), None);
    }
}
