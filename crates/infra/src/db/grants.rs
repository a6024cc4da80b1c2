//! The least rights of the application's MySQL user.
//!
//! The triggers refuse what must not happen to a financial row; these rights refuse it once more, to a user who
//! could also not drop the triggers. Migrations need an owner, who is another user.

use crate::{Error, Result};

/// Rows that are read only.
const READ: &str = "SELECT";
/// Rows that are added and then stand for ever.
const APPEND: &str = "SELECT, INSERT";
/// Rows that move from state to state and stay.
const CHANGE: &str = "SELECT, INSERT, UPDATE";
/// Rows that the schema seats once.
const SEATED: &str = "SELECT, UPDATE";
/// Rows that go away when their time is over.
const PURGE: &str = "SELECT, INSERT, UPDATE, DELETE";
/// Rows that are added, and go away when their time is over.
const APPEND_AND_PURGE: &str = "SELECT, INSERT, DELETE";

/// What the application may do to each table.
const TABLES: &[(&str, &str)] = &[
    ("__diesel_schema_migrations", READ),
    ("accounts", CHANGE),
    ("audit", APPEND),
    ("bookings", CHANGE),
    ("compliance_documents", PURGE),
    ("dead_letters", APPEND_AND_PURGE),
    ("dead_tokens", APPEND_AND_PURGE),
    ("files", APPEND_AND_PURGE),
    ("house_checkpoints", APPEND),
    ("idempotency_keys", PURGE),
    ("kycs", CHANGE),
    ("ledger_entries", APPEND),
    ("ledger_transactions", APPEND),
    ("matcher", SEATED),
    ("nodes", CHANGE),
    ("nominees", PURGE),
    ("notifications", CHANGE),
    ("otps", PURGE),
    ("outbox", PURGE),
    ("pairs", CHANGE),
    ("payments", CHANGE),
    ("payout_parts", APPEND),
    ("payouts", CHANGE),
    ("plans", APPEND),
    ("scheduled_runs", APPEND_AND_PURGE),
    ("second_factors", PURGE),
    ("sessions", PURGE),
    ("tds_certificates", CHANGE),
    ("tds_register", APPEND),
    ("tree_events", CHANGE),
    ("users", CHANGE),
    ("wallets", CHANGE),
];

/// The statements that give `user`@`host` the least rights that the application needs on `database`, one for
/// each table; for the database's owner to run. The user must exist.
///
/// # Errors
/// [`Error::Database`] when a name is empty, too long, or has a letter that has no place in one.
pub fn grants(database: &str, user: &str, host: &str) -> Result<Vec<String>> {
    let database = checked("database", database, "_-$")?;
    let user = checked("user", user, "_-.")?;
    let host = checked("host", host, "_-.:%/")?;
    Ok(TABLES
        .iter()
        .map(|(table, rights)| format!("GRANT {rights} ON `{database}`.`{table}` TO '{user}'@'{host}'"))
        .collect())
}

/// A name of plain letters, digits and `also`: none of them ends a quotation on any server.
fn checked<'a>(what: &str, name: &'a str, also: &str) -> Result<&'a str> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || also.contains(letter);
    if name.is_empty() || name.len() > 64 || !name.chars().all(plain) {
        return Err(Error::Database(format!(
            "the {what} name {name:?} is not of 1 to 64 letters, digits or any of {also}"
        )));
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::grants;

    #[test]
    fn one_statement_a_table_and_no_more_than_it_needs() {
        let statements = grants("ev", "app", "10.0.0.%").unwrap();
        assert_eq!(statements.len(), super::TABLES.len());
        assert!(
            statements
                .contains(&"GRANT SELECT, INSERT ON `ev`.`ledger_entries` TO 'app'@'10.0.0.%'".to_owned())
        );
        let all = statements.join("\n");
        for never in ["ALL", "CREATE", "DROP", "ALTER", "TRIGGER", "GRANT OPTION", "*"] {
            assert!(!all.contains(never), "{never}");
        }
    }

    #[test]
    fn odd_names_are_refused() {
        let long = "x".repeat(65);
        for odd in ["", "a`b", "a'b", "a b", "a\\", "é", "a;b", "a\0", long.as_str()] {
            assert!(grants(odd, "app", "%").is_err(), "database {odd:?}");
            assert!(grants("ev", odd, "%").is_err(), "user {odd:?}");
            assert!(grants("ev", "app", odd).is_err(), "host {odd:?}");
        }
        assert!(grants("ev-1$", "app.user", "2001:db8::/32").is_ok());
    }
}
