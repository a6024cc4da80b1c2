//! Messages that nobody can run, as an operator handles them.

use infra::dead_letters::{self, DeadLetter};

use crate::{App, Error, Result};

/// Messages listed at most.
const MOST: i64 = 1000;

/// The messages that are kept, the oldest first.
///
/// # Errors
/// What the database says.
pub async fn letters(app: &App) -> Result<Vec<DeadLetter>> {
    app.db.read(|reader| Ok::<_, Error>(dead_letters::list(reader, MOST)?)).await
}

/// Forgets one; false when it is not there.
///
/// # Errors
/// What the database says.
pub async fn forget_letter(app: &App, id: i64) -> Result<bool> {
    app.db.write(move |tx| Ok::<_, Error>(dead_letters::forget(tx, id)?)).await
}
