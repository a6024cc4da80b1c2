-- reports count a range of days from it alone
CREATE INDEX ix_payments_completed_at ON payments (completed_at, amount);
