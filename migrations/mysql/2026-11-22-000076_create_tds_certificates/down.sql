DROP TABLE tds_certificates;
