//! The tables as diesel knows them; `tests/main/schema.rs` compares them with both migration folders.
#![allow(missing_docs)]

diesel::table! {
    plans (version) {
        version -> Integer,
        effective_from -> Timestamp,
        pre_booking_min_amount -> BigInt,
        active_buyer_threshold -> BigInt,
        referral_bonus_percentage -> Text,
        binary_pair_amount -> BigInt,
        binary_pair_earning -> BigInt,
        max_earnings_before_active_buyer -> Integer,
        emi_deduction_percentage -> Text,
        reserve_deduction_percentage -> Text,
        max_binary_pairs_per_month -> Integer,
        pairs_beyond_cap -> Text,
        tds_percentage -> Text,
        tds_ceiling -> BigInt,
        tds_ceiling_period -> Text,
        payout_min_amount -> BigInt,
        payout_requires_kyc -> Bool,
        created_at -> Timestamp,
    }
}

diesel::table! {
    users (id) {
        id -> BigInt,
        username -> Text,
        email -> Nullable<Text>,
        mobile -> Nullable<Text>,
        first_name -> Text,
        last_name -> Text,
        gender -> Nullable<Text>,
        date_of_birth -> Nullable<Date>,
        address_line1 -> Text,
        address_line2 -> Text,
        city -> Text,
        state -> Text,
        pincode -> Text,
        country -> Text,
        role -> Text,
        is_superuser -> Bool,
        is_distributor -> Bool,
        is_active -> Bool,
        is_active_buyer -> Bool,
        active_buyer_since -> Nullable<Timestamp>,
        qualified_at -> Nullable<Timestamp>,
        referral_code -> Text,
        sponsor_id -> Nullable<BigInt>,
        pairs_shown -> BigInt,
        lock_no -> BigInt,
        date_joined -> Timestamp,
        last_login -> Nullable<Timestamp>,
        updated_at -> Timestamp,
        anonymised_at -> Nullable<Timestamp>,
        tokens_from -> Nullable<Timestamp>,
    }
}

