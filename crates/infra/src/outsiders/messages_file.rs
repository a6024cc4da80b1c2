//! A file of messages, one object a line.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use serde::Serialize;

use super::Message;
use crate::{Error, Result};

/// The file within its folder.
const NAME: &str = "messages.jsonl";

#[derive(Serialize)]
struct Line<'a> {
    channel: &'a str,
    to: &'a str,
    subject: &'a str,
    body: &'a str,
}

/// Appends a message in one write, so that lines of several processes don't mix. Blocking.
pub(super) fn append(folder: &Path, channel: &str, message: &Message) -> Result<()> {
    let line = Line { channel, to: &message.to, subject: &message.subject, body: &message.body };
    let mut text = serde_json::to_string(&line).map_err(Error::corrupt)?;
    text.push('\n');
    let append = || {
        fs::create_dir_all(folder)?;
        // it may hold codes
        let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(folder.join(NAME))?;
        file.write_all(text.as_bytes())
    };
    append().map_err(|cause| Error::unavailable(format!("{}: {cause}", folder.join(NAME).display())))
}
