//! What members are told, and that each occasion has a key of its own.

use std::collections::BTreeSet;

use money::Paise;
use wallet_rules::{
    booking::{BookingStatus, PaymentMethod},
    earning::PairSplit,
    occasion::{NotificationType, Occasion, Subject},
    payout::PayoutStatus,
    people::KycStatus,
};

fn rupees(text: &str) -> Paise {
    text.parse().unwrap()
}

fn payment(moved_to: Option<BookingStatus>, method: PaymentMethod, remaining: &str) -> Occasion<'static> {
    Occasion::Payment {
        payment: 7,
        amount: rupees("150000.00"),
        method,
        booking: 3,
        booking_number: "EV7K2M9QAB",
        remaining: rupees(remaining),
        moved_to,
    }
}

fn payout(status: PayoutStatus, [requested, tax, emi, net]: [&str; 4]) -> Occasion<'static> {
    Occasion::Payout {
        payout: 5,
        status,
        requested: rupees(requested),
        tax: rupees(tax),
        emi: rupees(emi),
        net: rupees(net),
        reason: "the account is closed.",
    }
}

fn kyc(status: KycStatus) -> Occasion<'static> {
    Occasion::Kyc { kyc: 2, review: 1, status, reason: "the photo is dark" }
}

#[test]
fn members_are_told_in_their_words() {
    let plain = ["10000.00", "500.00", "0.00", "9500.00"];
    let filled = ["10000.00", "500.00", "8000.00", "1500.00"];
    let split = |gross: &str, emi: &str, reserve: &str, net: &str| PairSplit {
        gross: rupees(gross),
        emi: rupees(emi),
        reserve: rupees(reserve),
        net: rupees(net),
    };
    for (occasion, title, message) in [
        (
            payment(None, PaymentMethod::Online, "1000000.00"),
            "Payment of ₹1,50,000.00 received",
            "₹1,50,000.00 was paid on booking EV7K2M9QAB. ₹10,00,000.00 remains to be paid.",
        ),
        (
            payment(Some(BookingStatus::Confirmed), PaymentMethod::Wallet, "0.50"),
            "Booking EV7K2M9QAB is confirmed",
            "₹1,50,000.00 was paid on booking EV7K2M9QAB out of your wallet. The booking is confirmed. ₹0.50 remains \
             to be paid.",
        ),
        (
            payment(Some(BookingStatus::Completed), PaymentMethod::EmiDeduction, "0.00"),
            "Booking EV7K2M9QAB is paid in full",
            "₹1,50,000.00 was paid on booking EV7K2M9QAB out of your EMI deductions. Nothing remains to be paid.",
        ),
        (
            Occasion::Pair { pair: 9, number: 7, split: split("500.00", "100.00", "50.00", "350.00") },
            "Pair 7 earned ₹500.00",
            "Pair 7 earned you ₹500.00. ₹100.00 of it went to EMI. ₹50.00 of it went to your reserve. ₹350.00 is in \
             your wallet.",
        ),
        (
            Occasion::Pair { pair: 9, number: 1, split: split("500.00", "0.00", "0.00", "500.00") },
            "Pair 1 earned ₹500.00",
            "Pair 1 earned you ₹500.00.",
        ),
        (
            payout(PayoutStatus::Pending, filled),
            "Payout of ₹10,000.00 requested",
            "You asked for a payout of ₹10,000.00. ₹500.00 of it is tax. ₹8,000.00 of it pays instalments. ₹1,500.00 \
             of it goes to your bank.",
        ),
        (
            payout(PayoutStatus::Processing, plain),
            "Payout of ₹10,000.00 is being paid",
            "Your payout of ₹10,000.00 is with the bank. ₹500.00 of it is tax. ₹9,500.00 of it goes to your bank.",
        ),
        (
            payout(PayoutStatus::Completed, plain),
            "Payout of ₹10,000.00 is complete",
            "₹9,500.00 of your payout of ₹10,000.00 was paid to your bank.",
        ),
        (
            payout(PayoutStatus::Completed, ["100.00", "5.00", "95.00", "0.00"]),
            "Payout of ₹100.00 is complete",
            "Your payout of ₹100.00 is complete. ₹5.00 of it is tax. ₹95.00 of it pays instalments.",
        ),
        (
            payout(PayoutStatus::Rejected, plain),
            "Payout of ₹10,000.00 was rejected",
            "Your payout of ₹10,000.00 was rejected: the account is closed. The whole ₹10,000.00 is back in your \
             wallet.",
        ),
        (
            payout(PayoutStatus::Cancelled, plain),
            "Payout of ₹10,000.00 was cancelled",
            "You cancelled your payout of ₹10,000.00. The whole ₹10,000.00 is back in your wallet.",
        ),
        (
            payout(PayoutStatus::Failed, filled),
            "Payout of ₹10,000.00 failed",
            "The bank could not pay your payout of ₹10,000.00: the account is closed. ₹2,000.00 is back in your \
             wallet. The ₹8,000.00 that paid your instalments stay paid.",
        ),
        (kyc(KycStatus::Approved), "KYC approved", "Your KYC is approved. You can ask for payouts now."),
        (
            kyc(KycStatus::Rejected),
            "KYC rejected",
            "Your KYC was rejected: the photo is dark. Please correct it and send it again.",
        ),
    ] {
        assert_eq!((occasion.title().as_str(), occasion.message().as_str()), (title, message));
    }
}

#[test]
fn each_occasion_is_one_and_leads_to_its_row() {
    let amounts = ["10.00", "0.50", "0.00", "9.50"];
    let bonus = Occasion::Bonus { payment: 7, paid: rupees("500.00"), bonus: rupees("25.00") };
    let split = PairSplit::FLUSHED;
    let mut occasions = vec![
        (payment(None, PaymentMethod::Cash, "1.00"), NotificationType::Payment, (Subject::Payment, 7)),
        (bonus, NotificationType::Wallet, (Subject::Payment, 7)),
        (Occasion::Pair { pair: 9, number: 7, split }, NotificationType::Binary, (Subject::Pair, 9)),
        (kyc(KycStatus::Approved), NotificationType::Kyc, (Subject::Kyc, 2)),
    ];
    for status in PayoutStatus::ALL {
        occasions.push((payout(*status, amounts), NotificationType::Payout, (Subject::Payout, 5)));
    }
    let keys: BTreeSet<String> = occasions.iter().map(|(occasion, ..)| occasion.key()).collect();
    assert_eq!(keys.len(), occasions.len());
    for (occasion, kind, subject) in occasions {
        assert_eq!((occasion.notification_type(), occasion.subject()), (kind, subject));
    }
    // a payment is told of once, whatever it did to its booking
    let confirming = payment(Some(BookingStatus::Confirmed), PaymentMethod::Cash, "1.00");
    assert_eq!(confirming.key(), payment(None, PaymentMethod::Cash, "1.00").key());
    assert_eq!(
        (confirming.notification_type(), confirming.subject()),
        (NotificationType::Booking, (Subject::Booking, 3))
    );
    let largest = Paise::new(i64::MAX);
    let long = Occasion::Bonus { payment: i64::MAX, paid: largest, bonus: largest };
    assert!(long.key().len() <= 64 && long.title().chars().count() <= 100);
}
