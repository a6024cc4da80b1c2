//! Bodies with files.

use actix_multipart::{Field, Multipart};
use actix_web::{HttpRequest, dev::Payload};
use futures_util::StreamExt as _;

use sha2::{Digest as _, Sha256};

use super::{Form, Upload, hex};
use crate::errors::{Error, Result};

/// Bytes of one file, at most: 10 MB.
const FILE_BYTES: usize = 10 << 20;
/// Bytes of one field of text, at most.
const TEXT_BYTES: usize = 64 << 10;
/// Bytes of all parts together, at most.
const TOTAL_BYTES: usize = 32 << 20;
/// Parts, at most.
const PARTS: usize = 100;

const FILE_LIMIT: Error = Error::TooLarge("A file may have at most 10 MB.");
const TOTAL_LIMIT: Error = Error::TooLarge("All files together may have at most 32 MB.");

fn malformed() -> Error {
    Error::Malformed("The multipart body can't be read.".to_owned())
}

/// The fields and files of a multipart body, and what tells it from another: SHA-256 over its parts, since the
/// boundary between them is another each time.
pub(super) async fn read(request: &HttpRequest, payload: Payload) -> Result<(Form, String)> {
    let mut parts = Multipart::new(request.headers(), payload);
    let mut form = Form::default();
    let mut left = TOTAL_BYTES;
    let mut count = 0usize;
    let mut hash = Sha256::new();
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|_| malformed())?;
        count = count.saturating_add(1);
        if count > PARTS {
            return Err(malformed());
        }
        let described = part.content_disposition().ok_or_else(malformed)?;
        let name = described.get_name().ok_or_else(malformed)?.to_owned();
        match described.get_filename().map(str::to_owned) {
            Some(file) => {
                let content = bytes(&mut part, FILE_BYTES.min(left)).await?;
                let content = content.ok_or(if left < FILE_BYTES { TOTAL_LIMIT } else { FILE_LIMIT })?;
                left = left.saturating_sub(content.len());
                add(&mut hash, &[b"file", name.as_bytes(), file.as_bytes(), &content]);
                form.put_file(name, Upload { name: file, content });
            }
            None => {
                let content = bytes(&mut part, TEXT_BYTES.min(left)).await?;
                let content = content.ok_or(Error::TooLarge("A field is too long."))?;
                left = left.saturating_sub(content.len());
                add(&mut hash, &[b"text", name.as_bytes(), &content]);
                form.put_text(name, String::from_utf8(content).map_err(|_| malformed())?);
            }
        }
    }
    Ok((form, hex(&hash.finalize())))
}

/// Adds texts with their lengths, so that no two parts run into each other.
fn add(hash: &mut Sha256, texts: &[&[u8]]) {
    for text in texts {
        hash.update(text.len().to_string());
        hash.update(b":");
        hash.update(text);
    }
}

/// The part's bytes, or none when there are more than `limit`.
async fn bytes(part: &mut Field, limit: usize) -> Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|_| malformed())?;
        if bytes.len().saturating_add(chunk.len()) > limit {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(bytes))
}
