//! Who takes part: an admin, and four members for each client, in a tree where everybody brings two more.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::json;

use crate::http::{Client, Request};
use crate::measure::fill::log_in;
use crate::stage::ADMIN_EMAIL;

/// Clients that act at the same time.
pub const CLIENTS: usize = 16;
/// Members for whom one client acts, one after another, so that there is somebody new to qualify to the end.
pub const MEMBERS_PER_CLIENT: usize = 4;
const MEMBERS: usize = CLIENTS * MEMBERS_PER_CLIENT;
/// They have brought someone in, and so earn; the others have nothing to ask a payout of.
const EARNERS: usize = MEMBERS / 2;

/// A member who is logged in.
pub struct Member {
    pub id: u64,
    pub token: String,
}

/// Everyone.
pub struct People {
    /// An admin's access token.
    pub admin: String,
    /// Member `i` was brought in by member `(i − 1) / 2`, and stands below them; the first one is the root.
    pub members: Vec<Member>,
}

impl People {
    /// Who stands directly below member `number`.
    pub fn below(&self, number: usize) -> impl Iterator<Item = usize> {
        (2 * number + 1..=2 * number + 2).filter(|&below| below < self.members.len())
    }
}

/// Logs everyone in, and gives those who will earn an approved KYC.
///
/// # Errors
/// At the first reply with another status than the expected one.
pub fn gather(host: SocketAddr, outbox: &Path) -> Result<People> {
    let mut client = Client::connect(host)?;
    let admin = log_in(&mut client, outbox, ADMIN_EMAIL, None)?;
    let (mut members, mut codes) = (Vec::with_capacity(MEMBERS), Vec::with_capacity(MEMBERS));
    for number in 0..MEMBERS {
        let sponsor: Option<&String> = number.checked_sub(1).and_then(|before| codes.get(before / 2));
        let token =
            log_in(&mut client, outbox, &format!("90000002{number:02}"), sponsor.map(String::as_str))?;
        let profile = client.expect(&Request::get("/api/users/profile/").token(&token), 200)?.json()?;
        codes.push(profile["referral_code"].as_str().context("no referral_code")?.to_owned());
        members.push(Member { id: profile["id"].as_u64().context("a profile without id")?, token });
    }
    for (number, member) in members.iter().enumerate().take(EARNERS) {
        let kyc = client
            .expect(&Request::post("/api/users/kyc/", &kyc(number)).token(&member.token), 201)?
            .json()?;
        let id = kyc["id"].as_u64().context("a KYC without id")?;
        let approve = Request::post(format!("/api/users/kyc/{id}/approve/"), &json!({})).token(&admin);
        client.expect(&approve, 200)?;
    }
    Ok(People { admin, members })
}

fn kyc(number: usize) -> serde_json::Value {
    json!({
        "pan_number": format!("ABCPE{number:04}F"),
        "aadhaar_number": aadhaar(number),
        "address_line1": "1 MG Road",
        "city": "Kochi",
        "state": "Kerala",
        "pincode": "682001",
        "bank_name": "State Bank of India",
        "account_number": format!("301122{number:05}"),
        "ifsc_code": "SBIN0001234",
        "account_holder_name": "A Member",
    })
}

/// A number whose last digit checks the others (Verhoeff).
fn aadhaar(number: usize) -> String {
    let digits = format!("2341{number:07}");
    let check = (0..10).find(|check| verhoeff(&format!("{digits}{check}")) == 0).unwrap_or_default();
    format!("{digits}{check}")
}

/// 0 for a number that is right: its digits, permuted by their places from the right, multiplied in the dihedral group.
fn verhoeff(digits: &str) -> usize {
    const MOVED: [usize; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let digits = digits.bytes().rev().map(|digit| usize::from(digit - b'0'));
    digits.enumerate().fold(0, |product, (place, digit)| {
        let moved = (0..place % 8).fold(digit, |digit, _| MOVED[digit]);
        times(product, moved)
    })
}

fn times(left: usize, right: usize) -> usize {
    let turned = if left < 5 { left + right } else { left + 5 - right % 5 } % 5;
    if (left < 5) == (right < 5) { turned } else { turned + 5 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_up_aadhaar_number_checks() {
        assert_eq!(verhoeff("234123412346"), 0);
        assert_ne!(verhoeff("234123412345"), 0);
        assert_eq!(verhoeff(&aadhaar(17)), 0);
        assert_eq!(aadhaar(17).len(), 12);
    }
}
