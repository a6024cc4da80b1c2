DROP INDEX ix_payments_completed_at ON payments;
