DROP TRIGGER nodes_frozen_update;
