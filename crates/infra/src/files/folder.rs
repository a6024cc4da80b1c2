//! Contents in a private folder.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::PathBuf,
};

use crate::{Error, Result};

/// Nothing in it is ever served by its name.
#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
}

impl Folder {
    /// It is made when the first content comes.
    pub(super) const fn at(root: PathBuf) -> Self {
        Self { root }
    }

    pub(super) fn write(&self, name: &str, content: &[u8]) -> Result<()> {
        self.write_whole(name, content).map_err(|cause| self.unavailable(&cause))
    }

    pub(super) fn read(&self, name: &str) -> Result<Option<Vec<u8>>> {
        self.unless_gone(fs::read(self.root.join(name)))
    }

    pub(super) fn remove(&self, name: &str) -> Result<()> {
        self.unless_gone(fs::remove_file(self.root.join(name))).map(|_| ())
    }

    /// Writes beside the place and moves it there, so that a name never stands for half a file.
    fn write_whole(&self, name: &str, content: &[u8]) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.root)?;
        let unfinished = self.root.join(format!("{name}.part"));
        let written = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&unfinished)
            .and_then(|mut file| file.write_all(content).and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&unfinished, self.root.join(name)))
            .and_then(|()| File::open(&self.root)?.sync_all());
        if written.is_err() {
            // what is left of it is no file of ours; that it can't be removed either changes nothing
            let _ = fs::remove_file(&unfinished);
        }
        written
    }

    fn unless_gone<T>(&self, outcome: io::Result<T>) -> Result<Option<T>> {
        match outcome {
            Ok(value) => Ok(Some(value)),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(self.unavailable(&cause)),
        }
    }

    fn unavailable(&self, cause: &io::Error) -> Error {
        Error::unavailable(format!("{}: {cause}", self.root.display()))
    }
}
