//! Counts the statements of this process's connections.

use std::sync::{Mutex, PoisonError};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

use crate::Result;

/// How many statements were run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statements {
    /// Those that read.
    pub selects: i64,
    /// Those that insert, update or delete.
    pub changes: i64,
}

static COUNTED: Mutex<Option<Statements>> = Mutex::new(None);

/// Lets every connection that is opened from now on tell of its statements.
///
/// # Errors
/// Where another test has panicked over it.
pub fn listen() -> Result<()> {
    Ok(set_default_instrumentation(|| Some(Box::new(note) as Box<dyn Instrumentation>))?)
}

/// Counts from here on.
pub fn begin() {
    *COUNTED.lock().unwrap_or_else(PoisonError::into_inner) = Some(Statements::default());
}

/// Ends counting and gives what was counted.
pub fn end() -> Statements {
    COUNTED.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default()
}

fn note(event: InstrumentationEvent<'_>) {
    let mut counted = COUNTED.lock().unwrap_or_else(PoisonError::into_inner);
    if let (Some(counted), InstrumentationEvent::StartQuery { query, .. }) = (counted.as_mut(), event) {
        match query.to_string().split_whitespace().next() {
            Some("SELECT") => counted.selects += 1,
            Some("INSERT" | "UPDATE" | "DELETE") => counted.changes += 1,
            // where a transaction begins and ends
            _ => {}
        }
    }
}
