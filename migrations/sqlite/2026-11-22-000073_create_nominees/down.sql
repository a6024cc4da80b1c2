DROP TABLE nominees;
