//! What several use-cases share; each takes `&mut Tx` and never begins, but for [`spend_codes()`], which begins for them.

mod issue_tokens;
mod open_account;
mod spend_codes;

pub(crate) use issue_tokens::{IssuedTokens, issue_tokens, new_token_id};
pub(crate) use open_account::{NewAccount, Place, free_referral_codes, open_account};
pub(crate) use spend_codes::{SentCode, WRONG_CODE, spend_codes};
