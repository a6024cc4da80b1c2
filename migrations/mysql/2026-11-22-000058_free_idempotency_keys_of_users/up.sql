-- its insert took a shared lock on the member's row before the request updated that row: two of them waited for each other
ALTER TABLE idempotency_keys DROP FOREIGN KEY fk_idempotency_keys_user;
