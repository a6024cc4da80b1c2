//! Identifiers and KYC numbers: what is taken, the one form it is kept in, and how little a mask shows.

use proptest::prelude::*;
use wallet_rules::identity::{
    Aadhaar, AccountNumber, Email, Identifier, IdentifierKind, IdentityError, Ifsc, Mobile, Pan, Pincode,
    mask_identifier,
};

#[test]
fn emails() {
    let cases = [
        ("asha@example.in", "asha@example.in", "a***@example.in"),
        ("Asha.Rao+ev@Example.IN", "asha.rao+ev@example.in", "a***@example.in"),
        ("x@y.z", "x@y.z", "x***@y.z"),
        ("José@x.in", "josé@x.in", "j***@x.in"),
    ];
    for (text, kept, masked) in cases {
        let email = Email::parse(text).unwrap();
        assert_eq!((email.as_str(), email.masked().as_str()), (kept, masked));
        assert_eq!(mask_identifier(kept), masked);
    }
    let long = format!("{}@{}.in", "a".repeat(64), "b".repeat(186));
    assert_eq!(long.len(), 254);
    assert!(Email::parse(&long).is_ok());
    let wrong = [
        "",
        "asha",
        "@",
        "asha@",
        "@example.in",
        "asha@example",
        "a@b@example.in",
        " asha@example.in",
        "asha@example.in ",
        "as ha@example.in",
        "asha@example.in\n",
        "asha@exa\u{0}mple.in",
        "asha@.in",
        "asha@example.",
        "asha@example..in",
        "asha,ravi@example.in",
        "<asha@example.in>",
    ];
    for text in wrong {
        assert_eq!(Email::parse(text), Err(IdentityError::NotAnEmail), "{text:?}");
    }
    assert!(Email::parse(&format!("{}@{}.in", "a".repeat(64), "b".repeat(187))).is_err());
    assert!(Email::parse(&format!("{}@example.in", "a".repeat(65))).is_err());
}

#[test]
fn mobiles() {
    for text in ["9012345601", "+919012345601", "919012345601", "09012345601"] {
        let mobile = Mobile::parse(text).unwrap();
        assert_eq!((mobile.as_str(), mobile.masked().as_str()), ("9012345601", "90******01"));
    }
    assert_eq!(mask_identifier("9012345601"), "90******01");
    // the country code's digits can begin a number, too
    assert_eq!(Mobile::parse("9198765432").unwrap().as_str(), "9198765432");
    let wrong = [
        "",
        "5012345601",
        "901234560",
        "90123456011",
        "+9109012345601",
        "00919012345601",
        "+9012345601",
        "90123 45601",
        "90123-45601",
        "९०१२३४५६०१",
        "90123456०1",
        "+9190123456",
        "९012345601",
    ];
    for text in wrong {
        assert_eq!(Mobile::parse(text), Err(IdentityError::NotAMobile), "{text:?}");
    }
}

#[test]
fn identifiers_are_of_the_kind_asked_for() {
    let email = Identifier::parse(IdentifierKind::Email, "A@example.in").unwrap();
    assert_eq!((email.kind(), email.as_str()), (IdentifierKind::Email, "a@example.in"));
    let mobile = Identifier::parse(IdentifierKind::Mobile, "+919012345601").unwrap();
    assert_eq!((mobile.kind(), mobile.as_str()), (IdentifierKind::Mobile, "9012345601"));
    assert!(Identifier::parse(IdentifierKind::Email, "9012345601").is_err());
    assert!(Identifier::parse(IdentifierKind::Mobile, "a@example.in").is_err());
}

#[test]
fn kyc_numbers() {
    assert_eq!(Pan::parse("abcpe1234f").unwrap().as_str(), "ABCPE1234F");
    for text in ["", "ABCPE1234", "ABCPE12345", "ABCP11234F", "ABCPE1234F ", "ABCPE123٤F", "ÀBCPE1234F"] {
        assert_eq!(Pan::parse(text), Err(IdentityError::NotAPan), "{text:?}");
    }
    assert_eq!(Ifsc::parse("sbin0001234").unwrap().as_str(), "SBIN0001234");
    assert_eq!(Ifsc::parse("HDFC0CAPZ01").unwrap().as_str(), "HDFC0CAPZ01");
    for text in ["", "SBIN1001234", "SBI00001234", "SBIN000123", "SBIN00012345", "SBIN000-234"] {
        assert_eq!(Ifsc::parse(text), Err(IdentityError::NotAnIfsc), "{text:?}");
    }
    assert_eq!(Pincode::parse("682001").unwrap().as_str(), "682001");
    for text in ["", "082001", "68200", "6820011", "68200a", "+82001"] {
        assert_eq!(Pincode::parse(text), Err(IdentityError::NotAPincode), "{text:?}");
    }
    assert!(AccountNumber::parse("30112233445").is_ok());
    assert!(AccountNumber::parse("000123").is_ok());
    for text in ["", "12345", "1234567890123456789", "3011 2233445", "3011223344X"] {
        assert_eq!(AccountNumber::parse(text), Err(IdentityError::NotAnAccountNumber), "{text:?}");
    }
}

