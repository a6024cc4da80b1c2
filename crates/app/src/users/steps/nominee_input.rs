//! What a member says of their nominee, read field by field.

use chrono::NaiveDate;
use infra::{
    nominees::NomineeFields,
    secrets::{Keys, Purpose},
};
use wallet_rules::{
    calendar::Instant,
    identity::{Aadhaar, Email, Mobile},
    people::Relationship,
};

use super::{CheckedFields, Uploads, kyc_input::Documents};
use crate::{Result, users::objects::AADHAAR_MASK};

/// The longest number of a proof, in characters.
const PROOF_CHARS: usize = 32;

/// What a member says of their nominee; what is absent is not sent. The document is its content.
#[derive(Clone, Default)]
pub struct NomineeInput {
    /// Full name.
    pub full_name: Option<String>,
    /// What they are to the member.
    pub relationship: Option<Relationship>,
    /// Day of birth.
    pub date_of_birth: Option<NaiveDate>,
    /// Mobile.
    pub mobile: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Address, first line.
    pub address_line1: Option<String>,
    /// Address, second line.
    pub address_line2: Option<String>,
    /// City.
    pub city: Option<String>,
    /// State.
    pub state: Option<String>,
    /// Pincode.
    pub pincode: Option<String>,
    /// What the proof of identity is.
    pub id_proof_type: Option<String>,
    /// Its number.
    pub id_proof_number: Option<String>,
    /// Its picture.
    pub id_proof_document: Option<Vec<u8>>,
}

/// Shows nothing of it.
impl std::fmt::Debug for NomineeInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NomineeInput(…)")
    }
}

/// How much of a nominee an input says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of it: what is absent is blank.
    Whole,
    /// A part: what is absent stays.
    Part,
}

/// A checked input; absent fields stay as they are.
#[derive(Clone)]
pub(crate) struct NomineeChange {
    relationship: Option<Relationship>,
    date_of_birth: Option<NaiveDate>,
    proof: Option<String>,
    texts: Texts,
}

#[derive(Clone)]
struct Texts {
    full_name: Option<String>,
    mobile: Option<String>,
    email: Option<String>,
    address_line1: Option<String>,
    address_line2: Option<String>,
    city: Option<String>,
    state: Option<String>,
    pincode: Option<String>,
    id_proof_type: Option<String>,
}

impl NomineeInput {
    /// Checks the input, whose proof is of `proof_type` where it doesn't say.
    ///
    /// # Errors
    /// [`crate::Error::Invalid`] with every field that is wrong, or missing from a whole.
    pub(crate) fn read(
        self,
        extent: Extent,
        proof_type: &str,
        now: Instant,
    ) -> Result<(NomineeChange, Documents)> {
        let mut fields = CheckedFields::default();
        let name = self.full_name.filter(|name| !name.trim().is_empty());
        if extent == Extent::Whole {
            for (field, is_there) in
                [("full_name", name.is_some()), ("relationship", self.relationship.is_some())]
            {
                if !is_there {
                    fields.refuse(field, "This field is required.");
                }
            }
        }
        if self.date_of_birth.is_some_and(|born| born > now.ist_date()) {
            fields.refuse("date_of_birth", "This day is still to come.");
        }
        let mut line = |field, text: Option<String>, max| text.map(|text| fields.line(field, &text, max));
        let mut texts = Texts {
            full_name: line("full_name", name, 100),
            mobile: None,
            email: None,
            address_line1: line("address_line1", self.address_line1, 200),
            address_line2: line("address_line2", self.address_line2, 200),
            city: line("city", self.city, 100),
            state: line("state", self.state, 100),
            pincode: None,
            id_proof_type: line("id_proof_type", self.id_proof_type, 50),
        };
        let present = |text: String| Some(text).filter(|text| !text.trim().is_empty());
        texts.mobile = self.mobile.map(|text| match present(text) {
            Some(text) => {
                fields.parsed("mobile", &text, Mobile::parse).map(Mobile::into_string).unwrap_or_default()
            }
            None => String::new(),
        });
        texts.email = self.email.map(|text| match present(text) {
            Some(text) => {
                fields.parsed("email", &text, Email::parse).map(Email::into_string).unwrap_or_default()
            }
            None => String::new(),
        });
        texts.pincode = self.pincode.map(|text| fields.pincode(&text));
        let proof_type = texts.id_proof_type.as_deref().unwrap_or(proof_type);
        let proof = self.id_proof_number.map(|number| proof_number(&mut fields, proof_type, &number));
        let documents = vec![("id_proof_document", self.id_proof_document)];
        Uploads::look_at(&documents, &mut fields);
        fields.check()?;
        let change = NomineeChange {
            relationship: self.relationship,
            date_of_birth: self.date_of_birth,
            proof,
            texts,
        };
        Ok((change, documents))
    }
}

