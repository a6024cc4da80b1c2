DROP INDEX ix_ledger_entries_statement ON ledger_entries;
