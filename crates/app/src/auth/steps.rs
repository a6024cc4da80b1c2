//! What several use-cases share; each takes `&mut Tx` and never begins, but for [`send_codes()`] and
//! [`spend_codes()`], which begin for them.

mod issue_tokens;
mod open_account;
mod send_codes;
mod signup_token;
mod spend_codes;

pub(crate) use issue_tokens::{IssuedTokens, issue_tokens, new_token_id};
pub(crate) use open_account::{
    NewAccount, Place, free_referral_codes, open_account, open_session, refuse_taken, sponsor_of,
    typed_referral_code,
};
pub(crate) use send_codes::{AskedFor, CODE_LIFETIME_MIN, send_codes};
pub(crate) use signup_token::{open_signup, seal_signup};
pub(crate) use spend_codes::{SentCode, WRONG_CODE, spend_codes};
