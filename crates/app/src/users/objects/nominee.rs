//! `api.md`'s Nominee.

use chrono::NaiveDate;
use infra::{
    nominees,
    secrets::{Keys, Purpose},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wallet_rules::{calendar::Instant, people::Relationship};

use crate::{Result, users::steps::file_link};

/// Characters of a proof's number that are shown to those who see many.
const SHOWN: usize = 4;

/// Who a member names to follow them, for the member and for staff.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Nominee {
    /// Key.
    pub id: i64,
    /// Whose it is.
    pub user: i64,
    /// Full name.
    pub full_name: String,
    /// What they are to the member.
    #[schema(value_type = String, pattern = "^(spouse|son|daughter|father|mother|brother|sister|other)$")]
    pub relationship: Relationship,
    /// Day of birth.
    pub date_of_birth: Option<NaiveDate>,
    /// Mobile, 10 digits.
    pub mobile: String,
    /// E-mail.
    pub email: String,
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
    /// What the proof of identity is.
    pub id_proof_type: String,
    /// Its number; of an Aadhaar number, and in lists of staff, only the last characters.
    #[schema(example = "XXXXXX2346")]
    pub id_proof_number: String,
    /// A link to its picture that works for a few minutes; blank without one.
    pub id_proof_document: String,
    /// When it was named.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Instant,
}

impl Nominee {
    /// With the whole number: to be made for the member, and for staff who open this one.
    pub(crate) fn whole(row: nominees::Nominee, keys: &Keys, now: Instant) -> Result<Self> {
        let fields = row.fields;
        let link = fields.id_proof_file_id.map(|id| file_link(keys, id, now)).transpose()?;
        Ok(Self {
            id: row.id,
            user: row.user_id,
            full_name: fields.full_name,
            relationship: fields.relationship,
            date_of_birth: fields.date_of_birth,
            mobile: fields.mobile,
            email: fields.email,
            address_line1: fields.address_line1,
            address_line2: fields.address_line2,
            city: fields.city,
            state: fields.state,
            pincode: fields.pincode,
            id_proof_type: fields.id_proof_type,
            id_proof_number: keys.open(Purpose::IdProof, &fields.id_proof_sealed)?,
            id_proof_document: link.unwrap_or_default(),
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }

    /// With the number's last characters.
    pub(crate) fn masked(row: nominees::Nominee, keys: &Keys, now: Instant) -> Result<Self> {
        let whole = Self::whole(row, keys, now)?;
        let hidden = whole.id_proof_number.chars().count().saturating_sub(SHOWN);
        let masked = |(place, letter): (usize, char)| if place < hidden { 'X' } else { letter };
        let id_proof_number = whole.id_proof_number.chars().enumerate().map(masked).collect();
        Ok(Self { id_proof_number, ..whole })
    }
}

/// Shows no name, number or link.
impl std::fmt::Debug for Nominee {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Nominee").field("id", &self.id).field("user", &self.user).finish_non_exhaustive()
    }
}