/// The number as it may be kept: of an Aadhaar number, whatever it is called, only the last digits.
fn proof_number(fields: &mut CheckedFields, proof_type: &str, number: &str) -> String {
    let number = fields.line("id_proof_number", number, PROOF_CHARS);
    let compact: String = number.chars().filter(|letter| !matches!(letter, ' ' | '-')).collect();
    if let Ok(aadhaar) = Aadhaar::parse(&compact) {
        return aadhaar.masked();
    }
    let is_mask = |text: &str| {
        text.strip_prefix(AADHAAR_MASK)
            .is_some_and(|rest| rest.len() == 4 && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let is_told_aadhaar = proof_type.to_lowercase().contains("aadhaar");
    if is_told_aadhaar && !number.is_empty() && !is_mask(&number) {
        fields.refuse("id_proof_number", "This is not a valid Aadhaar number of 12 digits.");
    }
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, ' ' | '-' | '/');
    if !number.chars().all(is_plain) {
        fields.refuse("id_proof_number", "Letters A to Z, digits, blanks, - and / only.");
    }
    number
}

impl NomineeChange {
    /// A nominee of whom only this is said; none without a name and a relationship.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when the machine gives no random bytes.
    pub(crate) fn alone(&self, keys: &Keys) -> Result<Option<NomineeFields>> {
        let Some(relationship) = self.relationship else { return Ok(None) };
        let nothing = NomineeFields {
            full_name: String::new(),
            relationship,
            date_of_birth: None,
            mobile: String::new(),
            email: String::new(),
            address_line1: String::new(),
            address_line2: String::new(),
            city: String::new(),
            state: String::new(),
            pincode: String::new(),
            id_proof_type: String::new(),
            id_proof_sealed: String::new(),
            id_proof_file_id: None,
        };
        Ok(Some(self.applied_to(nothing, keys)?))
    }

    /// The stored nominee with this change; what stays the same stays as it is, byte for byte.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when the machine gives no random bytes.
    pub(crate) fn applied_to(&self, mut fields: NomineeFields, keys: &Keys) -> Result<NomineeFields> {
        fields.relationship = self.relationship.unwrap_or(fields.relationship);
        fields.date_of_birth = self.date_of_birth.or(fields.date_of_birth);
        if let Some(number) = &self.proof {
            if number.is_empty() {
                fields.id_proof_sealed = String::new();
            } else if keys.open(Purpose::IdProof, &fields.id_proof_sealed)? != *number {
                fields.id_proof_sealed = keys.seal(Purpose::IdProof, number)?;
            }
        }
        let texts = self.texts.clone();
        for (stored, sent) in [
            (&mut fields.full_name, texts.full_name),
            (&mut fields.mobile, texts.mobile),
            (&mut fields.email, texts.email),
            (&mut fields.address_line1, texts.address_line1),
            (&mut fields.address_line2, texts.address_line2),
            (&mut fields.city, texts.city),
            (&mut fields.state, texts.state),
            (&mut fields.pincode, texts.pincode),
            (&mut fields.id_proof_type, texts.id_proof_type),
        ] {
            if let Some(sent) = sent {
                *stored = sent;
            }
        }
        Ok(fields)
    }
}
