//! The statements of a profile, a payment, its task and a booking, as MariaDB's general log showed them; a task's row is found
//! by its key, since nobody tells its number.

pub const STANDING: &str = "SELECT `users`.`role`, `users`.`is_superuser`, `users`.`is_active`, `sessions`.`id` FROM (`users` \
     LEFT OUTER JOIN `sessions` ON (((`sessions`.`id` = ?) AND (`sessions`.`user_id` = `users`.`id`)) \
     AND (`sessions`.`ended_at` IS NULL))) WHERE (`users`.`id` = ?) LIMIT ?";
pub const USER: &str = "SELECT `users`.`id`, `users`.`username`, `users`.`email`, `users`.`mobile`, `users`.`first_name`, \
     `users`.`last_name`, `users`.`gender`, `users`.`date_of_birth`, `users`.`address_line1`, \
     `users`.`address_line2`, `users`.`city`, `users`.`state`, `users`.`pincode`, `users`.`country`, \
     `users`.`role`, `users`.`is_superuser`, `users`.`is_distributor`, `users`.`is_active`, \
     `users`.`is_active_buyer`, `users`.`referral_code`, `users`.`sponsor_id`, `users`.`date_joined`, \
     `users`.`last_login` FROM `users` WHERE (`users`.`id` = ?) LIMIT ?";
pub const STANDS: &str = "SELECT `kycs`.`status`, `nominees`.`id` FROM ((`users` LEFT OUTER JOIN `kycs` ON (`kycs`.`user_id` = \
     `users`.`id`)) LEFT OUTER JOIN `nominees` ON (`nominees`.`user_id` = `users`.`id`)) WHERE (`users`.`id` = ?) LIMIT ?";
pub const BUYER: &str = "SELECT `users`.`id`, `users`.`sponsor_id`, `users`.`active_buyer_since`, `users`.`qualified_at` \
     FROM `users` WHERE (`users`.`id` = ?) LIMIT ?";
pub const BOOKING: &str = "SELECT `bookings`.`id`, `bookings`.`user_id`, `bookings`.`booking_number`, \
     `bookings`.`vehicle_model`, `bookings`.`vehicle_variant`, `bookings`.`booking_amount`, \
     `bookings`.`total_amount`, `bookings`.`total_paid`, `bookings`.`status`, `bookings`.`emi_amount`, \
     `bookings`.`emi_count`, `bookings`.`emi_start_date`, `bookings`.`plan_version`, \
     `bookings`.`created_at`, `bookings`.`updated_at`, `bookings`.`confirmed_at`, \
     `bookings`.`completed_at` FROM `bookings` WHERE (`bookings`.`id` = ?) LIMIT ?";
pub const PLAN: &str = "SELECT `plans`.`version`, `plans`.`effective_from`, `plans`.`pre_booking_min_amount`, \
     `plans`.`active_buyer_threshold`, `plans`.`referral_bonus_percentage`, \
     `plans`.`binary_pair_amount`, `plans`.`binary_pair_earning`, \
     `plans`.`max_earnings_before_active_buyer`, `plans`.`emi_deduction_percentage`, \
     `plans`.`reserve_deduction_percentage`, `plans`.`max_binary_pairs_per_month`, \
     `plans`.`pairs_beyond_cap`, `plans`.`tds_percentage`, `plans`.`tds_ceiling`, \
     `plans`.`tds_ceiling_period`, `plans`.`payout_min_amount`, `plans`.`payout_requires_kyc` FROM \
     `plans` WHERE (`plans`.`effective_from` <= ?) ORDER BY `plans`.`effective_from` DESC LIMIT ?";
pub const PAID: &str = "SELECT `bookings`.`total_paid` FROM `bookings` WHERE ((`bookings`.`user_id` = ?) AND \
     (`bookings`.`total_paid` > ?))";
pub const POSTED: &str = "SELECT `ledger_transactions`.`id` FROM `ledger_transactions` WHERE (`ledger_transactions`.`tx_key` \
     = ?) LIMIT ?";
pub const ACCOUNTS: &str = "SELECT `accounts`.`kind`, `accounts`.`owner_id`, `accounts`.`id`, `accounts`.`balance` FROM \
     `accounts` WHERE (((`accounts`.`kind` = ?) AND (`accounts`.`owner_id` = ?)) OR ((`accounts`.`kind` = ?) AND \
     (`accounts`.`owner_id` = ?)))";
pub const BALANCE: &str = "SELECT `accounts`.`balance`, `accounts`.`last_entry_no` FROM `accounts` WHERE (`accounts`.`id` = \
     ?) LIMIT ?";
pub const BALANCES: &str = "SELECT `accounts`.`kind`, `accounts`.`balance` FROM `accounts` WHERE ((`accounts`.`user_id` = ?) \
     AND (`accounts`.`kind` != ?))";
pub const TAKE_KEY: &str = "INSERT INTO `idempotency_keys` (`user_id`, `path`, `idem_key`, `body_hash`, `reply`, `created_at`) \
     VALUES (?, ?, ?, ?, ?, ?)";
pub const LOCK_USER: &str = "UPDATE `users` SET `lock_no` = (`users`.`lock_no` + ?) WHERE (`users`.`id` = ?)";
pub const LOCK_BOOKING: &str =
    "UPDATE `bookings` SET `lock_no` = (`bookings`.`lock_no` + ?) WHERE (`bookings`.`id` = ?)";
