//! What there is at the end, as an admin sees it.

use std::collections::HashMap;
use std::net::SocketAddr;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::http::{Client, Request};

/// A row of a list.
pub struct Row(Value);

impl Row {
    /// A row with these fields.
    #[cfg(test)]
    pub fn of(fields: Value) -> Self {
        Self(fields)
    }

    /// Its key.
    pub fn id(&self) -> u64 {
        self.number("id")
    }

    /// A number, 0 where there is none.
    pub fn number(&self, name: &str) -> u64 {
        self.0[name].as_u64().unwrap_or_default()
    }

    /// A text, empty where there is none.
    pub fn text(&self, name: &str) -> &str {
        self.0[name].as_str().unwrap_or_default()
    }

    /// An amount that is not negative, in paise.
    pub fn paise(&self, name: &str) -> Result<u64> {
        let text = self.text(name);
        text.replacen('.', "", 1).parse().with_context(|| format!("{name} {text:?} of {}", self.0))
    }
}

/// Every row that counts, and how many there are by amount.
pub struct Lists {
    pub bookings: Vec<Row>,
    pub payments: Vec<Row>,
    pub payouts: Vec<Row>,
    pub pairs: Vec<Row>,
    /// `REFERRAL_BONUS` of all wallets.
    pub bonuses: Vec<Row>,
    /// `BINARY_PAIR` of all wallets.
    pub earnings: Vec<Row>,
}

impl Lists {
    /// Reads them all.
    ///
    /// # Errors
    /// When a list can't be read to its end.
    pub fn fetch(host: SocketAddr, admin: &str) -> Result<Self> {
        let mut client = Client::connect(host)?;
        let mut list = |path: &str| all(&mut client, admin, path);
        Ok(Self {
            bookings: list("booking/bookings/?")?,
            payments: list("booking/payments/?")?,
            payouts: list("payout/?")?,
            pairs: list("binary/pairs/?")?,
            bonuses: list("wallet/transactions/?transaction_type=REFERRAL_BONUS&")?,
            earnings: list("wallet/transactions/?transaction_type=BINARY_PAIR&")?,
        })
    }

    /// Payments that members made; the platform's own follow from payouts and pairs.
    pub fn payments_of_members(&self) -> impl Iterator<Item = &Row> {
        let of_platform = ["emi_auto_fill", "emi_deduction"];
        self.payments.iter().filter(move |row| !of_platform.contains(&row.text("payment_method")))
    }
}

/// How many rows there are with each value.
pub fn count<'a, K: Eq + std::hash::Hash>(
    rows: impl IntoIterator<Item = &'a Row>,
    key: impl Fn(&Row) -> K,
) -> HashMap<K, usize> {
    let mut counts = HashMap::new();
    for row in rows {
        *counts.entry(key(row)).or_insert(0) += 1;
    }
    counts
}

fn all(client: &mut Client, admin: &str, path: &str) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for page in 1.. {
        let request = Request::get(format!("/api/{path}page_size=100&page={page}")).token(admin);
        let mut reply = client.expect(&request, 200)?.json()?;
        let Value::Array(results) = reply["results"].take() else { anyhow::bail!("{path} is no list") };
        rows.extend(results.into_iter().map(Row));
        if reply["next"].is_null() {
            ensure!(
                reply["count"] == rows.len(),
                "{path} has {} rows, and {} were seen",
                reply["count"],
                rows.len()
            );
            break;
        }
    }
    Ok(rows)
}
