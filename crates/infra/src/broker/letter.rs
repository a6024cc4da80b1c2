//! A message that nobody can run.

/// A message that names nothing we know, or can't be read; it is kept for a person to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The task's name, as far as it has one.
    pub task: String,
    /// The task's id, as far as it has one.
    pub task_id: String,
    /// The arguments as they were sent, byte for byte where they are text.
    pub body: String,
    /// Why it can't be run.
    pub reason: String,
}
