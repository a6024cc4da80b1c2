//! KYC and payouts, in every state there is.

use chrono::TimeDelta;
use money::{Paise, Rounding};
use wallet_rules::payout::PayoutStatus;

use super::{
    joining::DAY,
    people::Person,
    specimen,
    story::{Act, Story},
};
use crate::{
    Error, Result,
    payout::{self, NewPayout},
    users::{self, KycInput},
    wallet,
};

/// Nobody asks for less, nor for a part of it.
const STEP: Paise = Paise::rupees(100);
/// One KYC in so many is rejected, and every other one of these is sent in again.
const ONE_REJECTED_IN: usize = 5;

/// How a processed payout ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// The bank has paid.
    Paid,
    /// The bank could not pay.
    Failed,
    /// The bank has not answered when the story ends.
    Open,
}

/// What comes of payouts, in turn.
#[derive(Clone, Copy)]
enum Fate {
    Processed(Ending),
    Cancelled,
    Rejected,
}

const FATES: [Fate; 8] = [
    Fate::Processed(Ending::Paid),
    Fate::Cancelled,
    Fate::Processed(Ending::Paid),
    Fate::Rejected,
    Fate::Processed(Ending::Paid),
    Fate::Processed(Ending::Failed),
    Fate::Processed(Ending::Paid),
    Fate::Processed(Ending::Paid),
];

impl Story {
    /// The founders' payouts around 31 March: one is taxed before it, one after it, and of one the tax returns in
    /// the year after.
    pub(super) fn note_year_end(&mut self) {
        let at = |hours: i64| self.times.year_end.plus(TimeDelta::hours(hours));
        let asked = [
            (
                at(-10 * 24 + 11),
                Act::AskPayout { member: 0, percent: 50, auto_fill: false, ending: Some(Ending::Paid) },
            ),
            (
                at(-3 * 24 + 12),
                Act::AskPayout { member: 2, percent: 60, auto_fill: false, ending: Some(Ending::Failed) },
            ),
            (
                at(-24 + 16),
                Act::AskPayout { member: 0, percent: 80, auto_fill: true, ending: Some(Ending::Paid) },
            ),
        ];
        for (at, act) in asked {
            self.note(at, act);
        }
    }

    /// A member sends in their KYC, with documents that say what they are.
    pub(super) async fn send_kyc(&mut self, number: usize) -> Result<()> {
        let call = self.call(number)?;
        let tint = [(); 3].map(|()| u8::try_from(self.chance.below(160)).unwrap_or_default());
        let sends_both = self.chance.happens(25);
        let input = papers_of(&self.member(number)?.person, tint, sends_both);
        let kyc = users::submit_kyc(&self.app, &call, input).await?;
        self.member(number)?.kyc_sent = true;
        self.note_within(DAY, 3 * DAY, Act::ReviewKyc { member: number, kyc: kyc.id });
        Ok(())
    }

    /// An admin approves the KYC or not.
    pub(super) async fn review_kyc(&mut self, number: usize, kyc: i64) -> Result<()> {
        let admin = self.admin.clone();
        let turn = self.turns.kycs_reviewed;
        self.turns.kycs_reviewed += 1;
        // the first ones are the founders'
        if turn < ONE_REJECTED_IN || !turn.is_multiple_of(ONE_REJECTED_IN) {
            users::approve_kyc(&self.app, &admin, kyc).await?;
            self.member(number)?.kyc_approved = true;
            if turn >= ONE_REJECTED_IN {
                self.asks_again(number, 2, 12);
            } else {
                // the founders' first payouts are those around the year's end
                let after = TimeDelta::days(self.chance.between(8, 20));
                let act = ask(number, self.chance.happens(50));
                self.note(self.times.opened.max(self.times.year_end).plus(after), act);
            }
            return Ok(());
        }
        users::reject_kyc(&self.app, &admin, kyc, "The PAN card can't be read.").await?;
        if turn.is_multiple_of(2 * ONE_REJECTED_IN) {
            self.note_within(2 * DAY, 5 * DAY, Act::SendKyc { member: number });
        }
        Ok(())
    }

    fn asks_again(&mut self, number: usize, first_day: i64, last_day: i64) {
        let act = ask(number, self.chance.happens(50));
        self.note_within(first_day * DAY, last_day * DAY, act);
    }

