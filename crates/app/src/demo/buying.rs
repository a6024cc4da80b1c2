//! Members book and pay, each by their habit, and an admin looks after transfers and cash.

use money::{Paise, Rounding};
use wallet_rules::booking::{PaymentMethod, PaymentStatus};

use super::{
    joining::DAY,
    people::{FOUNDERS, Habit},
    story::{Act, Story},
};
use crate::{
    Error, Result,
    booking::{self, NewBooking, NewPayment, Settlement, objects::Booking},
    wallet,
};

/// Model, variant, price in rupees. None of them is built.
const VEHICLES: [(&str, &str, i32); 8] = [
    ("Bijli S1", "Standard", 54_999),
    ("Bijli S1", "Long Range", 64_999),
    ("Pavan City 125", "", 79_999),
    ("Pavan Tour", "Twin Battery", 104_999),
    ("Shakti E-Rick", "Passenger", 119_000),
    ("Shakti E-Rick", "Delivery Box", 124_500),
    ("Vayu Loader L5", "Flatbed", 149_000),
    ("Vayu Loader L5", "Closed Body", 165_000),
];
/// What makes an Active Buyer at once.
const GOOD_PART: Paise = Paise::rupees(5_000);
/// One transfer or packet of cash in so many does not come in.
const ONE_FAILS_IN: usize = 7;
const MONTHS: [u32; 4] = [12, 18, 24, 36];

impl Story {
    /// A member books what suits their habit, and means to pay.
    pub(super) async fn book(&mut self, number: usize) -> Result<()> {
        let habit = self.member(number)?.habit;
        let call = self.call(number)?;
        let wish = self.wish(number, habit);
        let booking = booking::create_booking(&self.app, &call, wish).await?.value;
        self.member(number)?.has_booking = true;
        let first = match (habit, number) {
            // the reserve pays
            (Habit::Onlooker, _) => return Ok(()),
            (Habit::Waverer, _) => {
                if number == FOUNDERS || (number != FOUNDERS + 1 && self.chance.happens(50)) {
                    let act = Act::CancelBooking { member: number, booking: booking.id };
                    self.note_within(3 * DAY, 10 * DAY, act);
                }
                return Ok(());
            }
            (Habit::Starter, _) => booking.booking_amount,
            (Habit::Instalments, 3 | 4) => Paise::rupees(30_000),
            (Habit::Instalments, _) => booking.booking_amount.max(GOOD_PART),
            (Habit::Outright, _) => booking.total_amount.checked_div(2, Rounding::HalfAwayFromZero)?,
        };
        let act = Act::Pay { member: number, booking: booking.id, amount: first, method: None };
        self.note_within(3, 45, act);
        Ok(())
    }

    fn wish(&mut self, number: usize, habit: Habit) -> NewBooking {
        let (model, variant, price) = match (habit, number) {
            // cheap enough for an instalment to come out of a payout
            (_, 0) => ("Bijli S1", "Founder's Edition", 49_999),
            (Habit::Starter, _) => self.chance.pick(&VEHICLES[..4], VEHICLES[0]),
            _ => self.chance.pick(&VEHICLES, VEHICLES[0]),
        };
        let booking_amount = match (habit, number) {
            (_, 0) => 10_000,
            (Habit::Starter | Habit::Waverer, _) => 500,
            (Habit::Onlooker | Habit::Instalments, _) => self.chance.pick(&[1_000, 2_000, 5_000], 2_000),
            (Habit::Outright, _) => 10_000,
        };
        let (emi_amount, emi_duration_months) = match (habit, number) {
            (_, 0) => (None, Some(36)),
            (Habit::Starter, _) => (None, Some(self.chance.pick(&[24, 36], 24))),
            (Habit::Instalments, _) if self.chance.happens(30) => {
                (Some(Paise::rupees(self.chance.pick(&[2_500, 3_000, 4_500], 3_000))), None)
            }
            (Habit::Instalments | Habit::Onlooker, _) => (None, Some(self.chance.pick(&MONTHS, 24))),
            (Habit::Waverer | Habit::Outright, _) => (None, None),
        };
        NewBooking {
            vehicle_model: model.to_owned(),
            vehicle_variant: variant.to_owned(),
            booking_amount: Paise::rupees(booking_amount),
            total_amount: Paise::rupees(price),
            emi_amount,
            emi_duration_months,
            emi_start_date: None,
        }
    }

