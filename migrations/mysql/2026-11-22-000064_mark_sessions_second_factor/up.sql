ALTER TABLE sessions ADD COLUMN second_factor_at DATETIME(6) NULL;
