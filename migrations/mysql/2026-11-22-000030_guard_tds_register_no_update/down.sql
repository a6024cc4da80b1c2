DROP TRIGGER tds_register_no_update;
