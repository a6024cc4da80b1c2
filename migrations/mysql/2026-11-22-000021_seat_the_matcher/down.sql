DELETE FROM matcher;
