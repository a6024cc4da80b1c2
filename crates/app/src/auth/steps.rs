//! What several use-cases share; each takes `&mut Tx` and never begins.

mod check_code;
mod issue_tokens;
mod open_account;

pub(crate) use check_code::{CodeCheck, SentCode, WRONG_CODE, check_code};
pub(crate) use issue_tokens::{IssuedTokens, issue_tokens, new_token_id};
pub(crate) use open_account::{NewAccount, Place, free_referral_codes, open_account};
