//! Whom a payout pays: the bank account of the approved KYC, frozen with the request (rule 16).

use infra::{
    kycs::Kyc,
    secrets::{Keys, Purpose, same},
};
use wallet_rules::identity::{AccountNumber, Ifsc};

use super::NewPayout;
use crate::{Error, FieldErrors, Result};

/// Letters of the bank's and the holder's names at most.
const LONGEST_NAME: usize = 100;
/// Digits of an account's number that lists show.
const SHOWN_DIGITS: usize = 4;

/// Bank details as they are stored with a payout.
pub(super) struct BankDetails {
    pub(super) bank_name: String,
    pub(super) account_sealed: String,
    pub(super) account_last4: String,
    pub(super) ifsc_code: String,
    pub(super) account_holder_name: String,
    pub(super) pan_sealed: String,
}

impl BankDetails {
    /// Those of the approved KYC, which what was given must equal; without one, where the plan asks for none,
    /// those that were given.
    ///
    /// # Errors
    /// Field errors.
    pub(super) fn of(keys: &Keys, payee: Option<&Kyc>, given: &NewPayout) -> Result<Self> {
        match payee {
            Some(payee) => Self::of_kyc(keys, payee, given),
            None => Self::as_given(keys, given),
        }
    }

    fn of_kyc(keys: &Keys, payee: &Kyc, given: &NewPayout) -> Result<Self> {
        let account = keys.open(Purpose::BankAccount, &payee.fields.account_sealed)?;
        if account.is_empty() {
            let text = "Your KYC has no bank account; add it there first.";
            return Err(Error::invalid("account_number", text));
        }
        let ifsc = |text: &str| Ifsc::parse(text).map_or_else(|_| text.to_owned(), Ifsc::into_string);
        let mut wrong = FieldErrors::new();
        let mut compare = |field: &str, given: Option<String>, known: &str| {
            if given.is_some_and(|given| !same(&given, known)) {
                let text = "This is not what your approved KYC says.".to_owned();
                wrong.insert(field.to_owned(), vec![text]);
            }
        };
        compare("bank_name", filled(given.bank_name.as_deref()), &payee.fields.bank_name);
        compare("account_number", filled(given.account_number.as_deref()), &account);
        compare(
            "ifsc_code",
            filled(given.ifsc_code.as_deref()).map(|text| ifsc(&text)),
            &payee.fields.ifsc_code,
        );
        let holder = filled(given.account_holder_name.as_deref());
        compare("account_holder_name", holder, &payee.fields.account_holder_name);
        if !wrong.is_empty() {
            return Err(Error::Invalid(wrong));
        }
        Ok(Self {
            bank_name: payee.fields.bank_name.clone(),
            account_sealed: payee.fields.account_sealed.clone(),
            account_last4: last_digits(&account),
            ifsc_code: payee.fields.ifsc_code.clone(),
            account_holder_name: payee.fields.account_holder_name.clone(),
            pan_sealed: payee.fields.pan_sealed.clone(),
        })
    }

    fn as_given(keys: &Keys, given: &NewPayout) -> Result<Self> {
        let mut wrong = FieldErrors::new();
        let mut name = |field: &str, given: Option<&str>| {
            let text = filled(given).unwrap_or_default();
            if text.is_empty() || text.chars().count() > LONGEST_NAME {
                let text = format!("Give 1 to {LONGEST_NAME} characters.");
                wrong.insert(field.to_owned(), vec![text]);
            }
            text
        };
        let bank_name = name("bank_name", given.bank_name.as_deref());
        let account_holder_name = name("account_holder_name", given.account_holder_name.as_deref());
        let account = AccountNumber::parse(&filled(given.account_number.as_deref()).unwrap_or_default());
        let ifsc = Ifsc::parse(&filled(given.ifsc_code.as_deref()).unwrap_or_default());
        let (account, ifsc) = match (account, ifsc) {
            (Ok(account), Ok(ifsc)) if wrong.is_empty() => (account, ifsc),
            (account, ifsc) => {
                let mut note = |field: &str, cause: Option<String>| {
                    if let Some(cause) = cause {
                        wrong.insert(field.to_owned(), vec![format!("This is {cause}.")]);
                    }
                };
                note("account_number", account.err().map(|cause| cause.to_string()));
                note("ifsc_code", ifsc.err().map(|cause| cause.to_string()));
                return Err(Error::Invalid(wrong));
            }
        };
        Ok(Self {
            bank_name,
            account_sealed: keys.seal(Purpose::BankAccount, account.as_str())?,
            account_last4: last_digits(account.as_str()),
            ifsc_code: ifsc.into_string(),
            account_holder_name,
            pan_sealed: String::new(),
        })
    }
}

/// What was given, trimmed; nothing where that is blank.
fn filled(given: Option<&str>) -> Option<String> {
    given.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn last_digits(account: &str) -> String {
    let hidden = account.chars().count().saturating_sub(SHOWN_DIGITS);
    account.chars().skip(hidden).collect()
}
