//! People join: a code, an account, a name, and what they mean to do next. And the story's last day.

use chrono::TimeDelta;
use money::Paise;
use wallet_rules::{booking::PaymentMethod, identity::IdentifierKind};

use super::{
    paying_out::Ending,
    people::{FOUNDERS, Habit, Person},
    story::{Act, Member, Story, call_of},
};
use crate::{
    Error, Page, Result,
    auth::{self, Side, VerifyOtp},
    booking,
    page::DEFAULT_SIZE,
    users,
    users::ProfileChange,
    wallet,
};

/// Who brings each founder in.
const FOUNDERS_SPONSORS: [Option<usize>; FOUNDERS] =
    [None, Some(0), Some(0), Some(0), Some(0), Some(1), Some(2)];
/// The newest rows of a list.
const FIRST_PAGE: Page = Page { number: 1, size: DEFAULT_SIZE };
/// Minutes of a day.
pub(super) const DAY: i64 = 24 * 60;
/// How long before the end each part of the last day is.
pub(super) const EPILOGUE: [TimeDelta; 4] =
    [TimeDelta::hours(20), TimeDelta::hours(9), TimeDelta::hours(6), TimeDelta::hours(5)];

impl Story {
    /// The next person becomes a member.
    pub(super) async fn join(&mut self) -> Result<()> {
        let number = self.members.len();
        let person = Person::of(number, &mut self.chance);
        let habit = self.habit(number);
        let sponsor = self.sponsor_of(number);
        let referral_code = sponsor.and_then(|sponsor| self.members.get(sponsor));
        let referral_code = referral_code.map(|sponsor| sponsor.referral_code.clone());
        let is_founder = number < FOUNDERS || number + 1 == self.people;
        let by_mobile = !is_founder && self.chance.happens(30);
        let (identifier, otp_type) = if by_mobile {
            (person.mobile.clone(), IdentifierKind::Mobile)
        } else {
            (person.email.clone(), IdentifierKind::Email)
        };
        let side = self.side_asked_for(number);
        let otp_code = self.code_sent_to(&identifier, otp_type).await?;
        let answer = VerifyOtp { identifier, otp_type, otp_code, referral_code, side };
        let login = auth::verify_otp(&self.app, "demo", answer).await?;
        let call = call_of(login.user.id, login.user.role);
        let mut change = profile_of(&person);
        // most give the other one too, some never do
        if is_founder || self.chance.happens(60) {
            if by_mobile {
                change.email_otp = Some(self.code_sent_to(&person.email, IdentifierKind::Email).await?);
                change.email = Some(person.email.clone());
            } else {
                change.mobile_otp = Some(self.code_sent_to(&person.mobile, IdentifierKind::Mobile).await?);
                change.mobile = Some(person.mobile.clone());
            }
        }
        let profile = users::update_profile(&self.app, &call, change).await?;
        let referral_code = profile.referral_code;
        self.members.push(Member {
            person,
            habit,
            call,
            referral_code,
            has_booking: false,
            kyc_sent: false,
            kyc_approved: false,
        });
        self.means_to(number, habit);
        Ok(())
    }

    /// What a new member means to do in the next days.
    fn means_to(&mut self, member: usize, habit: Habit) {
        let is_newcomer = member + 1 == self.people;
        if habit != Habit::Onlooker {
            let latest = if member < FOUNDERS || is_newcomer { 30 } else { 3 * DAY };
            self.note_within(10, latest, Act::Book { member });
        } else if member < FOUNDERS {
            // by then a reserve has come together
            let at = self.times.closes.plus(-TimeDelta::days(18));
            self.note(at, Act::Book { member });
        }
        // those above are paid out in the story
        if member < 5 {
            self.note_within(2 * DAY, 3 * DAY, Act::SendKyc { member });
        } else if !is_newcomer && self.chance.happens(45) {
            self.note_within(DAY, 8 * DAY, Act::SendKyc { member });
        }
    }

    fn habit(&mut self, number: usize) -> Habit {
        let habit = Habit::of(number, &mut self.chance);
        if number + 1 == self.people { Habit::Starter } else { habit }
    }

