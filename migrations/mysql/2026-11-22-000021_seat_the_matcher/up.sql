INSERT INTO matcher (id, seq, part, epoch, lease_owner, lease_until) VALUES (1, 0, 0, 0, '', '2026-01-01 00:00:00');
