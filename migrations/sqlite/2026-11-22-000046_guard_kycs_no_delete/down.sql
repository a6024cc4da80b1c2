DROP TRIGGER kycs_no_delete;
