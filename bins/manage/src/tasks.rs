//! Tasks that are not done, and messages that are none.

use std::process::ExitCode;

use app::App;
use clap::Subcommand;

use crate::say;

/// What to do with tasks.
#[derive(Subcommand)]
pub enum Command {
    /// Lists tasks that are not done, the ones that were given up first, and then messages that nobody can run.
    List,
    /// Runs a task now; one that was given up begins again.
    Retry {
        /// The task's number.
        id: i64,
    },
    /// Forgets a message that nobody can run.
    Forget {
        /// The message's number, as listed after `letter`.
        letter: i64,
    },
}

/// Lists or retries.
///
/// # Errors
/// What the database or the task says.
pub async fn run(app: &App, command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::List => {
            for task in app::tasks::list(app).await? {
                let state = match (task.gave_up_at, task.next_at) {
                    (Some(at), _) => format!("given up {at}"),
                    (None, Some(at)) => format!("due {at}"),
                    (None, None) => "done".to_owned(),
                };
                say(&format!(
                    "{} {} {} after {} tries, {state} {}",
                    task.id, task.kind, task.task_key, task.attempts, task.last_error
                ));
            }
            for letter in app::tasks::letters(app).await? {
                say(&format!(
                    "letter {} {} {} came {}: {}: {}",
                    letter.id, letter.task, letter.task_id, letter.received_at, letter.reason, letter.body
                ));
            }
        }
        Command::Forget { letter } => {
            let forgotten = app::tasks::forget_letter(app, letter).await?;
            say(if forgotten { "forgotten" } else { "there is no such message" });
        }
        Command::Retry { id } => {
            let ran = app::tasks::retry(app, id).await?;
            say(match ran {
                app::tasks::Ran::Done => "done",
                app::tasks::Ran::NotDue => "nothing to do: it is done, or there is no such task",
            });
        }
    }
    Ok(ExitCode::SUCCESS)
}