    /// A member asks for a share of their wallet. Without an `ending`, what comes of it goes by turns, and they ask
    /// again in some weeks.
    pub(super) async fn ask_payout(
        &mut self,
        number: usize,
        percent: i64,
        auto_fill: bool,
        ending: Option<Ending>,
    ) -> Result<()> {
        if let Some(payout) = self.ask_for(number, percent, auto_fill).await? {
            match ending.map_or_else(|| self.next_fate(), Fate::Processed) {
                Fate::Processed(ending) => {
                    self.note_within(DAY, 2 * DAY, Act::ProcessPayout { payout, ending });
                }
                Fate::Cancelled => self.note_within(30, 300, Act::CancelPayout { member: number, payout }),
                Fate::Rejected => self.note_within(DAY / 2, DAY, Act::RejectPayout { payout }),
            }
        }
        if ending.is_none() {
            self.asks_again(number, 14, 30);
        }
        Ok(())
    }

    /// The payout of a share of a wallet, in hundreds of rupees; none when that is too little.
    pub(super) async fn ask_for(
        &mut self,
        number: usize,
        percent: i64,
        emi_auto_filled: bool,
    ) -> Result<Option<i64>> {
        let call = self.call(number)?;
        let balance = wallet::view_my_wallet(&self.app, &call).await?.balance;
        let share = balance.checked_mul(percent)?.checked_div(100, Rounding::Down)?;
        let requested_amount = STEP.checked_mul(share.get() / STEP.get())?;
        if !requested_amount.is_positive() {
            return Ok(None);
        }
        let new = NewPayout { requested_amount, emi_auto_filled, ..NewPayout::default() };
        Ok(Some(payout::request_payout(&self.app, &call, new).await?.value.id))
    }

    fn next_fate(&mut self) -> Fate {
        let turn = self.turns.payouts_asked;
        self.turns.payouts_asked += 1;
        FATES[turn % FATES.len()]
    }

    /// The member needs the money elsewhere.
    pub(super) async fn cancel_payout(&mut self, number: usize, payout: i64) -> Result<()> {
        let call = self.call(number)?;
        payout::cancel_payout(&self.app, &call, payout).await?;
        Ok(())
    }

    /// An admin turns a payout down.
    pub(super) async fn reject_payout(&mut self, payout: i64) -> Result<()> {
        let reason = "The account's holder is not the one in the KYC.".to_owned();
        payout::reject_payout(&self.app, &self.admin, payout, reason).await?;
        Ok(())
    }

    /// An admin processes a payout; what does not fit any more is turned down.
    pub(super) async fn process_payout(&mut self, payout: i64, ending: Ending) -> Result<()> {
        let processed = match payout::process_payout(&self.app, &self.admin, payout).await {
            Ok(done) => done.value,
            Err(Error::Conflict { detail, .. }) => {
                payout::reject_payout(&self.app, &self.admin, payout, detail).await?;
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        // with nothing left for the bank it is complete
        if processed.status == PayoutStatus::Processing && ending != Ending::Open {
            self.note_within(DAY, 3 * DAY, Act::EndPayout { payout, ending });
        }
        Ok(())
    }

    /// The bank has answered.
    pub(super) async fn end_payout(&mut self, payout: i64, ending: Ending) -> Result<()> {
        if ending == Ending::Failed {
            let reason = "The bank does not know the account.".to_owned();
            payout::fail_payout(&self.app, &self.admin, payout, reason).await?;
        } else {
            payout::complete_payout(&self.app, &self.admin, payout, format!("NEFT{payout:08}")).await?;
        }
        Ok(())
    }
}

fn ask(member: usize, auto_fill: bool) -> Act {
    Act::AskPayout { member, percent: 60, auto_fill, ending: None }
}

/// The Aadhaar card may be sent along; the PAN card always is.
fn papers_of(person: &Person, tint: [u8; 3], sends_both: bool) -> KycInput {
    let card = || specimen::card(tint);
    KycInput {
        pan_number: Some(person.pan.clone()),
        aadhaar_number: Some(person.aadhaar.clone()),
        address_line1: Some(person.address.clone()),
        city: Some(person.city.to_owned()),
        state: Some(person.state.to_owned()),
        pincode: Some(person.pincode.clone()),
        bank_name: Some("Demo Bank".to_owned()),
        account_number: Some(person.account.clone()),
        ifsc_code: Some("DEMO0000123".to_owned()),
        account_holder_name: Some(person.name()),
        pan_document: Some(card()),
        aadhaar_front: sends_both.then(card),
        aadhaar_back: sends_both.then(card),
        ..KycInput::default()
    }
}
