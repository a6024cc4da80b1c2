//! Fills a database as people do: they log in with a code, join under one sponsor, book and pay.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::http::{Client, Request};
use crate::stage::ADMIN_EMAIL;

/// The first number that [`payment`] hasn't had once the database is filled.
pub const FIRST_FREE_NUMBER: u64 = MEMBERS as u64;
const MEMBERS: usize = 60;
/// What a booking costs, rupees: enough that no run pays it off.
const TOTAL: &str = "100000.00";
/// What the sponsor has earned once everything that follows from the payments is posted: 60 bonuses of 25.00, the 10
/// pairs of 500.00 that a month allows, and 16 bonuses of 5.00 on what pairs 6 and later pay into the members' own
/// bookings: 5 of those for each of the two below her, 2 for each of the next four but the last, who has 5 pairs.
const SPONSOR_EARNED: &str = "6580.00";
/// Whoever has less isn't asked to pay from the wallet.
const FUNDED_RUPEES: u32 = 500;
const CODE_TIMEOUT: Duration = Duration::from_secs(10);
const POSTED_TIMEOUT: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Someone who is logged in.
pub struct Member {
    pub token: String,
    /// The booking that they have.
    pub booking: u64,
}

/// Who is in the database.
pub struct People {
    /// An admin's access token.
    pub admin: String,
    /// Who brought everyone else, and stands at the root of the tree.
    pub sponsor: Member,
    /// The others, each with a booking on which 500.00 is paid.
    pub members: Vec<Member>,
    /// The numbers of those members whose wallets hold at least 500.00, earned by pairs of their own.
    pub funded: Vec<usize>,
}

/// Fills it, and waits until the bonuses and pairs are posted.
///
/// # Errors
/// At the first reply with another status than the expected one.
pub fn fill(host: SocketAddr, outbox: &Path) -> Result<People> {
    let mut client = Client::connect(host)?;
    let admin = log_in(&mut client, outbox, ADMIN_EMAIL, None)?;
    let token = log_in(&mut client, outbox, "sponsor@example.in", None)?;
    let profile = client.expect(&Request::get("/api/users/profile/").token(&token), 200)?.json()?;
    let referral_code = text(&profile, "referral_code")?.to_owned();
    let sponsor = Member { booking: book(&mut client, &token)?, token };
    let mut members = Vec::with_capacity(MEMBERS);
    for number in 0..MEMBERS {
        let token = log_in(&mut client, outbox, &format!("90000001{number:02}"), Some(&referral_code))?;
        let booking = book(&mut client, &token)?;
        client.expect(&payment(&token, booking, "online", "500.00", number as u64), 201)?;
        members.push(Member { token, booking });
    }
    wait_until_posted(&mut client, &sponsor.token)?;
    let mut funded = Vec::new();
    for (number, member) in members.iter().enumerate() {
        let wallet = wallet(&mut client, &member.token)?;
        let rupees = text(&wallet, "balance")?.split('.').next().unwrap_or_default().parse::<u32>()?;
        if rupees >= FUNDED_RUPEES {
            funded.push(number);
        }
    }
    Ok(People { admin, sponsor, members, funded })
}

/// Some of those whom the demo made, logged in, each with one more booking on which 500.00 is paid.
///
/// # Errors
/// At the first reply with another status than the expected one, and when the demo has too few buyers.
pub fn demo_members(host: SocketAddr, outbox: &Path) -> Result<Vec<Member>> {
    let mut client = Client::connect(host)?;
    let admin = log_in(&mut client, outbox, ADMIN_EMAIL, None)?;
    let buyers = buyers(&mut client, &admin)?;
    ensure!(buyers.len() >= MEMBERS, "the demo has {} buyers", buyers.len());
    let member = |(number, buyer): (usize, &String)| {
        let token = log_in(&mut client, outbox, buyer, None)?;
        let booking = book(&mut client, &token)?;
        client.expect(&payment(&token, booking, "online", "500.00", number as u64), 201)?;
        Ok(Member { token, booking })
    };
    buyers.iter().take(MEMBERS).enumerate().map(member).collect()
}

/// What those who have a booking log in with.
fn buyers(client: &mut Client, admin: &str) -> Result<BTreeSet<String>> {
    let mut buyers = BTreeSet::new();
    let mut page = 1;
    loop {
        let path = format!("/api/booking/bookings/?page_size=100&page={page}");
        let list = client.expect(&Request::get(path).token(admin), 200)?.json()?;
        for booking in list["results"].as_array().context("a list has no results")? {
            let identifier = [&booking["user_email"], &booking["user_mobile"]]
                .into_iter()
                .filter_map(Value::as_str)
                .find(|identifier| !identifier.is_empty());
            buyers.insert(identifier.context("a buyer has no identifier")?.to_owned());
        }
        if list["next"].is_null() {
            return Ok(buyers);
        }
        page += 1;
    }
}

