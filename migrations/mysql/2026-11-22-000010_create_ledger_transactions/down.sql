DROP TABLE ledger_transactions;
