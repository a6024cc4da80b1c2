//! The texts of every enum: `api.md`'s, each read back, nothing else taken.

use std::{
    fmt::{Debug, Display},
    str::FromStr,
};

use wallet_rules::{
    UnknownText,
    booking::{BookingStatus, PaymentMethod, PaymentStatus},
    identity::IdentifierKind,
    ledger::{AccountKind, OutsideKind, PostingKind, ReferenceType, StatementType},
    occasion::{NotificationType, Subject},
    payout::PayoutStatus,
    people::{DocumentType, Relationship},
    plan::{BeyondCap, CeilingPeriod, PlanKey},
};

fn check<T>(all: &[T], as_str: impl Fn(T) -> &'static str, expect: &str)
where
    T: Copy + Debug + Display + PartialEq + FromStr<Err = UnknownText>,
{
    let texts: Vec<_> = all.iter().map(|&value| as_str(value)).collect();
    assert_eq!(texts.join(" "), expect);
    for &value in all {
        assert_eq!(as_str(value).parse(), Ok(value));
        assert_eq!(value.to_string(), as_str(value));
        for other in [format!(" {value}"), format!("{value}s"), as_str(value).to_uppercase()] {
            if other != as_str(value) {
                assert!(other.parse::<T>().is_err(), "{other:?}");
            }
        }
    }
    assert!("".parse::<T>().is_err());
}

#[test]
fn every_value_has_its_text() {
    check(BookingStatus::ALL, BookingStatus::as_str, "pre_booked confirmed completed cancelled");
    check(
        PaymentMethod::ALL,
        PaymentMethod::as_str,
        "online bank_transfer cash wallet emi_auto_fill emi_deduction",
    );
    check(PaymentStatus::ALL, PaymentStatus::as_str, "pending completed failed refunded");
    check(PayoutStatus::ALL, PayoutStatus::as_str, "pending processing completed rejected cancelled failed");
    check(
        StatementType::ALL,
        StatementType::as_str,
        "REFERRAL_BONUS BINARY_PAIR EMI_DEDUCTION RESERVE_DEDUCTION PAYOUT DEPOSIT REFUND BOOKING_PAYMENT",
    );
    check(
        AccountKind::ALL,
        AccountKind::as_str,
        "wallet booking hold emi_reserve reserve commission tds_payable \
         outside:online outside:bank_transfer outside:cash outside:bank",
    );
    check(OutsideKind::ALL, OutsideKind::as_str, "online bank_transfer cash bank");
    check(
        PostingKind::ALL,
        PostingKind::as_str,
        "payment_from_outside payment_from_wallet emi_reserve_applied referral_bonus pair_earning \
         payout_requested payout_processed payout_completed payout_returned payout_failed",
    );
    check(ReferenceType::ALL, ReferenceType::as_str, "payment pair payout");
    check(IdentifierKind::ALL, IdentifierKind::as_str, "email mobile");
    check(Relationship::ALL, Relationship::as_str, "spouse son daughter father mother brother sister other");
    check(NotificationType::ALL, NotificationType::as_str, "booking payment wallet binary payout kyc system");
    check(Subject::ALL, Subject::as_str, "booking payment pair payout kyc");
    check(DocumentType::ALL, DocumentType::as_str, "tds_certificate pan_card aadhaar bank_statement other");
    check(BeyondCap::ALL, BeyondCap::as_str, "carry_forward flush");
    check(CeilingPeriod::ALL, CeilingPeriod::as_str, "payout financial_year");
    check(
        PlanKey::ALL,
        PlanKey::as_str,
        "PRE_BOOKING_MIN_AMOUNT ACTIVE_BUYER_THRESHOLD REFERRAL_BONUS_PERCENTAGE BINARY_PAIR_AMOUNT \
         BINARY_PAIR_EARNING MAX_EARNINGS_BEFORE_ACTIVE_BUYER EMI_DEDUCTION_PERCENTAGE \
         RESERVE_DEDUCTION_PERCENTAGE MAX_BINARY_PAIRS_PER_MONTH PAIRS_BEYOND_CAP TDS_PERCENTAGE \
         TDS_CEILING TDS_CEILING_PERIOD PAYOUT_MIN_AMOUNT PAYOUT_REQUIRES_KYC",
    );
}

#[test]
fn an_unknown_text_is_not_repeated() {
    let error = "2341 2341 2346".parse::<BookingStatus>().unwrap_err();
    assert_eq!(error.to_string(), "not a booking status");
    assert!(!format!("{error:?}").contains("2341"));
}

#[cfg(feature = "serde")]
#[test]
fn the_wire_has_the_same_texts() {
    use wallet_rules::calendar::{Instant, Month};

    let instant = Instant::parse_rfc3339("2026-11-22T04:00:00Z").unwrap();
    let json = serde_json::to_string(&(PayoutStatus::Processing, instant, instant.month())).unwrap();
    assert_eq!(json, r#"["processing","2026-11-22T09:30:00.000000+05:30","2026-11"]"#);
    let back: (PayoutStatus, Instant, Month) = serde_json::from_str(&json).unwrap();
    assert_eq!(back, (PayoutStatus::Processing, instant, instant.month()));
    assert!(serde_json::from_str::<PaymentMethod>(r#""cheque""#).is_err());
    assert!(serde_json::from_str::<PaymentMethod>("0").is_err());
}
