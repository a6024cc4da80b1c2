//! The story's thread: what is to happen, in the order of its time, on a platform with a moved clock.

use std::collections::BTreeMap;

use chrono::{Datelike as _, TimeDelta, Weekday};
use infra::{
    cache::Cache,
    clock::Clock,
    limits::Limits,
    metrics::Metrics,
    outbox,
    outsiders::{Gateway, Mailer, Postbox, SmsSender},
};
use money::Paise;
use wallet_rules::{
    booking::PaymentMethod,
    calendar::{Instant, day_start},
    people::Role,
    plan::Plan,
};

use super::{
    Demo, FEWEST, Filled, Progress,
    chance::Chance,
    joining::EPILOGUE,
    paying_out::Ending,
    people::{FOUNDERS, Habit, Person},
    timetable::Timetable,
};
use crate::{
    Actor, App, Call, Error, Parts, Result, Signals, auth, schedule, setup, tasks,
    tree::{Step, TreeMatcher, TreeReader},
};

/// Who decides in the story.
const ADMIN: (&str, &str) = ("admin@example.in", "9999999999");
/// Tasks read at once.
const TASKS: i64 = 500;

/// Something that is to happen.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// The next person joins.
    Join,
    /// A new day: periodic work, and the month's beginning where there is one.
    Night,
    /// A member books what suits their habit.
    Book { member: usize },
    /// The owner takes an unpaid booking back.
    CancelBooking { member: usize, booking: i64 },
    /// A member pays; without a method, the one that suits.
    Pay { member: usize, booking: i64, amount: Paise, method: Option<PaymentMethod> },
    /// An admin looks whether the money has come in.
    DecidePayment { member: usize, booking: i64, payment: i64, amount: Paise },
    /// A member sends in their KYC.
    SendKyc { member: usize },
    /// The KYC is looked at.
    ReviewKyc { member: usize, kyc: i64 },
    /// A member asks for `percent` of their wallet.
    AskPayout { member: usize, percent: i64, auto_fill: bool, ending: Option<Ending> },
    /// A member takes a payout back.
    CancelPayout { member: usize, payout: i64 },
    /// An admin turns a payout down.
    RejectPayout { payout: i64 },
    /// An admin processes a payout, which ends like this after so many days.
    ProcessPayout { payout: i64, ending: Ending },
    /// The bank has answered.
    EndPayout { payout: i64, ending: Ending },
    /// The last day: somebody of everything that is under way.
    Epilogue(usize),
}

/// Somebody who has joined.
pub(super) struct Member {
    pub(super) person: Person,
    pub(super) habit: Habit,
    pub(super) call: Call,
    pub(super) referral_code: String,
    pub(super) has_booking: bool,
    pub(super) kyc_sent: bool,
    pub(super) kyc_approved: bool,
}

/// How often something has happened, for what takes turns.
#[derive(Default)]
pub(super) struct Turns {
    pub(super) payments_decided: usize,
    pub(super) kycs_reviewed: usize,
    pub(super) payouts_asked: usize,
}

/// A story that is being told.
pub(super) struct Story {
    pub(super) app: App,
    pub(super) chance: Chance,
    pub(super) times: Timetable,
    pub(super) members: Vec<Member>,
    pub(super) admin: Call,
    pub(super) turns: Turns,
    pub(super) people: usize,
    pub(super) postbox: Postbox,
    agenda: BTreeMap<(Instant, u64), Act>,
    noted: u64,
    matcher: TreeMatcher,
}

impl Story {
    /// The platform on the day before the first one joins: a plan, and an admin.
    pub(super) async fn begin(on: &App, demo: &Demo) -> Result<Self> {
        let times = Timetable::ending(demo.until);
        let postbox = Postbox::default();
        let app = moved(on, times.founded, &postbox);
        setup::seed_plan(&app, Plan::default_plan()).await?;
        let (email, mobile) = ADMIN;
        let admin = auth::create_superuser(&app, email, Some(mobile)).await?;
        let matcher = TreeMatcher::load(&app).await?;
        let mut story = Self {
            app,
            chance: Chance::of_seed(demo.seed),
            times,
            members: Vec::new(),
            admin: call_of(admin.id, Role::Admin),
            turns: Turns::default(),
            people: demo.people.max(FEWEST),
            postbox,
            agenda: BTreeMap::new(),
            noted: 0,
            matcher,
        };
        story.note_what_comes();
        Ok(story)
    }

    /// The nights, who joins when, the founders' payouts around the year's end, and the last day.
    fn note_what_comes(&mut self) {
        let Timetable { founded, closes, .. } = self.times;
        let mut night = day_start(founded.ist_date()).plus(TimeDelta::minutes(10));
        while night < closes {
            self.note(night, Act::Night);
            night = night.plus(TimeDelta::days(1));
        }
        for number in 0..self.people {
            let at = self.joins_at(number);
            self.note(at, Act::Join);
        }
        self.note_year_end();
        for (part, before) in EPILOGUE.into_iter().enumerate() {
            self.note(closes.plus(-before), Act::Epilogue(part));
        }
    }

    /// The founders within their first days; the others over the months, at an hour when people are awake.
    fn joins_at(&mut self, number: usize) -> Instant {
        let Timetable { founded, closes, .. } = self.times;
        if let Some(after) = i64::try_from(number).ok().filter(|_| number < FOUNDERS) {
            return founded.plus(TimeDelta::hours(10 + 4 * (after % 2)) + TimeDelta::days(after / 2));
        }
        let last = self.people - 1;
        if number == last {
            return closes.plus(-TimeDelta::hours(2));
        }
        let day = self.times.joining(number - FOUNDERS, last - FOUNDERS).ist_date();
        let at = day_start(day).plus(TimeDelta::minutes(self.chance.between(8 * 60, 21 * 60)));
        at.min(closes.plus(-TimeDelta::hours(3)))
    }

