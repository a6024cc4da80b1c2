//! Accounts, as an operator handles them. Everything here is written into the audit.

use std::process::ExitCode;

use anyhow::Context as _;
use app::App;
use clap::Subcommand;
use wallet_rules::people::Role;

use crate::say;

/// What to do with an account.
#[derive(Subcommand)]
pub enum Command {
    /// Disables an account: its sessions end, at once.
    Disable {
        /// The account's number.
        id: i64,
    },
    /// Lets a disabled account log in again.
    Enable {
        /// The account's number.
        id: i64,
    },
    /// Gives an account another role, from its next request on.
    Role {
        /// The account's number.
        id: i64,
        /// admin, staff or user.
        role: String,
    },
    /// Takes a second factor away whose device is lost: its sessions end, and its holder enrolls another.
    ForgetTotp {
        /// The account's number.
        id: i64,
    },
}

/// Does it, and says so.
///
/// # Errors
/// What the database says; that there is no such account.
pub async fn run(app: &App, command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Disable { id } => {
            app::users::disable_user(app, id).await?;
            say(&format!("user {id} is disabled"));
        }
        Command::Enable { id } => {
            app::users::enable_user(app, id).await?;
            say(&format!("user {id} may log in"));
        }
        Command::ForgetTotp { id } => {
            app::users::forget_totp(app, id).await?;
            say(&format!("user {id} has no second factor any more"));
        }
        Command::Role { id, role } => {
            let role: Role = role.parse().with_context(|| format!("{role}: admin, staff or user"))?;
            app::users::change_role(app, id, role).await?;
            say(&format!("user {id} is {role} now"));
        }
    }
    Ok(ExitCode::SUCCESS)
}
