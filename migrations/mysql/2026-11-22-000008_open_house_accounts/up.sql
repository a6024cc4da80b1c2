INSERT INTO accounts (id, kind, owner_id, user_id, balance, last_entry_no, created_at) VALUES
    (1, 'commission', 0, NULL, NULL, NULL, '2026-01-01 00:00:00'),
    (2, 'tds_payable', 0, NULL, NULL, NULL, '2026-01-01 00:00:00'),
    (3, 'outside:online', 0, NULL, NULL, NULL, '2026-01-01 00:00:00'),
    (4, 'outside:bank_transfer', 0, NULL, NULL, NULL, '2026-01-01 00:00:00'),
    (5, 'outside:cash', 0, NULL, NULL, NULL, '2026-01-01 00:00:00'),
    (6, 'outside:bank', 0, NULL, NULL, NULL, '2026-01-01 00:00:00');