    /// Notes an act; what would come after the end is never told.
    pub(super) fn note(&mut self, at: Instant, act: Act) {
        if at <= self.times.closes {
            self.noted += 1;
            self.agenda.insert((at, self.noted), act);
        }
    }

    /// Notes an act after a time from `first` to `last` minutes from now.
    pub(super) fn note_within(&mut self, first: i64, last: i64, act: Act) {
        let after = TimeDelta::minutes(self.chance.between(first, last));
        self.note(self.app.clock.now().plus(after), act);
    }

    /// Tells it all.
    pub(super) async fn tell(&mut self, progress: &mut impl FnMut(Progress)) -> Result<()> {
        while let Some(((at, _), act)) = self.agenda.pop_first() {
            // some acts take a minute, in which the next one may have come
            self.app.clock.set(at.max(self.app.clock.now()));
            if matches!(act, Act::Night) {
                progress(Progress { joined: self.members.len(), of: self.people, day: at.ist_date() });
            }
            self.perform(act).await?;
            self.settle().await?;
        }
        progress(Progress { joined: self.members.len(), of: self.people, day: self.times.closes.ist_date() });
        Ok(())
    }

    async fn perform(&mut self, act: Act) -> Result<()> {
        match act {
            Act::Join => self.join().await,
            Act::Night => self.night().await,
            Act::Book { member } => self.book(member).await,
            Act::CancelBooking { member, booking } => self.cancel_booking(member, booking).await,
            Act::Pay { member, booking, amount, method } => self.pay(member, booking, amount, method).await,
            Act::DecidePayment { member, booking, payment, amount } => {
                self.decide_payment(member, booking, payment, amount).await
            }
            Act::SendKyc { member } => self.send_kyc(member).await,
            Act::ReviewKyc { member, kyc } => self.review_kyc(member, kyc).await,
            Act::AskPayout { member, percent, auto_fill, ending } => {
                self.ask_payout(member, percent, auto_fill, ending).await
            }
            Act::CancelPayout { member, payout } => self.cancel_payout(member, payout).await,
            Act::RejectPayout { payout } => self.reject_payout(payout).await,
            Act::ProcessPayout { payout, ending } => self.process_payout(payout, ending).await,
            Act::EndPayout { payout, ending } => self.end_payout(payout, ending).await,
            Act::Epilogue(part) => self.epilogue(part).await,
        }
    }

    /// Periodic work, once a week; the month begins by itself when the matcher looks at the clock.
    async fn night(&mut self) -> Result<()> {
        if self.app.clock.now().ist_date().weekday() == Weekday::Sun {
            schedule::run_due_jobs(&self.app).await?;
        }
        Ok(())
    }

    /// Runs what follows: tasks that are due, and the matcher, until both have nothing to do.
    pub(super) async fn settle(&mut self) -> Result<()> {
        loop {
            let now = self.app.clock.now();
            let due =
                self.app.db.read(move |reader| Ok::<_, Error>(outbox::due(reader, now, TASKS)?)).await?;
            let mut is_quiet = due.is_empty();
            for task in due {
                tasks::run(&self.app, task).await?;
            }
            while matches!(self.matcher.step().await?, Step::Advanced { .. }) {
                is_quiet = false;
            }
            if is_quiet {
                return Ok(());
            }
        }
    }

    /// Leaves the matcher's seat to whoever serves, and says who is who.
    pub(super) async fn end(mut self) -> Result<Filled> {
        self.matcher.leave().await?;
        let email = |number: usize| {
            let member = self.members.get(number);
            member.map(|member| member.person.email.clone()).ok_or_else(|| Error::internal("nobody joined"))
        };
        Ok(Filled {
            admin: ADMIN.0.to_owned(),
            rich: email(0)?,
            deducted: email(1)?,
            reserved: email(2)?,
            newcomer: email(self.members.len() - 1)?,
            people: self.members.len(),
        })
    }

    /// The member with this number in the story.
    pub(super) fn member(&mut self, number: usize) -> Result<&mut Member> {
        self.members.get_mut(number).ok_or_else(|| Error::internal("somebody acts who has not joined"))
    }

    /// A request of this member.
    pub(super) fn call(&mut self, number: usize) -> Result<Call> {
        Ok(self.member(number)?.call.clone())
    }
}

/// The same platform with a clock of its own, messages that stay here, and a gateway that takes every payment.
fn moved(on: &App, start: Instant, postbox: &Postbox) -> App {
    App::new(Parts {
        db: on.db.clone(),
        redis: None,
        limits: Limits::of(None, &on.keys),
        cache: Cache::of(None, &on.keys),
        clock: Clock::manual(start),
        keys: on.keys.clone(),
        tokens: on.tokens.clone(),
        lifetimes: on.lifetimes,
        files: on.files.clone(),
        gateway: Gateway::Simulated,
        mailer: Mailer::Kept(postbox.clone()),
        sms: SmsSender::Kept(postbox.clone()),
        signals: Signals::default(),
        trees: TreeReader::default(),
        metrics: Metrics::default(),
    })
}

/// A request of an account.
pub(super) fn call_of(id: i64, role: Role) -> Call {
    let actor = Actor {
        id,
        role,
        is_superuser: role == Role::Admin,
        session: None,
        second_factor: false,
        foreign_token: None,
    };
    Call { actor, request_id: "demo".to_owned(), client_address: String::new(), idempotency: None }
}
