//! The folder of one run, `target/servers/<run>/`: locked while the run lives, swept by the next run once the lock is free.

use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal};

use crate::{rabbitmq, redis};

/// Data folders of servers on the memory file system begin so; nothing else under it is ever removed.
const IN_MEMORY: &str = "/dev/shm/ev-platform-";
/// Room that the memory file system must have left for the data to go there.
const IN_MEMORY_MIN_BYTES: u64 = 2 << 30;
const SWEEP_TIMEOUT: Duration = Duration::from_secs(10);

/// A run's folder, held by a lock that ends with this process.
pub struct RunFolder {
    path: PathBuf,
    _lock: File,
}

impl RunFolder {
    /// Sweeps what dead runs left under `target`, then makes and locks a new folder.
    pub fn create(target: &Path) -> Result<Self> {
        let all = target.join("servers");
        fs::create_dir_all(&all)?;
        // Without the gate, a sweep could take a folder between its making and its locking.
        let gate = File::create(all.join("gate"))?;
        gate.lock()?;
        sweep(&all)?;
        let path = new_folder(&all)?;
        let lock = File::create(path.join("lock"))?;
        lock.lock()?;
        Ok(Self { path, _lock: lock })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the servers' data folder: in memory where there is room, else inside the run's folder.
    pub fn data(&self) -> Result<PathBuf> {
        if !room_in_memory() {
            return self.data_on_disk();
        }
        let data = self.path.join("data");
        let in_memory = PathBuf::from(format!("{IN_MEMORY}{}", random_word()?));
        // The link comes first: a run killed here leaves a link to nothing, never a folder that no sweep can find.
        symlink(&in_memory, &data)?;
        fs::create_dir(&in_memory)?;
        Ok(in_memory)
    }

    /// Makes the servers' data folder inside the run's folder, also where there is room in memory.
    pub fn data_on_disk(&self) -> Result<PathBuf> {
        let data = self.path.join("data");
        fs::create_dir(&data)?;
        Ok(data)
    }

    /// Removes it with all that is in it; its servers have to be stopped already.
    pub fn remove(self) -> Result<()> {
        remove(&self.path)
    }
}

/// A word that can't be guessed, from the kernel.
pub fn random_word() -> Result<String> {
    Ok(fs::read_to_string("/proc/sys/kernel/random/uuid").context("no random numbers")?.trim().to_owned())
}

fn new_folder(all: &Path) -> Result<PathBuf> {
    for number in 0..1000 {
        let path = all.join(format!("{}-{number}", std::process::id()));
        match fs::create_dir(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
        }
    }
    bail!("no free name for a run in {}", all.display())
}

fn room_in_memory() -> bool {
    rustix::fs::statvfs("/dev/shm")
        .is_ok_and(|shm| shm.f_bavail.saturating_mul(shm.f_frsize) >= IN_MEMORY_MIN_BYTES)
}

fn sweep(all: &Path) -> Result<()> {
    for entry in fs::read_dir(all)? {
        let path = entry?.path();
        if !path.is_dir() {
            continue;
        }
        // No lock file means that its run died before it made one: the gate keeps the living out of that moment.
        if let Ok(lock) = File::open(path.join("lock")) {
            match lock.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => continue,
                Err(TryLockError::Error(error)) => return Err(error.into()),
            }
        }
        end_servers(&path)?;
        remove(&path)?;
    }
    Ok(())
}

fn end_servers(folder: &Path) -> Result<()> {
    let deadline = Instant::now() + SWEEP_TIMEOUT;
    loop {
        let left = servers_of(folder)?;
        if left.is_empty() {
            return Ok(());
        }
        if Instant::now() > deadline {
            bail!("servers of {} can't be ended: {left:?}", folder.display());
        }
        for pid in left {
            // It may be gone by now, or be someone else's; the deadline tells the second.
            let _ = rustix::process::kill_process(pid, Signal::KILL);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The processes whose command line takes a server's settings or home from this folder, and no others.
fn servers_of(folder: &Path) -> Result<Vec<Pid>> {
    let mut settings = b"--defaults-file=".to_vec();
    settings.extend_from_slice(folder.as_os_str().as_bytes());
    settings.push(b'/');
    let (redis, rabbitmq) = (redis::settings(folder), rabbitmq::home(folder));
    let is_server = |argument: &[u8]| {
        argument.starts_with(&settings)
            || [&redis, &rabbitmq].iter().any(|path| argument == path.as_os_str().as_bytes())
    };
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let entry = entry?;
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()).and_then(Pid::from_raw)
        else {
            continue;
        };
        // A process can end between the listing and this.
        let command_line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        if command_line.split(|byte| *byte == 0).any(is_server) {
            found.push(pid);
        }
    }
    Ok(found)
}

fn remove(folder: &Path) -> Result<()> {
    if let Ok(in_memory) = fs::read_link(folder.join("data"))
        && in_memory.as_os_str().as_bytes().starts_with(IN_MEMORY.as_bytes())
        && in_memory.exists()
    {
        fs::remove_dir_all(&in_memory)
            .with_context(|| format!("{} can't be removed", in_memory.display()))?;
    }
    fs::remove_dir_all(folder).with_context(|| format!("{} can't be removed", folder.display()))
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        path
    }

    #[test]
    fn a_sweep_takes_a_dead_run_with_its_servers_and_leaves_a_living_one() {
        let target = scratch("sweep");
        let living = RunFolder::create(&target).unwrap();
        let dead = target.join("servers/dead");
        fs::create_dir(&dead).unwrap();
        File::create(dead.join("lock")).unwrap();
        let mysql = format!("--defaults-file={}/my.cnf", dead.display());
        let redis = redis::settings(&dead).display().to_string();
        let rabbitmq = rabbitmq::home(&dead).display().to_string();
        let left_behind = [mysql, redis, rabbitmq].map(|settings| {
            let mut server = Command::new("sh");
            server.args(["-c", "read _", "server", &settings]).stdin(Stdio::piped()).spawn().unwrap()
        });

        let next = RunFolder::create(&target).unwrap();

        assert!(!dead.exists());
        for mut server in left_behind {
            assert!(!server.wait().unwrap().success(), "the servers of the dead run were killed");
        }
        assert!(living.path().join("lock").exists());
        assert_ne!(living.path(), next.path());
        fs::remove_dir_all(&target).unwrap();
    }

    #[test]
    fn removing_a_run_takes_its_data_in_memory_too() {
        let target = scratch("remove");
        let run = RunFolder::create(&target).unwrap();
        let (path, data) = (run.path().to_owned(), run.data().unwrap());
        fs::write(data.join("a"), "b").unwrap();
        run.remove().unwrap();
        assert!(!path.exists());
        assert!(!data.exists());
        fs::remove_dir_all(&target).unwrap();
    }
}
