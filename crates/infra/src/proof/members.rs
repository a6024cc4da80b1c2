//! What is kept about members against what they did.

use super::{Check, Unit};

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "qualifications",
        text: "user {id}: the moment of qualifying is not that of one of the confirmed bookings",
        unit: Unit::Number,
        sql: "SELECT u.id AS subject, NULL AS expected, NULL AS found FROM users u
            WHERE (u.qualified_at IS NULL
                    AND EXISTS (SELECT 1 FROM bookings b WHERE b.user_id = u.id AND b.confirmed_at IS NOT NULL))
                OR (u.qualified_at IS NOT NULL
                    AND NOT EXISTS (SELECT 1 FROM bookings b
                        WHERE b.user_id = u.id AND b.confirmed_at = u.qualified_at))",
    },
    Check {
        name: "qualifications_are_logged",
        text: "user {id}: the tree's log says {found} times that the member qualified, not {expected}",
        unit: Unit::Number,
        sql: "SELECT u.id AS subject, COUNT(q.id) AS found,
                CASE WHEN u.qualified_at IS NULL THEN 0 ELSE 1 END AS expected
            FROM users u
            JOIN tree_events j ON j.member_id = u.id AND j.kind = 'join'
            LEFT JOIN tree_events q ON q.member_id = u.id AND q.kind = 'qualify'
            GROUP BY u.id, u.qualified_at
            HAVING COUNT(q.id) <> CASE WHEN u.qualified_at IS NULL THEN 0 ELSE 1 END",
    },
    Check {
        name: "active_buyers_are_logged",
        text: "user {id}: the tree's log says {found} of being an Active Buyer, the account says {expected}",
        unit: Unit::Number,
        sql: "SELECT subject, expected, found FROM (
            SELECT u.id AS subject, CASE WHEN u.is_active_buyer THEN 1 ELSE 0 END AS expected,
                COALESCE((SELECT CASE WHEN e.active THEN 1 ELSE 0 END FROM tree_events e
                    WHERE e.member_id = u.id AND e.kind = 'active_buyer'
                    ORDER BY e.id DESC LIMIT 1), 0) AS found
            FROM users u JOIN tree_events j ON j.member_id = u.id AND j.kind = 'join'
            ) buyers WHERE expected <> found",
    },
    Check {
        name: "joins_have_their_sponsors",
        text: "user {id}: the tree's log names sponsor {found}, the account {expected} (0: none)",
        unit: Unit::Number,
        sql: "SELECT u.id AS subject, COALESCE(u.sponsor_id, 0) AS expected,
                COALESCE(j.sponsor_id, 0) AS found
            FROM users u JOIN tree_events j ON j.member_id = u.id AND j.kind = 'join'
            WHERE COALESCE(u.sponsor_id, 0) <> COALESCE(j.sponsor_id, 0)",
    },
];