#[test]
fn every_single_typing_error_in_an_aadhaar_is_caught() {
    const NUMBER: &str = "234123412346";
    assert!(Aadhaar::parse(NUMBER).is_ok());
    let digits: Vec<char> = NUMBER.chars().collect();
    for place in 0..digits.len() {
        for digit in '0'..='9' {
            let mut typed = digits.clone();
            typed[place] = digit;
            let typed: String = typed.into_iter().collect();
            assert_eq!(Aadhaar::parse(&typed).is_ok(), typed == NUMBER, "{typed}");
        }
        if place + 1 < digits.len() {
            let mut swapped = digits.clone();
            swapped.swap(place, place + 1);
            let swapped: String = swapped.into_iter().collect();
            assert_eq!(Aadhaar::parse(&swapped).is_ok(), swapped == NUMBER, "{swapped}");
        }
    }
    for text in ["", "2341 2341 2346", "2341-2341-2346", "23412341234", "000000000000"] {
        assert_eq!(Aadhaar::parse(text), Err(IdentityError::NotAnAadhaar), "{text:?}");
    }
}

#[test]
fn masks_show_this_and_no_more() {
    assert_eq!(Aadhaar::parse("234123412346").unwrap().masked(), "XXXXXXXX2346");
    assert_eq!(Pan::parse("ABCPE1234F").unwrap().masked(), "XXXXXX234F");
    assert_eq!(AccountNumber::parse("30112233445").unwrap().masked(), "XXXXXXX3445");
    assert_eq!(AccountNumber::parse("123456").unwrap().masked(), "XX3456");
    assert_eq!(Ifsc::parse("HDFC0001234").unwrap().masked(), "HDFC0001234");
    assert_eq!(Pincode::parse("560001").unwrap().masked(), "XXX001");
    for (kind, text, masked) in [
        (IdentifierKind::Email, "asha@example.in", "a***@example.in"),
        (IdentifierKind::Mobile, "9012345601", "90******01"),
    ] {
        assert_eq!(Identifier::parse(kind, text).unwrap().masked(), masked);
    }
    assert_eq!(mask_identifier(""), "");
    for text in ["asha", "90123", "90123456011", "ab९०१२३", "९०१२"] {
        assert_eq!(mask_identifier(text), "***", "{text}");
    }
    assert_eq!(mask_identifier("secret@part@example.in"), "s***@example.in");
}

#[test]
fn debug_shows_the_mask() {
    assert_eq!(format!("{:?}", Aadhaar::parse("234123412346").unwrap()), "Aadhaar(XXXXXXXX2346)");
    assert_eq!(format!("{:?}", Pan::parse("ABCPE1234F").unwrap()), "Pan(XXXXXX234F)");
    let mobile = Identifier::parse(IdentifierKind::Mobile, "9012345601").unwrap();
    assert_eq!(format!("{mobile:?}"), "Mobile(Mobile(90******01))");
}

proptest! {
    #[test]
    fn a_mask_has_only_what_it_may(digits in "[2-9][0-9]{17}", length in 6usize..=18) {
        let account = AccountNumber::parse(&digits[..length]).unwrap();
        let masked = account.masked();
        prop_assert_eq!(masked.len(), length);
        let shown = masked.trim_start_matches('X');
        prop_assert!(shown.len() <= 4 && account.as_str().ends_with(shown));
    }

    #[test]
    fn an_email_mask_has_one_character_of_the_name(name in "[a-z0-9.+]{1,40}", domain in "[a-z]{1,9}\\.in") {
        let email = Email::parse(&format!("{name}@{domain}")).unwrap();
        prop_assert_eq!(email.masked(), format!("{}***@{domain}", &name[..1]));
    }

    #[test]
    fn the_one_form_is_read_as_itself(text in "\\PC{1,12}@\\PC{1,8}\\.\\PC{1,4}") {
        if let Ok(email) = Email::parse(&text) {
            prop_assert_eq!(Email::parse(email.as_str()), Ok(email.clone()));
            prop_assert_eq!(email.as_str().matches('@').count(), 1);
        }
    }

    #[test]
    fn no_text_makes_a_reader_panic(text in "\\PC{0,20}") {
        let _ = (Email::parse(&text), Mobile::parse(&text), Pan::parse(&text), Aadhaar::parse(&text));
        let _ = (Ifsc::parse(&text), AccountNumber::parse(&text), Pincode::parse(&text));
        let masked = mask_identifier(&text);
        prop_assert!(text.is_empty() || masked.contains("***"));
    }
}
