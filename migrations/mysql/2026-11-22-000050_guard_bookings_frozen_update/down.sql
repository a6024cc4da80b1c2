DROP TRIGGER bookings_frozen_update;
