//! A new SQLite file that takes the place of another one once it is whole.

use std::{
    fs::{self, File},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    Address, Db, PoolSizes,
    connection::{AnyConnection, Purpose},
    migrate,
};
use crate::{Error, Result};

/// What SQLite keeps beside a file while it is open.
const COMPANIONS: [&str; 2] = ["-wal", "-shm"];
/// How often it is looked whether the last connection is closed, and the pause before each look.
const CLOSING_LOOKS: u32 = 400;
const CLOSING_PAUSE: Duration = Duration::from_millis(25);

/// A SQLite file that is filled beside the one whose place it takes. Its commits don't wait for the disk; the whole
/// file does, before it is moved, so a process that ends half-way leaves the place as it was.
#[derive(Debug)]
pub struct Filling {
    place: PathBuf,
    file: PathBuf,
}

impl Filling {
    /// A new, migrated file beside `place`; what an earlier try left is removed. Blocking.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it can't be made; what the migrations say.
    pub fn begin(place: &Path) -> Result<Self> {
        let this = Self { place: place.to_path_buf(), file: beside(place, ".filling") };
        remove(&this.file)?;
        migrate(&this.address())?;
        Ok(this)
    }

    /// Where the new file is.
    pub fn address(&self) -> Address {
        Address::Sqlite { path: self.file.clone() }
    }

    /// Opens it; nobody may be answered from this database.
    ///
    /// # Errors
    /// As [`Db::open`].
    pub fn open(&self, sizes: PoolSizes) -> Result<Db> {
        Db::open_unsynced(self.address(), sizes)
    }

    /// Brings the whole file to the disk and moves it to its place, when every [`Db`] on either is dropped. Blocking.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it is still open, or the disk does not take it; the place is as it was.
    pub fn take_place(self) -> Result<()> {
        for file in [&self.file, &self.place] {
            wait_until_closed(file)?;
        }
        let folder = match self.place.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let moved = File::open(&self.file)
            .and_then(|file| file.sync_all())
            .and_then(|()| fs::rename(&self.file, &self.place))
            .and_then(|()| File::open(folder)?.sync_all());
        moved.map_err(|cause| refused(&self.place, &cause))
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.to_path_buf().into_os_string();
    name.push(ending);
    PathBuf::from(name)
}

fn refused(path: &Path, cause: &io::Error) -> Error {
    Error::unavailable(format!("{}: {cause}", path.display()))
}

/// The last connection takes the log beside the file with it; a log that stayed would be read into the next file.
/// Of two that close at the same moment neither is the last, so the file is opened once more and closed alone.
fn wait_until_closed(file: &Path) -> Result<()> {
    let is_closed = || COMPANIONS.iter().all(|ending| !beside(file, ending).exists());
    for _ in 0..CLOSING_LOOKS {
        if is_closed() {
            return Ok(());
        }
        std::thread::sleep(CLOSING_PAUSE);
        if file.exists() {
            drop(AnyConnection::open(&Address::Sqlite { path: file.to_path_buf() }, Purpose::Manage)?);
        }
    }
    Err(Error::unavailable(format!("{}: it is still open somewhere", file.display())))
}

fn remove(file: &Path) -> Result<()> {
    for path in COMPANIONS.iter().map(|ending| beside(file, ending)).chain([file.to_path_buf()]) {
        match fs::remove_file(&path) {
            Ok(()) => {}
            Err(cause) if cause.kind() == ErrorKind::NotFound => {}
            Err(cause) => return Err(refused(&path, &cause)),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use wallet_rules::calendar::Instant;

    use super::*;

    const SIZES: PoolSizes = PoolSizes::new(1, 2);

    /// Takes a job in a database and says how often it was there to be taken.
    async fn take_job(db: &Db) -> bool {
        let now = Instant::parse_rfc3339("2026-11-22T10:00:00+05:30").unwrap();
        db.write(move |tx| crate::scheduled_runs::take(tx, "job", "period", now)).await.unwrap()
    }

    #[test]
    fn a_filled_file_takes_the_place_of_another_whole() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("a.sqlite3");
        // what an earlier try left
        fs::write(folder.path().join("a.sqlite3.filling"), "no database").unwrap();
        fs::write(folder.path().join("a.sqlite3.filling-wal"), "no log").unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();

        let filling = Filling::begin(&place).unwrap();
        let db = filling.open(SIZES).unwrap();
        assert!(runtime.block_on(take_job(&db)));
        assert!(!place.exists());
        drop(db);
        filling.take_place().unwrap();

        let address = Address::Sqlite { path: place.clone() };
        assert!(crate::db::pending_migrations(&address).unwrap().is_empty());
        let db = Db::open(address, SIZES).unwrap();
        assert!(!runtime.block_on(take_job(&db)), "what was filled in is there");
        // the place is taken while somebody has it open
        let filling = Filling::begin(&place).unwrap();
        let refused = filling.take_place().unwrap_err().to_string();
        assert!(refused.contains("still open"), "{refused}");
        assert!(!runtime.block_on(take_job(&db)));
    }

    #[test]
    fn a_log_that_was_left_beside_the_file_is_taken_in() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("a.sqlite3");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let filling = Filling::begin(&place).unwrap();
        let db = filling.open(SIZES).unwrap();
        assert!(runtime.block_on(take_job(&db)));
        // as two connections leave it that close at the same moment
        let left: Vec<_> = ["", "-wal", "-shm"]
            .map(|ending| beside(&filling.file, ending))
            .into_iter()
            .map(|file| (fs::read(&file).unwrap(), file))
            .collect();
        drop(db);
        wait_until_closed(&filling.file).unwrap();
        for (content, file) in left {
            fs::write(file, content).unwrap();
        }
        filling.take_place().unwrap();
        assert!(!beside(&place, ".filling-wal").exists());
        let db = Db::open(Address::Sqlite { path: place }, SIZES).unwrap();
        assert!(!runtime.block_on(take_job(&db)), "what stood in the log only is there");
    }
}
