//! The objects of `api.md`'s `users/`.

mod export;
mod nominee;

use chrono::NaiveDate;
use infra::{
    kycs,
    secrets::{Keys, Purpose},
    users,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wallet_rules::{
    calendar::Instant,
    people::{Gender, KycStatus, Role},
};

pub use export::Export;
pub use nominee::Nominee;

use super::steps::file_link;
use crate::Result;

/// What a masked Aadhaar number shows before its last digits.
pub(crate) const AADHAAR_MASK: &str = "XXXXXXXX";

/// A member as they see themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Profile {
    /// Key.
    pub id: i64,
    /// The identifier that the account was made with.
    pub username: String,
    /// E-mail.
    pub email: String,
    /// Mobile, 10 digits.
    pub mobile: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Gender.
    #[schema(value_type = Option<String>, pattern = "^(male|female|other)$")]
    pub gender: Option<Gender>,
    /// Day of birth.
    pub date_of_birth: Option<NaiveDate>,
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
    /// Country.
    pub country: String,
    /// What they may do.
    #[schema(value_type = String, pattern = "^(admin|staff|user)$")]
    pub role: Role,
    /// Has signed as a distributor.
    pub is_distributor: bool,
    /// Is an Active Buyer.
    pub is_active_buyer: bool,
    /// What brings new members to them.
    #[schema(example = "K7M2PX9Q")]
    pub referral_code: String,
    /// When the account was made.
    #[schema(value_type = String, format = DateTime)]
    pub date_joined: Instant,
    /// Who brought them in.
    pub referred_by: Option<i64>,
    /// Where their KYC stands; null without one.
    #[schema(value_type = Option<String>, pattern = "^(pending|approved|rejected)$")]
    pub kyc_status: Option<KycStatus>,
    /// Whether they named a nominee.
    pub nominee_exists: bool,
}

impl Profile {
    pub(crate) fn of(user: users::User, kyc_status: Option<KycStatus>, nominee_exists: bool) -> Self {
        let details = user.details;
        Self {
            id: user.id,
            username: user.username,
            email: user.email.unwrap_or_default(),
            mobile: user.mobile.unwrap_or_default(),
            first_name: details.first_name,
            last_name: details.last_name,
            gender: details.gender,
            date_of_birth: details.date_of_birth,
            address_line1: details.address_line1,
            address_line2: details.address_line2,
            city: details.city,
            state: details.state,
            pincode: details.pincode,
            country: details.country,
            role: user.role,
            is_distributor: user.is_distributor,
            is_active_buyer: user.is_active_buyer,
            referral_code: user.referral_code,
            date_joined: user.date_joined,
            referred_by: user.sponsor_id,
            kyc_status,
            nominee_exists,
        }
    }
}

/// An account, for its owner and for admins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct User {
    /// Key.
    pub id: i64,
    /// The identifier that the account was made with.
    pub username: String,
    /// E-mail.
    pub email: String,
    /// Mobile, 10 digits.
    pub mobile: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Gender.
    #[schema(value_type = Option<String>, pattern = "^(male|female|other)$")]
    pub gender: Option<Gender>,
    /// Day of birth.
    pub date_of_birth: Option<NaiveDate>,
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
    /// Country.
    pub country: String,
    /// What they may do.
    #[schema(value_type = String, pattern = "^(admin|staff|user)$")]
    pub role: Role,
    /// Has signed as a distributor.
    pub is_distributor: bool,
    /// Is an Active Buyer.
    pub is_active_buyer: bool,
    /// What brings new members to them.
    #[schema(example = "K7M2PX9Q")]
    pub referral_code: String,
    /// When the account was made.
    #[schema(value_type = String, format = DateTime)]
    pub date_joined: Instant,
    /// When they last logged in.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_login: Option<Instant>,
}

impl From<users::User> for User {
    fn from(user: users::User) -> Self {
        let details = user.details;
        Self {
            id: user.id,
            username: user.username,
            email: user.email.unwrap_or_default(),
            mobile: user.mobile.unwrap_or_default(),
            first_name: details.first_name,
            last_name: details.last_name,
            gender: details.gender,
            date_of_birth: details.date_of_birth,
            address_line1: details.address_line1,
            address_line2: details.address_line2,
            city: details.city,
            state: details.state,
            pincode: details.pincode,
            country: details.country,
            role: user.role,
            is_distributor: user.is_distributor,
            is_active_buyer: user.is_active_buyer,
            referral_code: user.referral_code,
            date_joined: user.date_joined,
            last_login: user.last_login,
        }
    }
}

