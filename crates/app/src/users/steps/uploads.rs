//! Documents that come with a request: stored before the transaction, removed again when it fails.

use infra::{
    Unique,
    db::Tx,
    files::{FileStore, StoreError, check},
    stored_files::{self, NewFile},
};
use wallet_rules::calendar::Instant;

use super::CheckedFields;
use crate::{Error, Result};

/// The documents of a request by field, stored but not yet noted in any row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Uploads {
    stored: Vec<(&'static str, NewFile)>,
}

impl Uploads {
    /// Looks at every document; a type or size that is not taken is the field's error.
    pub(crate) fn look_at(documents: &[(&'static str, Option<Vec<u8>>)], fields: &mut CheckedFields) {
        for (field, content) in documents {
            if let Some(Err(fault)) = content.as_deref().map(check) {
                fields.refuse(field, format!("This is not taken: {fault}."));
            }
        }
    }

    /// Stores every document; pictures are written anew.
    ///
    /// # Errors
    /// A field error for what is not taken; [`Error::Unavailable`] when the disk is full.
    pub(crate) async fn store(
        files: &FileStore,
        documents: Vec<(&'static str, Option<Vec<u8>>)>,
    ) -> Result<Self> {
        let mut uploads = Self::default();
        for (field, content) in documents {
            let Some(content) = content else { continue };
            let refused = match files.store(content).await {
                Ok(stored) => {
                    let content_type = stored.file_type.content_type();
                    let new = NewFile { storage_name: stored.name, content_type, bytes: stored.bytes };
                    uploads.stored.push((field, new));
                    continue;
                }
                Err(StoreError::Refused(fault)) => {
                    Error::invalid(field, format!("This is not taken: {fault}."))
                }
                Err(StoreError::Failed(error)) => error.into(),
            };
            uploads.remove(files).await;
            return Err(refused);
        }
        Ok(uploads)
    }

    /// Notes a field's document as this user's and gives its key; none when none came.
    ///
    /// # Errors
    /// What the database says.
    pub(crate) fn note(&self, tx: &mut Tx, field: &str, user: i64, now: Instant) -> Result<Option<i64>> {
        match self.stored.iter().find(|(name, _)| *name == field) {
            Some((_, new)) => Ok(Some(stored_files::insert(tx, user, new, now)?)),
            None => Ok(None),
        }
    }

    /// True when no document came.
    pub(crate) fn is_empty(&self) -> bool {
        self.stored.is_empty()
    }

    /// Keeps the documents of what was committed, removes those of what was refused. Where nobody knows which
    /// it is, they stay: a file without a row harms nobody, a row without its file does.
    ///
    /// # Errors
    /// `outcome`'s own.
    pub(crate) async fn settle<T>(&self, files: &FileStore, outcome: Result<T>) -> Result<T> {
        let unknown = matches!(
            outcome,
            Err(Error::Unavailable(infra::Error::Unavailable { outcome_unknown: true, .. }))
        );
        if outcome.is_err() && !unknown {
            self.remove(files).await;
        }
        outcome
    }

    async fn remove(&self, files: &FileStore) {
        for (_, new) in &self.stored {
            if let Err(error) = files.remove(&new.storage_name).await {
                tracing::warn!(%error, "a document that no row names stays in the folder");
            }
        }
    }
}

/// PAN and Aadhaar belong to one member each.
pub(crate) fn refused_duplicate(error: infra::Error) -> Error {
    let taken = |field| Error::invalid(field, "This number is already registered.");
    match error {
        infra::Error::Duplicate(Unique::KycsPanHash) => taken("pan_number"),
        infra::Error::Duplicate(Unique::KycsAadhaarHash) => taken("aadhaar_number"),
        other => other.into(),
    }
}