/// A booking as everyone here makes it.
pub fn booking(token: &str) -> Request {
    let body = json!({"vehicle_model": "E-Rick 1", "booking_amount": "500.00", "total_amount": TOTAL});
    Request::post("/api/booking/bookings/", &body).token(token)
}

/// A payment with an idempotency key, as a careful client makes it; no two may have the same number.
pub fn payment(token: &str, booking: u64, method: &str, amount: &str, number: u64) -> Request {
    let body = json!({"amount": amount, "payment_method": method});
    Request::post(format!("/api/booking/bookings/{booking}/make_payment/"), &body)
        .token(token)
        .header("Idempotency-Key", &format!("measure-{method}-{number}"))
}

/// A request for a code.
pub fn code_request(identifier: &str) -> Request {
    let body = json!({"identifier": identifier, "otp_type": kind(identifier)});
    Request::post("/api/auth/send-otp/", &body)
}

fn kind(identifier: &str) -> &'static str {
    if identifier.contains('@') { "email" } else { "mobile" }
}

/// Logs in with the code that was sent, under the sponsor with this referral code; an access token.
pub fn log_in(
    client: &mut Client,
    outbox: &Path,
    identifier: &str,
    referral: Option<&str>,
) -> Result<String> {
    client.expect(&code_request(identifier), 200)?;
    let code = wait_for_code(outbox, identifier)?;
    let mut body = json!({"identifier": identifier, "otp_type": kind(identifier), "otp_code": code});
    if let Some(referral) = referral {
        body["referral_code"] = json!(referral);
    }
    let reply = client.expect(&Request::post("/api/auth/verify-otp/", &body), 200)?.json()?;
    Ok(text(&reply["tokens"], "access")?.to_owned())
}

fn book(client: &mut Client, token: &str) -> Result<u64> {
    let reply = client.expect(&booking(token), 201)?.json()?;
    reply["id"].as_u64().context("a booking has no id")
}

fn wallet(client: &mut Client, token: &str) -> Result<Value> {
    client.expect(&Request::get("/api/wallet/my_wallet/").token(token), 200)?.json()
}

fn wait_until_posted(client: &mut Client, sponsor: &str) -> Result<()> {
    let deadline = Instant::now() + POSTED_TIMEOUT;
    loop {
        let wallet = wallet(client, sponsor)?;
        let earned = text(&wallet, "total_earned")?;
        if earned == SPONSOR_EARNED {
            return Ok(());
        }
        ensure!(
            Instant::now() < deadline,
            "the sponsor has earned {earned} instead of {SPONSOR_EARNED} after {POSTED_TIMEOUT:?}"
        );
        std::thread::sleep(LOOK_EVERY);
    }
}

/// The newest code that was sent to someone who asked once.
fn wait_for_code(outbox: &Path, identifier: &str) -> Result<String> {
    let messages = outbox.join("messages.jsonl");
    let deadline = Instant::now() + CODE_TIMEOUT;
    loop {
        // There is no file before the first message.
        let sent = std::fs::read_to_string(&messages).unwrap_or_default();
        if let Some(code) = find_code(&sent, identifier) {
            return Ok(code);
        }
        if Instant::now() > deadline {
            bail!("no code for {identifier} in {}", messages.display());
        }
        std::thread::sleep(LOOK_EVERY);
    }
}

fn find_code(messages: &str, identifier: &str) -> Option<String> {
    // The last line may not be whole yet.
    let messages = messages.lines().rev().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut bodies = messages.filter(|message| message["to"] == identifier);
    bodies.find_map(|message| {
        let words = message["body"].as_str()?.split(|letter: char| !letter.is_ascii_alphanumeric());
        let mut codes =
            words.filter(|word| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit()));
        codes.next().map(str::to_owned)
    })
}

fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str> {
    value[name].as_str().with_context(|| format!("no {name} in {value}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_code_of_the_right_one_is_found() {
        let messages = concat!(
            r#"{"channel":"sms","to":"9000000100","subject":"","body":"111111 is your code"}"#,
            "\n",
            r#"{"channel":"sms","to":"9000000100","subject":"","body":"Your code: 222222. Valid 10 minutes"}"#,
            "\n",
            r#"{"channel":"sms","to":"9000000101","subject":"","body":"333333"}"#,
            "\n",
            r#"{"channel":"sms","to":"9000000100","subject":"","body":"Paid 1234567 or x555555"}"#,
            "\n",
            r#"{"channel":"sms","to":"90000"#,
        );
        assert_eq!(find_code(messages, "9000000100").as_deref(), Some("222222"));
        assert_eq!(find_code(messages, "9000000101").as_deref(), Some("333333"));
        assert_eq!(find_code(messages, "9000000102"), None);
    }
}
