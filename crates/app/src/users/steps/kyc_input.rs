//! What a member sends in for their KYC, read field by field.

use infra::{
    kycs::KycFields,
    secrets::{Keys, Purpose},
};
use wallet_rules::identity::{Aadhaar, AccountNumber, Ifsc, Pan};

use super::{CheckedFields, Uploads};
use crate::{Result, users::objects::AADHAAR_MASK};

/// The country where none is given.
const COUNTRY: &str = "India";

/// What a member sends in for their KYC; what is absent is not sent. Documents are their contents.
#[derive(Clone, Default)]
pub struct KycInput {
    /// PAN.
    pub pan_number: Option<String>,
    /// Aadhaar, whole; its own mask stands for "as it is".
    pub aadhaar_number: Option<String>,
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
    /// Country; India when left out.
    pub country: Option<String>,
    /// The bank.
    pub bank_name: Option<String>,
    /// The account number.
    pub account_number: Option<String>,
    /// The branch's code.
    pub ifsc_code: Option<String>,
    /// Whose account it is.
    pub account_holder_name: Option<String>,
    /// The PAN card.
    pub pan_document: Option<Vec<u8>>,
    /// The Aadhaar card's front.
    pub aadhaar_front: Option<Vec<u8>>,
    /// The Aadhaar card's back.
    pub aadhaar_back: Option<Vec<u8>>,
}

/// Shows nothing of it.
impl std::fmt::Debug for KycInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KycInput(…)")
    }
}

/// A checked change of a KYC; absent fields stay as they are.
#[derive(Clone)]
pub(crate) struct KycChange {
    pan: Option<Pan>,
    aadhaar: Option<Aadhaar>,
    account: Option<Option<AccountNumber>>,
    texts: Texts,
}

#[derive(Clone)]
struct Texts {
    address_line1: Option<String>,
    address_line2: Option<String>,
    city: Option<String>,
    state: Option<String>,
    pincode: Option<String>,
    country: Option<String>,
    bank_name: Option<String>,
    ifsc_code: Option<String>,
    account_holder_name: Option<String>,
}

/// The documents of a request, by field.
pub(crate) type Documents = Vec<(&'static str, Option<Vec<u8>>)>;

impl KycInput {
    /// The whole record of a first or replacing submission, with its documents.
    ///
    /// # Errors
    /// [`crate::Error::Invalid`] with every field that is wrong or missing.
    pub(crate) fn whole(self) -> Result<(KycChange, Documents)> {
        let mut fields = CheckedFields::default();
        for (field, value) in [
            ("pan_number", &self.pan_number),
            ("aadhaar_number", &self.aadhaar_number),
            ("address_line1", &self.address_line1),
            ("city", &self.city),
            ("state", &self.state),
            ("pincode", &self.pincode),
        ] {
            if value.as_deref().unwrap_or_default().trim().is_empty() {
                fields.refuse(field, "This field is required.");
            }
        }
        let country = self.country.filter(|country| !country.trim().is_empty());
        let whole = Self { country: Some(country.unwrap_or_else(|| COUNTRY.to_owned())), ..self };
        whole.read(fields, None)
    }

    /// A change of the record that shows these last digits of its Aadhaar number.
    ///
    /// # Errors
    /// [`crate::Error::Invalid`] with every field that is wrong.
    pub(crate) fn partial(self, aadhaar_last4: &str) -> Result<(KycChange, Documents)> {
        self.read(CheckedFields::default(), Some(aadhaar_last4))
    }

    fn read(self, mut fields: CheckedFields, last4: Option<&str>) -> Result<(KycChange, Documents)> {
        let present = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let mask = last4.map(|last4| format!("{AADHAAR_MASK}{last4}"));
        let aadhaar = present(&self.aadhaar_number).filter(|text| Some(text.trim()) != mask.as_deref());
        let mut line =
            |field, text: &Option<String>, max| text.as_deref().map(|text| fields.line(field, text, max));
        let mut texts = Texts {
            address_line1: line("address_line1", &present(&self.address_line1), 200),
            address_line2: line("address_line2", &self.address_line2, 200),
            city: line("city", &present(&self.city), 100),
            state: line("state", &present(&self.state), 100),
            pincode: None,
            country: line("country", &present(&self.country), 60),
            bank_name: line("bank_name", &self.bank_name, 100),
            ifsc_code: None,
            account_holder_name: line("account_holder_name", &self.account_holder_name, 100),
        };
        texts.pincode = present(&self.pincode).map(|text| fields.pincode(&text));
        texts.ifsc_code = self.ifsc_code.map(|text| match text.trim() {
            "" => String::new(),
            text => fields.parsed("ifsc_code", text, Ifsc::parse).map(Ifsc::into_string).unwrap_or_default(),
        });
        let change = KycChange {
            pan: present(&self.pan_number).and_then(|pan| fields.parsed("pan_number", &pan, Pan::parse)),
            aadhaar: aadhaar.and_then(|aadhaar| fields.parsed("aadhaar_number", &aadhaar, Aadhaar::parse)),
            account: self.account_number.map(|text| match text.trim() {
                "" => None,
                text => fields.parsed("account_number", text, AccountNumber::parse),
            }),
            texts,
        };
        let documents = vec![
            ("pan_document", self.pan_document),
            ("aadhaar_front", self.aadhaar_front),
            ("aadhaar_back", self.aadhaar_back),
        ];
        Uploads::look_at(&documents, &mut fields);
        fields.check()?;
        Ok((change, documents))
    }
}

impl KycChange {
    /// The stored record with this change; what stays the same stays as it is, byte for byte.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when the machine gives no random bytes.
    pub(crate) fn applied_to(&self, mut fields: KycFields, keys: &Keys) -> Result<KycFields> {
        if let Some(pan) = &self.pan {
            let hash = keys.keyed_hash(Purpose::Pan, pan.as_str())?;
            if hash != fields.pan_hash {
                fields.pan_sealed = keys.seal(Purpose::Pan, pan.as_str())?;
                fields.pan_hash = hash;
            }
        }
        if let Some(aadhaar) = &self.aadhaar {
            fields.aadhaar_hash = keys.keyed_hash(Purpose::Aadhaar, aadhaar.as_str())?;
            fields.aadhaar_last4 = aadhaar.as_str().chars().skip(8).collect();
        }
        if let Some(account) = &self.account {
            let number = account.as_ref().map_or("", AccountNumber::as_str);
            if number.is_empty() {
                fields.account_sealed = String::new();
            } else if keys.open(Purpose::BankAccount, &fields.account_sealed)? != number {
                fields.account_sealed = keys.seal(Purpose::BankAccount, number)?;
            }
        }
        let texts = self.texts.clone();
        for (stored, sent) in [
            (&mut fields.address_line1, texts.address_line1),
            (&mut fields.address_line2, texts.address_line2),
            (&mut fields.city, texts.city),
            (&mut fields.state, texts.state),
            (&mut fields.pincode, texts.pincode),
            (&mut fields.country, texts.country),
            (&mut fields.bank_name, texts.bank_name),
            (&mut fields.ifsc_code, texts.ifsc_code),
            (&mut fields.account_holder_name, texts.account_holder_name),
        ] {
            if let Some(sent) = sent {
                *stored = sent;
            }
        }
        Ok(fields)
    }
}