    /// The owner thinks better of it.
    pub(super) async fn cancel_booking(&mut self, number: usize, booking: i64) -> Result<()> {
        let call = self.call(number)?;
        booking::cancel_booking(&self.app, &call, booking).await?;
        self.member(number)?.has_booking = false;
        Ok(())
    }

    /// A member pays, at most what remains.
    pub(super) async fn pay(
        &mut self,
        number: usize,
        booking: i64,
        amount: Paise,
        method: Option<PaymentMethod>,
    ) -> Result<()> {
        let call = self.call(number)?;
        let remaining = booking::view_booking(&self.app, &call, booking).await?.remaining_amount;
        let amount = amount.min(remaining);
        if !amount.is_positive() {
            return Ok(());
        }
        let method = match method {
            Some(method) => method,
            None => self.method_for(number, amount).await?,
        };
        let new = NewPayment { amount, method };
        let payment = booking::make_payment(&self.app, &call, booking, new).await?.value;
        if payment.status != PaymentStatus::Pending {
            return self.pays_on(number, booking).await;
        }
        let act = Act::DecidePayment { member: number, booking, payment: payment.id, amount };
        match method {
            PaymentMethod::Cash => self.note_within(60, 8 * 60, act),
            _ => self.note_within(DAY, 2 * DAY, act),
        }
        Ok(())
    }

    /// The wallet where it holds enough, mostly; else what people have at hand.
    async fn method_for(&mut self, number: usize, amount: Paise) -> Result<PaymentMethod> {
        let call = self.call(number)?;
        let balance = wallet::view_my_wallet(&self.app, &call).await?.balance;
        if balance >= amount && (number < FOUNDERS || self.chance.happens(85)) {
            return Ok(PaymentMethod::Wallet);
        }
        Ok(match self.chance.below(100) {
            // what the founders earn must not wait for an admin
            _ if number < FOUNDERS => PaymentMethod::Online,
            0..50 => PaymentMethod::Online,
            50..78 => PaymentMethod::BankTransfer,
            _ => PaymentMethod::Cash,
        })
    }

    /// An admin confirms that the money has come in, or notes that it has not; then it is paid online.
    pub(super) async fn decide_payment(
        &mut self,
        number: usize,
        booking: i64,
        payment: i64,
        amount: Paise,
    ) -> Result<()> {
        let admin = self.admin.clone();
        self.turns.payments_decided += 1;
        if self.turns.payments_decided % ONE_FAILS_IN == 3 {
            let settlement = Settlement { notes: "Nothing has come in.".to_owned(), ..Settlement::default() };
            booking::fail_payment(&self.app, &admin, payment, settlement).await?;
            let method = Some(PaymentMethod::Online);
            self.note_within(DAY / 2, DAY, Act::Pay { member: number, booking, amount, method });
            return Ok(());
        }
        let settlement = Settlement { transaction_id: format!("UTR{payment:09}"), notes: String::new() };
        match booking::confirm_payment(&self.app, &admin, payment, settlement).await {
            Ok(_) => self.pays_on(number, booking).await,
            // deductions have paid it off meanwhile
            Err(Error::Conflict { detail, .. }) => {
                let settlement = Settlement { notes: detail, ..Settlement::default() };
                booking::fail_payment(&self.app, &admin, payment, settlement).await?;
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// What a member means to pay after a payment was completed.
    async fn pays_on(&mut self, number: usize, booking: i64) -> Result<()> {
        let habit = self.member(number)?.habit;
        let call = self.call(number)?;
        let booking = booking::view_booking(&self.app, &call, booking).await?;
        let (percent, first, last) = match (habit, number) {
            // one founder stays no Active Buyer, so that pairs lose their EMI part
            (_, 1) => return Ok(()),
            (Habit::Starter, _) => (55, 28 * DAY, 33 * DAY),
            (_, 0) => (100, 28 * DAY, 33 * DAY),
            (Habit::Instalments, _) => (94, 28 * DAY, 33 * DAY),
            (Habit::Outright, _) => (100, 6 * DAY, 20 * DAY),
            (Habit::Onlooker | Habit::Waverer, _) => (0, 0, 0),
        };
        if booking.remaining_amount.is_positive() && self.chance.happens(percent) {
            let act =
                Act::Pay { member: number, booking: booking.id, amount: next_part(&booking), method: None };
            self.note_within(first, last, act);
        }
        Ok(())
    }
}

/// An instalment, or all that remains where there is no plan.
fn next_part(booking: &Booking) -> Paise {
    booking.emi_amount.unwrap_or(booking.remaining_amount)
}
