DROP TRIGGER wallets_no_delete;
