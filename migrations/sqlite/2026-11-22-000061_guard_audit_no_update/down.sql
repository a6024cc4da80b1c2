DROP TRIGGER audit_no_update;
