DROP TABLE payout_parts;
