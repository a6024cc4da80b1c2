DELETE FROM accounts WHERE owner_id = 0;
