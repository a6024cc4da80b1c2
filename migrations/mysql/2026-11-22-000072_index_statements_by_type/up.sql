-- reports over everyone's wallets sum from it alone
CREATE INDEX ix_ledger_entries_statement ON ledger_entries (statement_type, business_date, amount);
