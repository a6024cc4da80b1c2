ALTER TABLE idempotency_keys ADD CONSTRAINT fk_idempotency_keys_user FOREIGN KEY (user_id) REFERENCES users (id);
