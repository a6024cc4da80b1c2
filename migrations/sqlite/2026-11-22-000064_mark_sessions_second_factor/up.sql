ALTER TABLE sessions ADD COLUMN second_factor_at TIMESTAMP NULL;
