//! What a person is to the platform.

use crate::text_enum::text_enum;

text_enum! {
    /// What an account may do, apart from what is its own.
    Role, "role" {
        /// Everything an operator may do.
        Admin = "admin",
        /// Reviews KYC and documents.
        Staff = "staff",
        /// A member: only what is their own.
        User = "user",
    }
}

text_enum! {
    /// A person's gender, as they give it.
    Gender, "gender" {
        /// Male.
        Male = "male",
        /// Female.
        Female = "female",
        /// Neither, or not to be said.
        Other = "other",
    }
}

text_enum! {
    /// Where a KYC stands; only a review moves it out of `pending`, and any change moves it back.
    KycStatus, "KYC status" {
        /// Waits for a review.
        Pending = "pending",
        /// Its owner may be paid out.
        Approved = "approved",
        /// Must be sent again.
        Rejected = "rejected",
    }
}

text_enum! {
    /// What a document is that a member sends in beside their KYC.
    DocumentType, "document type" {
        /// A certificate of tax that was deducted.
        TdsCertificate = "tds_certificate",
        /// A PAN card.
        PanCard = "pan_card",
        /// An Aadhaar card.
        Aadhaar = "aadhaar",
        /// A statement of a bank.
        BankStatement = "bank_statement",
        /// Anything else.
        Other = "other",
    }
}

text_enum! {
    /// What a nominee is to the member who names them.
    Relationship, "relationship" {
        /// Wife or husband.
        Spouse = "spouse",
        /// Son.
        Son = "son",
        /// Daughter.
        Daughter = "daughter",
        /// Father.
        Father = "father",
        /// Mother.
        Mother = "mother",
        /// Brother.
        Brother = "brother",
        /// Sister.
        Sister = "sister",
        /// Anyone else.
        Other = "other",
    }
}