    /// Half of the people come through the three who were first, most others through whoever is there; a few
    /// find the platform by themselves.
    fn sponsor_of(&mut self, number: usize) -> Option<usize> {
        if let Some(sponsor) = FOUNDERS_SPONSORS.get(number) {
            return *sponsor;
        }
        match self.chance.below(100) {
            0..26 => Some(0),
            26..38 => Some(1),
            38..50 => Some(2),
            50..97 => Some(self.chance.below(self.members.len())),
            _ => None,
        }
    }

    fn side_asked_for(&mut self, number: usize) -> Option<Side> {
        match (number, self.chance.below(3)) {
            (1, _) => Some(Side::Left),
            (2, _) => Some(Side::Right),
            (_, 0) => None,
            (_, 1) => Some(Side::Left),
            _ => Some(Side::Right),
        }
    }

    /// Asks for a code and reads it in the message that came, half a minute later.
    async fn code_sent_to(&mut self, identifier: &str, otp_type: IdentifierKind) -> Result<String> {
        auth::send_otp(&self.app, "demo", identifier, otp_type).await?;
        self.settle().await?;
        self.app.clock.advance(TimeDelta::seconds(self.chance.between(15, 45)));
        let message = self.postbox.take().pop().filter(|message| message.to == identifier);
        let message = message.ok_or_else(|| Error::internal("a code did not come"))?;
        Ok(message.body.chars().take_while(char::is_ascii_digit).collect())
    }

    /// A part of the last day: something of everything stays under way.
    pub(super) async fn epilogue(&mut self, part: usize) -> Result<()> {
        match part {
            // one payout is being processed and one waits, of those who have most
            0 => {
                if let Some(payout) = self.ask_of_the_richest(0).await? {
                    self.note_within(6 * 60, 9 * 60, Act::ProcessPayout { payout, ending: Ending::Open });
                }
                Ok(())
            }
            1 => self.ask_of_the_richest(1).await.map(drop),
            // a KYC waits for its review
            2 => {
                let waits = self.members.iter().rposition(|member| !member.kyc_sent && member.has_booking);
                match waits {
                    Some(member) => self.send_kyc(member).await,
                    None => Ok(()),
                }
            }
            // and a bank transfer for its money
            _ => self.transfer_on_its_way().await,
        }
    }

    async fn ask_of_the_richest(&mut self, place: usize) -> Result<Option<i64>> {
        let mut richest = Vec::new();
        for number in 0..self.members.len() {
            if self.member(number)?.kyc_approved {
                let call = self.call(number)?;
                let balance = wallet::view_my_wallet(&self.app, &call).await?.balance;
                richest.push((std::cmp::Reverse(balance), number));
            }
        }
        richest.sort_unstable();
        match richest.get(place) {
            Some((_, member)) => self.ask_for(*member, 40, false).await,
            None => Ok(None),
        }
    }

    async fn transfer_on_its_way(&mut self) -> Result<()> {
        for number in (0..self.members.len()).rev() {
            let call = self.call(number)?;
            let filter = booking::BookingFilter::default();
            let bookings = booking::list_bookings(&self.app, &call, filter, FIRST_PAGE).await?;
            let least = Paise::rupees(5_000);
            let open = bookings.results.into_iter().find(|booking| booking.remaining_amount >= least);
            if let Some(booking) = open {
                return self.pay(number, booking.id, least, Some(PaymentMethod::BankTransfer)).await;
            }
        }
        Ok(())
    }
}

fn profile_of(person: &Person) -> ProfileChange {
    ProfileChange {
        first_name: Some(person.first_name.to_owned()),
        last_name: Some(person.last_name.to_owned()),
        gender: Some(person.gender),
        date_of_birth: Some(person.born),
        address_line1: Some(person.address.clone()),
        city: Some(person.city.to_owned()),
        state: Some(person.state.to_owned()),
        pincode: Some(person.pincode.clone()),
        ..ProfileChange::default()
    }
}
