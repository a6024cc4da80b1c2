//! What can be done that is written down.

use std::str::FromStr;

/// Something that staff, an admin or an operator does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AuditAction {
    /// A KYC is approved.
    KycApprove,
    /// A KYC is rejected.
    KycReject,
    /// A payment is confirmed.
    PaymentConfirm,
    /// A payment is failed.
    PaymentFail,
    /// A payout is processed.
    PayoutProcess,
    /// A payout is completed.
    PayoutComplete,
    /// A payout is rejected.
    PayoutReject,
    /// A payout is failed.
    PayoutFail,
    /// Another's booking is cancelled.
    BookingCancel,
    /// A document is verified.
    DocumentVerify,
    /// A certificate of tax is attached.
    CertificateAttach,
    /// An account of an admin is made.
    AdminCreate,
    /// An account of staff is made.
    StaffCreate,
    /// An account is disabled.
    UserDisable,
    /// An account is enabled again.
    UserEnable,
    /// A person is made anonymous.
    UserAnonymise,
    /// An account gets another role.
    RoleChange,
    /// A secret of a second factor is given.
    TotpEnroll,
    /// A second factor is shown.
    TotpVerify,
    /// A second factor is taken away.
    TotpForget,
    /// A task is run again by hand.
    TaskRetry,
    /// A message that nobody can run is forgotten.
    LetterForget,
}

impl AuditAction {
    /// Every action.
    pub const ALL: &'static [Self] = &[
        Self::KycApprove,
        Self::KycReject,
        Self::PaymentConfirm,
        Self::PaymentFail,
        Self::PayoutProcess,
        Self::PayoutComplete,
        Self::PayoutReject,
        Self::PayoutFail,
        Self::BookingCancel,
        Self::DocumentVerify,
        Self::CertificateAttach,
        Self::AdminCreate,
        Self::StaffCreate,
        Self::UserDisable,
        Self::UserEnable,
        Self::UserAnonymise,
        Self::RoleChange,
        Self::TotpEnroll,
        Self::TotpVerify,
        Self::TotpForget,
        Self::TaskRetry,
        Self::LetterForget,
    ];

    /// How it is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::KycApprove => "kyc_approve",
            Self::KycReject => "kyc_reject",
            Self::PaymentConfirm => "payment_confirm",
            Self::PaymentFail => "payment_fail",
            Self::PayoutProcess => "payout_process",
            Self::PayoutComplete => "payout_complete",
            Self::PayoutReject => "payout_reject",
            Self::PayoutFail => "payout_fail",
            Self::BookingCancel => "booking_cancel",
            Self::DocumentVerify => "document_verify",
            Self::CertificateAttach => "certificate_attach",
            Self::AdminCreate => "admin_create",
            Self::StaffCreate => "staff_create",
            Self::UserDisable => "user_disable",
            Self::UserEnable => "user_enable",
            Self::UserAnonymise => "user_anonymise",
            Self::RoleChange => "role_change",
            Self::TotpEnroll => "totp_enroll",
            Self::TotpVerify => "totp_verify",
            Self::TotpForget => "totp_forget",
            Self::TaskRetry => "task_retry",
            Self::LetterForget => "letter_forget",
        }
    }

    /// On what kind of row.
    pub const fn row_type(self) -> &'static str {
        match self {
            Self::KycApprove | Self::KycReject => "kyc",
            Self::PaymentConfirm | Self::PaymentFail => "payment",
            Self::PayoutProcess | Self::PayoutComplete | Self::PayoutReject | Self::PayoutFail => "payout",
            Self::BookingCancel => "booking",
            Self::DocumentVerify => "document",
            Self::CertificateAttach => "certificate",
            Self::AdminCreate
            | Self::StaffCreate
            | Self::UserDisable
            | Self::UserEnable
            | Self::UserAnonymise
            | Self::RoleChange
            | Self::TotpEnroll
            | Self::TotpVerify
            | Self::TotpForget => "user",
            Self::TaskRetry => "task",
            Self::LetterForget => "letter",
        }
    }
}

/// A text that is no action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no action has this name")]
pub struct UnknownAction;

impl FromStr for AuditAction {
    type Err = UnknownAction;

    fn from_str(text: &str) -> Result<Self, UnknownAction> {
        Self::ALL.iter().copied().find(|action| action.as_str() == text).ok_or(UnknownAction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_read_by_its_name_and_fits_its_column() {
        for action in AuditAction::ALL {
            assert_eq!(action.as_str().parse(), Ok(*action));
            assert!(action.as_str().len() <= 40 && action.row_type().len() <= 24);
        }
        assert_eq!("nothing".parse::<AuditAction>(), Err(UnknownAction));
    }
}
