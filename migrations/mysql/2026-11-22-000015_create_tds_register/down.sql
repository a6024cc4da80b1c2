DROP TABLE tds_register;
