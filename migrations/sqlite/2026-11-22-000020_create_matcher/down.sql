DROP TABLE matcher;