pub const INSERT_PAYMENT: &str = "INSERT INTO `payments` (`booking_id`, `user_id`, `amount`, `payment_method`, `transaction_id`, \
     `status`, `notes`, `plan_version`, `referral_bonus`, `payout_id`, `pair_id`, `payment_date`) \
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
pub const COMPLETE_PAYMENT: &str = "UPDATE `payments` SET `status` = ?, `completed_at` = ?, `referral_bonus` = ?, `plan_version` = ?, \
     `gateway_reference` = ?, `transaction_id` = ?, `notes` = ?, `decided_by` = ? WHERE \
     ((`payments`.`id` = ?) AND (`payments`.`status` = ?))";
pub const SET_PAID: &str = "UPDATE `bookings` SET `total_paid` = ?, `status` = ?, `confirmed_at` = ?, `completed_at` = ?, \
     `updated_at` = ? WHERE (((`bookings`.`id` = ?) AND (`bookings`.`total_paid` = ?)) AND \
     (`bookings`.`status` = ?))";
pub const ANNOUNCE: &str = "INSERT INTO `outbox` (`kind`, `task_key`, `subject_id`, `payload`, `attempts`, `next_at`, \
     `last_error`, `caused_by`, `created_at`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
pub const TELL: &str = "INSERT INTO `notifications` (`user_id`, `occasion`, `notification_type`, `title`, `message`, \
     `reference_type`, `reference_id`, `created_at`) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
pub const MOVE_BALANCE: &str = "UPDATE `accounts` SET `balance` = (`accounts`.`balance` + ?), `last_entry_no` = \
     (`accounts`.`last_entry_no` + ?) WHERE ((`accounts`.`id` = ?) AND ((`accounts`.`balance` + ?) >= \
     ?))";
pub const INSERT_TRANSACTION: &str = "INSERT INTO `ledger_transactions` (`kind`, `tx_key`, `reference_type`, `reference_id`, \
     `caused_by`, `created_at`) VALUES (?, ?, ?, ?, ?, ?)";
pub const INSERT_ENTRIES: &str = "INSERT INTO `ledger_entries` (`transaction_id`, `account_id`, `counter_account_id`, `amount`, \
     `statement_type`, `entry_no`, `balance_after`, `business_date`, `created_at`) VALUES (?, ?, ?, ?, \
     ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?, ?, ?, ?)";
pub const KEEP_REPLY: &str = "UPDATE `idempotency_keys` SET `reply` = ? WHERE (((`idempotency_keys`.`user_id` = ?) AND \
     (`idempotency_keys`.`path` = ?)) AND (`idempotency_keys`.`idem_key` = ?))";
pub const INSERT_BOOKING: &str = "INSERT INTO `bookings` (`user_id`, `booking_number`, `vehicle_model`, `vehicle_variant`, \
     `booking_amount`, `total_amount`, `total_paid`, `status`, `emi_amount`, `emi_count`, \
     `emi_start_date`, `plan_version`, `created_at`, `updated_at`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, \
     ?, ?, ?, ?, ?)";
pub const OPEN_ACCOUNT: &str = "INSERT INTO `accounts` (`kind`, `owner_id`, `user_id`, `balance`, `last_entry_no`, `created_at`) \
     VALUES (?, ?, ?, ?, ?, ?)";
pub const CONTACT: &str =
    "SELECT `users`.`id`, `users`.`email`, `users`.`mobile` FROM `users` WHERE (`users`.`id` = ?) LIMIT ?";
pub const TASK: &str = "SELECT `outbox`.`id`, `outbox`.`kind`, `outbox`.`task_key`, `outbox`.`subject_id`, `outbox`.`payload`, \
     `outbox`.`attempts`, `outbox`.`next_at`, `outbox`.`done_at`, `outbox`.`gave_up_at`, `outbox`.`last_error`, \
     `outbox`.`caused_by`, `outbox`.`created_at` FROM `outbox` WHERE (`outbox`.`task_key` = ?) LIMIT ?";
pub const CLAIM: &str = "UPDATE `outbox` SET `attempts` = (`outbox`.`attempts` + ?), `next_at` = ? WHERE \
     (((`outbox`.`task_key` = ?) AND (`outbox`.`next_at` <= ?)) AND (`outbox`.`attempts` = ?))";
pub const FINISH: &str = "UPDATE `outbox` SET `done_at` = ?, `next_at` = ? WHERE ((`outbox`.`task_key` = ?) AND \
     (`outbox`.`next_at` IS NOT NULL))";
pub const PAYMENT: &str = "SELECT `payments`.`id`, `payments`.`booking_id`, `payments`.`user_id`, `payments`.`amount`, \
     `payments`.`payment_method`, `payments`.`transaction_id`, `payments`.`status`, `payments`.`notes`, \
     `payments`.`plan_version`, `payments`.`referral_bonus`, `payments`.`payout_id`, `payments`.`pair_id`, \
     `payments`.`payment_date`, `payments`.`completed_at` FROM `payments` WHERE (`payments`.`id` = ?) LIMIT ?";
pub const SPONSOR: &str = "SELECT `users`.`sponsor_id` FROM `users` WHERE (`users`.`id` = ?) LIMIT ?";
pub const EARN: &str = "UPDATE `wallets` SET `total_earned` = (`wallets`.`total_earned` + ?), `updated_at` = ? WHERE \
     (`wallets`.`user_id` = ?)";
