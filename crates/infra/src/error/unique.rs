//! Every unique constraint of the schema, by name.

/// Defines [`Unique`] and the one table of names and columns that both databases' messages are read by.
macro_rules! uniques {
    ($($variant:ident = $name:literal, $table:literal, [$($column:literal),+];)+) => {
        /// A unique constraint of the schema; `tests/main/schema.rs` compares the list with both databases.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Unique {
            $(
                #[doc = concat!("`", $name, "`")]
                $variant,
            )+
        }

        impl Unique {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The constraint's name in both migration folders.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The table it guards.
            pub const fn table(self) -> &'static str {
                match self { $(Self::$variant => $table,)+ }
            }

            /// Its columns, in order.
            pub const fn columns(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($column),+],)+ }
            }
        }
    };
}

uniques! {
    PlansEffectiveFrom = "uq_plans_effective_from", "plans", ["effective_from"];
    UsersUsername = "uq_users_username", "users", ["username"];
    UsersEmail = "uq_users_email", "users", ["email"];
    UsersMobile = "uq_users_mobile", "users", ["mobile"];
    UsersReferralCode = "uq_users_referral_code", "users", ["referral_code"];
    OtpsIdentifierPurpose = "uq_otps_identifier_purpose", "otps", ["identifier", "purpose"];
    FilesStorageName = "uq_files_storage_name", "files", ["storage_name"];
    KycsUser = "uq_kycs_user", "kycs", ["user_id"];
    KycsPanHash = "uq_kycs_pan_hash", "kycs", ["pan_hash"];
    KycsAadhaarHash = "uq_kycs_aadhaar_hash", "kycs", ["aadhaar_hash"];
    AccountsKindOwner = "uq_accounts_kind_owner", "accounts", ["kind", "owner_id"];
    WalletsUser = "uq_wallets_user", "wallets", ["user_id"];
    LedgerTransactionsKey = "uq_ledger_transactions_key", "ledger_transactions", ["tx_key"];
    LedgerEntriesAccountNo = "uq_ledger_entries_account_no", "ledger_entries", ["account_id", "entry_no"];
    BookingsNumber = "uq_bookings_number", "bookings", ["booking_number"];
    PaymentsGatewayReference = "uq_payments_gateway_reference", "payments", ["gateway_reference"];
    PayoutPartsInstalment = "uq_payout_parts_instalment", "payout_parts", ["payout_id", "booking_id", "number"];
    TdsRegisterTransaction = "uq_tds_register_transaction", "tds_register", ["transaction_id"];
    TreeEventsSeq = "uq_tree_events_seq", "tree_events", ["seq"];
    NodesParentSide = "uq_nodes_parent_side", "nodes", ["parent_id", "side"];
    NodesJoinedSeq = "uq_nodes_joined_seq", "nodes", ["joined_seq"];
    NodesQualifiedSeq = "uq_nodes_qualified_seq", "nodes", ["qualified_seq"];
    PairsUserNumber = "uq_pairs_user_number", "pairs", ["user_id", "pair_number"];
    PairsUserLeft = "uq_pairs_user_left", "pairs", ["user_id", "left_user_id"];
    PairsUserRight = "uq_pairs_user_right", "pairs", ["user_id", "right_user_id"];
    NomineesUser = "uq_nominees_user", "nominees", ["user_id"];
    NotificationsOccasion = "uq_notifications_occasion", "notifications", ["occasion"];
    TdsCertificatesQuarter =
        "uq_tds_certificates_quarter", "tds_certificates", ["user_id", "financial_year", "quarter"];
    OutboxKey = "uq_outbox_key", "outbox", ["task_key"];
    IdempotencyKeys = "uq_idempotency_keys", "idempotency_keys", ["user_id", "path", "idem_key"];
    ScheduledRuns = "uq_scheduled_runs", "scheduled_runs", ["job", "period"];
    DeadTokensJtiHash = "uq_dead_tokens_jti_hash", "dead_tokens", ["jti_hash"];
    HouseCheckpoints = "uq_house_checkpoints", "house_checkpoints", ["account_id", "through_entry_id"];
}

impl Unique {
    /// Reads a database's refusal: MariaDB and MySQL name the constraint (`… for key 'uq_users_email'`),
    /// SQLite names its columns (`UNIQUE constraint failed: users.email`).
    pub(crate) fn parse(message: &str) -> Option<Self> {
        if let Some(columns) = message.strip_prefix("UNIQUE constraint failed: ") {
            return Self::ALL.iter().copied().find(|unique| {
                let expected = unique.columns().iter().map(|column| format!("{}.{column}", unique.table()));
                columns.split(", ").eq(expected)
            });
        }
        let key = message.rsplit_once("for key '")?.1.strip_suffix('\'')?;
        let name = key.rsplit_once('.').map_or(key, |(_, name)| name);
        Self::ALL.iter().copied().find(|unique| unique.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::Unique;

    #[test]
    fn both_databases_name_the_same_constraint() {
        for unique in Unique::ALL {
            let columns: Vec<_> =
                unique.columns().iter().map(|column| format!("{}.{column}", unique.table())).collect();
            let sqlite = format!("UNIQUE constraint failed: {}", columns.join(", "));
            let mariadb = format!("Duplicate entry 'x' for key '{}'", unique.name());
            let mysql = format!("Duplicate entry 'x' for key '{}.{}'", unique.table(), unique.name());
            for message in [sqlite, mariadb, mysql] {
                assert_eq!(Unique::parse(&message), Some(*unique), "{message}");
            }
        }
        assert_eq!(Unique::parse("Duplicate entry '1' for key 'PRIMARY'"), None);
    }
}
