//! A person as a sign-up describes them.

use binary_tree::Side;
use chrono::NaiveDate;
use infra::users::Details;
use serde::{Deserialize, Serialize};
use wallet_rules::{
    calendar::Instant,
    identity::{Email, Mobile},
    people::Gender,
};

use super::CheckedFields;
use crate::{Error, Result};

/// Where the platform's members live unless they say otherwise.
const COUNTRY: &str = "India";

/// What is said of a person who is to have an account.
#[derive(Clone, Serialize, Deserialize)]
pub struct NewPerson {
    /// First name.
    pub first_name: String,
    /// Last name; many have none.
    pub last_name: String,
    /// E-mail.
    pub email: String,
    /// Mobile.
    pub mobile: String,
    /// Gender.
    pub gender: Gender,
    /// Day of birth.
    pub date_of_birth: NaiveDate,
    /// Address, first line.
    pub address_line1: String,
    /// Address, second line.
    pub address_line2: String,
    /// City.
    pub city: String,
    /// State.
    pub state: String,
    /// Pincode.
    pub pincode: String,
    /// Country; India when blank.
    pub country: String,
    /// Whose code brings them in; blank for none.
    pub referral_code: String,
    /// The sponsor's direct side that they ask for.
    pub side: Option<Side>,
}

/// The same, checked and canonical.
#[derive(Clone, Debug)]
pub(crate) struct CheckedPerson {
    pub(crate) email: Email,
    pub(crate) mobile: Mobile,
    pub(crate) details: Details,
}

impl NewPerson {
    /// Checks every field.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every wrong one.
    pub(crate) fn checked(&self, now: Instant) -> Result<CheckedPerson> {
        let mut fields = CheckedFields::default();
        let email = fields.parsed("email", &self.email, Email::parse);
        let mobile = fields.parsed("mobile", &self.mobile, Mobile::parse);
        let mut line = |field, text: &str, max_chars| fields.line(field, text, max_chars);
        let mut details = Details {
            first_name: line("first_name", &self.first_name, 100),
            last_name: line("last_name", &self.last_name, 100),
            gender: Some(self.gender),
            date_of_birth: Some(self.date_of_birth),
            address_line1: line("address_line1", &self.address_line1, 200),
            address_line2: line("address_line2", &self.address_line2, 200),
            city: line("city", &self.city, 100),
            state: line("state", &self.state, 100),
            pincode: String::new(),
            country: line("country", &self.country, 60),
        };
        details.pincode = fields.pincode(&self.pincode);
        if details.country.is_empty() {
            COUNTRY.clone_into(&mut details.country);
        }
        if self.date_of_birth > now.ist_date() {
            fields.refuse("date_of_birth", "This day is still to come.");
        }
        fields.check()?;
        let missing = || Error::internal("a checked field is missing");
        Ok(CheckedPerson { email: email.ok_or_else(missing)?, mobile: mobile.ok_or_else(missing)?, details })
    }
}

/// What is known of somebody who has said nothing of themselves.
pub(crate) fn nothing_said() -> Details {
    Details { country: COUNTRY.to_owned(), ..Details::default() }
}
