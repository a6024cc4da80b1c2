DROP TABLE house_checkpoints;