/// A member's know-your-customer record, for its owner and for staff.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Kyc {
    /// Key.
    pub id: i64,
    /// Whose it is.
    pub user: i64,
    /// Where it stands.
    #[schema(value_type = String, pattern = "^(pending|approved|rejected)$")]
    pub status: KycStatus,
    /// PAN.
    pub pan_number: String,
    /// Aadhaar, masked.
    #[schema(example = "XXXXXXXX2346")]
    pub aadhaar_number: String,
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
    /// Country.
    pub country: String,
    /// A link to the PAN card that works for a few minutes; blank without one.
    pub pan_document: String,
    /// A link to the Aadhaar card's front.
    pub aadhaar_front: String,
    /// A link to the Aadhaar card's back.
    pub aadhaar_back: String,
    /// The bank.
    pub bank_name: String,
    /// The account number.
    pub account_number: String,
    /// The branch's code.
    pub ifsc_code: String,
    /// Whose account it is.
    pub account_holder_name: String,
    /// When it was sent in, or last changed.
    #[schema(value_type = String, format = DateTime)]
    pub submitted_at: Instant,
    /// When it was reviewed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub reviewed_at: Option<Instant>,
    /// Who reviewed it.
    pub reviewed_by: Option<i64>,
    /// Why it was rejected.
    pub rejection_reason: String,
}

impl Kyc {
    /// To be made for the owner and for staff only: it opens what is sealed, and its links open documents.
    pub(crate) fn of(row: kycs::Kyc, keys: &Keys, now: Instant) -> Result<Self> {
        let fields = row.fields;
        let link = |file: Option<i64>| {
            file.map(|id| file_link(keys, id, now)).transpose().map(Option::unwrap_or_default)
        };
        Ok(Self {
            id: row.id,
            user: row.user_id,
            status: row.status,
            pan_number: keys.open(Purpose::Pan, &fields.pan_sealed)?,
            aadhaar_number: format!("{AADHAAR_MASK}{}", fields.aadhaar_last4),
            address_line1: fields.address_line1,
            address_line2: fields.address_line2,
            city: fields.city,
            state: fields.state,
            pincode: fields.pincode,
            country: fields.country,
            pan_document: link(fields.pan_file_id)?,
            aadhaar_front: link(fields.aadhaar_front_file_id)?,
            aadhaar_back: link(fields.aadhaar_back_file_id)?,
            bank_name: fields.bank_name,
            account_number: keys.open(Purpose::BankAccount, &fields.account_sealed)?,
            ifsc_code: fields.ifsc_code,
            account_holder_name: fields.account_holder_name,
            submitted_at: row.submitted_at,
            reviewed_at: row.reviewed_at,
            reviewed_by: row.reviewed_by,
            rejection_reason: row.rejection_reason,
        })
    }
}

impl Kyc {
    /// With no number that opens anything elsewhere, and without links.
    pub(crate) fn masked(row: kycs::Kyc, keys: &Keys, now: Instant) -> Result<Self> {
        let mut kyc = Self::of(row, keys, now)?;
        let mask = |text: &str| {
            let hidden = text.chars().count().saturating_sub(4);
            "X".repeat(hidden) + &text.chars().skip(hidden).collect::<String>()
        };
        kyc.pan_number = mask(&kyc.pan_number);
        kyc.account_number = mask(&kyc.account_number);
        for link in [&mut kyc.pan_document, &mut kyc.aadhaar_front, &mut kyc.aadhaar_back] {
            link.clear();
        }
        Ok(kyc)
    }
}

/// Shows no number and no link.
impl std::fmt::Debug for Kyc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kyc").field("id", &self.id).field("status", &self.status).finish_non_exhaustive()
    }
}

/// What a review came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reviewed {
    /// Where the record stands now.
    #[schema(value_type = String, pattern = "^(approved|rejected)$")]
    pub status: KycStatus,
}