diesel::table! {
    otps (id) {
        id -> BigInt,
        identifier -> Text,
        purpose -> Text,
        code_hash -> Text,
        tries -> Integer,
        expires_at -> Timestamp,
        created_at -> Timestamp,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        user_id -> BigInt,
        refresh_jti -> Text,
        created_at -> Timestamp,
        refreshed_at -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        ended_because -> Nullable<Text>,
        second_factor_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    files (id) {
        id -> BigInt,
        user_id -> BigInt,
        storage_name -> Text,
        content_type -> Text,
        bytes -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    kycs (id) {
        id -> BigInt,
        user_id -> BigInt,
        status -> Text,
        pan_sealed -> Text,
        pan_hash -> Text,
        aadhaar_last4 -> Text,
        aadhaar_hash -> Text,
        address_line1 -> Text,
        address_line2 -> Text,
        city -> Text,
        state -> Text,
        pincode -> Text,
        country -> Text,
        pan_file_id -> Nullable<BigInt>,
        aadhaar_front_file_id -> Nullable<BigInt>,
        aadhaar_back_file_id -> Nullable<BigInt>,
        bank_name -> Text,
        account_sealed -> Text,
        ifsc_code -> Text,
        account_holder_name -> Text,
        submitted_at -> Timestamp,
        reviewed_at -> Nullable<Timestamp>,
        reviewed_by -> Nullable<BigInt>,
        rejection_reason -> Text,
    }
}

diesel::table! {
    accounts (id) {
        id -> BigInt,
        kind -> Text,
        owner_id -> BigInt,
        user_id -> Nullable<BigInt>,
        balance -> Nullable<BigInt>,
        last_entry_no -> Nullable<BigInt>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    wallets (id) {
        id -> BigInt,
        user_id -> BigInt,
        total_earned -> BigInt,
        total_withdrawn -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    ledger_transactions (id) {
        id -> BigInt,
        kind -> Text,
        tx_key -> Text,
        reference_type -> Text,
        reference_id -> BigInt,
        caused_by -> Text,
        corrects_id -> Nullable<BigInt>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    ledger_entries (id) {
        id -> BigInt,
        transaction_id -> BigInt,
        account_id -> BigInt,
        counter_account_id -> BigInt,
        amount -> BigInt,
        statement_type -> Nullable<Text>,
        entry_no -> Nullable<BigInt>,
        balance_after -> Nullable<BigInt>,
        business_date -> Date,
        created_at -> Timestamp,
    }
}

diesel::table! {
    bookings (id) {
        id -> BigInt,
        user_id -> BigInt,
        booking_number -> Text,
        vehicle_model -> Text,
        vehicle_variant -> Text,
        booking_amount -> BigInt,
        total_amount -> BigInt,
        total_paid -> BigInt,
        status -> Text,
        emi_amount -> Nullable<BigInt>,
        emi_count -> Nullable<Integer>,
        emi_start_date -> Nullable<Date>,
        plan_version -> Integer,
        lock_no -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        confirmed_at -> Nullable<Timestamp>,
        completed_at -> Nullable<Timestamp>,
        cancelled_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    payouts (id) {
        id -> BigInt,
        user_id -> BigInt,
        requested_amount -> BigInt,
        tds_amount -> BigInt,
        emi_auto_filled -> Bool,
        emi_amount -> BigInt,
        net_amount -> BigInt,
        bank_name -> Text,
        account_sealed -> Text,
        account_last4 -> Text,
        ifsc_code -> Text,
        account_holder_name -> Text,
        pan_sealed -> Text,
        status -> Text,
        transaction_id -> Text,
        rejection_reason -> Text,
        notes -> Text,
        plan_version -> Integer,
        created_at -> Timestamp,
        processed_at -> Nullable<Timestamp>,
        processed_by -> Nullable<BigInt>,
        completed_at -> Nullable<Timestamp>,
        ended_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    payments (id) {
        id -> BigInt,
        booking_id -> BigInt,
        user_id -> BigInt,
        amount -> BigInt,
        payment_method -> Text,
        transaction_id -> Text,
        gateway_reference -> Nullable<Text>,
        status -> Text,
        notes -> Text,
        plan_version -> Integer,
        referral_bonus -> BigInt,
        payout_id -> Nullable<BigInt>,
        pair_id -> Nullable<BigInt>,
        payment_date -> Timestamp,
        completed_at -> Nullable<Timestamp>,
        decided_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    payout_parts (id) {
        id -> BigInt,
        payout_id -> BigInt,
        booking_id -> BigInt,
        number -> Integer,
        amount -> BigInt,
    }
}

diesel::table! {
    tds_register (id) {
        id -> BigInt,
        user_id -> BigInt,
        payout_id -> BigInt,
        transaction_id -> BigInt,
        pan_sealed -> Text,
        financial_year -> Text,
        quarter -> Integer,
        total_payout -> BigInt,
        tds_deducted -> BigInt,
        business_date -> Date,
        created_at -> Timestamp,
    }
}

diesel::table! {
    tree_events (id) {
        id -> BigInt,
        seq -> Nullable<BigInt>,
        kind -> Text,
        member_id -> Nullable<BigInt>,
        sponsor_id -> Nullable<BigInt>,
        side -> Nullable<Text>,
        active -> Nullable<Bool>,
        plan_version -> Nullable<Integer>,
        month -> Nullable<Integer>,
        at -> Timestamp,
        effective_at -> Nullable<Timestamp>,
        refused -> Nullable<Text>,
        caused_by -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    nodes (user_id) {
        user_id -> BigInt,
        parent_id -> Nullable<BigInt>,
        side -> Nullable<Text>,
        level -> BigInt,
        position -> Nullable<BigInt>,
        joined_seq -> BigInt,
        qualified_seq -> Nullable<BigInt>,
        active_buyer -> Bool,
        formed -> BigInt,
        flushed -> BigInt,
        month -> Integer,
        formed_in_month -> Integer,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    pairs (id) {
        id -> BigInt,
        user_id -> BigInt,
        left_user_id -> BigInt,
        right_user_id -> BigInt,
        pair_number -> Nullable<BigInt>,
        status -> Text,
        pair_amount -> BigInt,
        earning_amount -> BigInt,
        emi_deducted -> BigInt,
        reserve_deducted -> BigInt,
        net_amount -> BigInt,
        active_buyer -> Bool,
        plan_version -> Integer,
        seq -> BigInt,
        pair_month -> Integer,
        pair_year -> Integer,
        matched_at -> Timestamp,
        created_at -> Timestamp,
        processed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    matcher (id) {
        id -> Integer,
        seq -> BigInt,
        part -> BigInt,
        epoch -> BigInt,
        lease_owner -> Text,
        lease_until -> Timestamp,
    }
}

diesel::table! {
    outbox (id) {
        id -> BigInt,
        kind -> Text,
        task_key -> Text,
        subject_id -> BigInt,
        payload -> Text,
        attempts -> Integer,
        next_at -> Nullable<Timestamp>,
        done_at -> Nullable<Timestamp>,
        gave_up_at -> Nullable<Timestamp>,
        last_error -> Text,
        caused_by -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    idempotency_keys (id) {
        id -> BigInt,
        user_id -> BigInt,
        path -> Text,
        idem_key -> Text,
        body_hash -> Text,
        reply -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    scheduled_runs (id) {
        id -> BigInt,
        job -> Text,
        period -> Text,
        done_at -> Timestamp,
    }
}

diesel::table! {
    house_checkpoints (id) {
        id -> BigInt,
        account_id -> BigInt,
        through_entry_id -> BigInt,
        balance -> BigInt,
        sealed_at -> Timestamp,
    }
}

diesel::table! {
    dead_tokens (id) {
        id -> BigInt,
        jti_hash -> Text,
        expires_at -> Timestamp,
        created_at -> Timestamp,
    }
}

diesel::table! {
    second_factors (user_id) {
        user_id -> BigInt,
        secret_sealed -> Text,
        confirmed_at -> Nullable<Timestamp>,
        last_step -> Nullable<BigInt>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    audit (id) {
        id -> BigInt,
        actor_id -> Nullable<BigInt>,
        action -> Text,
        subject_id -> Nullable<BigInt>,
        row_type -> Text,
        row_id -> Nullable<BigInt>,
        state_before -> Text,
        state_after -> Text,
        client_address -> Text,
        request_id -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    dead_letters (id) {
        id -> BigInt,
        task -> Text,
        task_id -> Text,
        body -> Text,
        reason -> Text,
        received_at -> Timestamp,
    }
}

diesel::table! {
    nominees (id) {
        id -> BigInt,
        user_id -> BigInt,
        full_name -> Text,
        relationship -> Text,
        date_of_birth -> Nullable<Date>,
        mobile -> Text,
        email -> Text,
        address_line1 -> Text,
        address_line2 -> Text,
        city -> Text,
        state -> Text,
        pincode -> Text,
        id_proof_type -> Text,
        id_proof_sealed -> Text,
        id_proof_file_id -> Nullable<BigInt>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    notifications (id) {
        id -> BigInt,
        user_id -> BigInt,
        occasion -> Text,
        notification_type -> Text,
        title -> Text,
        message -> Text,
        reference_type -> Text,
        reference_id -> BigInt,
        read_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    compliance_documents (id) {
        id -> BigInt,
        user_id -> BigInt,
        document_type -> Text,
        title -> Text,
        description -> Text,
        file_id -> BigInt,
        uploaded_at -> Timestamp,
        verified_at -> Nullable<Timestamp>,
        verified_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    tds_certificates (id) {
        id -> BigInt,
        user_id -> BigInt,
        financial_year -> Text,
        quarter -> Integer,
        certificate_number -> Text,
        file_id -> BigInt,
        attached_at -> Timestamp,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    plans,
    users,
    otps,
    sessions,
    files,
    kycs,
    accounts,
    wallets,
    ledger_transactions,
    ledger_entries,
    bookings,
    payouts,
    payments,
    payout_parts,
    tds_register,
    tree_events,
    nodes,
    pairs,
    matcher,
    outbox,
    idempotency_keys,
    scheduled_runs,
    house_checkpoints,
    dead_tokens,
    second_factors,
    audit,
    dead_letters,
    nominees,
    notifications,
    compliance_documents,
    tds_certificates
);
