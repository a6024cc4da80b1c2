//! What other keys have sealed is sealed with the one that seals now.

use infra::{
    db::Tx,
    sealed_columns::{COLUMNS, SealedColumn},
    secrets::Keys,
};

use crate::{App, Error, Result};

/// Rows of one transaction.
const BATCH: i64 = 500;

/// What became of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resealed {
    /// The column.
    pub column: SealedColumn,
    /// Rows that were sealed anew.
    pub rows: usize,
    /// Rows that another key than the one that seals has to open still.
    pub left: i64,
}

/// Seals anew, a few hundred rows a transaction, whatever another key has sealed and may be changed. What the books have
/// frozen stays as it is and is counted. Whoever ends it in between, and begins again, goes on where it was.
///
/// # Errors
/// [`Error::Internal`] when a text's key is not configured; what the database says.
pub async fn reseal_columns(app: &App) -> Result<Vec<Resealed>> {
    let mut all = Vec::with_capacity(COLUMNS.len());
    for column in COLUMNS {
        let mut rows = 0_usize;
        let mut after = (!column.is_frozen).then_some(0);
        while let Some(last) = after {
            let keys = app.keys.clone();
            let (next, changed) = app.db.write(move |tx| reseal_some(tx, column, &keys, last)).await?;
            rows = rows.saturating_add(changed);
            after = next;
        }
        let key_id = app.keys.sealing_id().to_owned();
        let left = app.db.read(move |reader| Ok::<_, Error>(column.count_others(reader, &key_id)?)).await?;
        all.push(Resealed { column: *column, rows, left });
    }
    Ok(all)
}

/// The key of the last row, if there was one, and how many were changed.
fn reseal_some(tx: &mut Tx, column: &SealedColumn, keys: &Keys, after: i64) -> Result<(Option<i64>, usize)> {
    let rows = column.of_others(tx, keys.sealing_id(), after, BATCH)?;
    let mut changed = 0_usize;
    for row in &rows {
        if let Some(text) = keys.reseal(column.purpose, &row.text)? {
            // where another is there by now, whoever put it there has the key that seals
            changed = changed.saturating_add(column.replace(tx, row, &text)?.into());
        }
    }
    Ok((rows.last().map(|row| row.id), changed))
}
