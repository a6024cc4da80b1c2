//! The ledger's one writer, alone and with many at once.

use infra::{
    Error, Result,
    db::Tx,
    ledger::{self, Balances, Posted},
    testing::{Engine, TestDb, runtime},
};
use money::Paise;
use wallet_rules::{
    calendar::Instant,
    earning::{PairSplit, Spread},
    ledger::{Account, OutsideKind, Posting},
};

use crate::{races, rows};

infra::on_both!(
    a_posting_moves_balances_and_writes_a_chain_of_entries,
    the_business_day_is_indian,
    a_key_is_posted_once,
    too_little_changes_nothing_whatever_the_order_of_the_accounts,
    what_can_not_be_posted_says_so,
    of_32_who_take_the_whole_wallet_one_gets_it,
    of_16_who_post_one_key_one_does,
);

fn now() -> Instant {
    Instant::parse_rfc3339("2026-01-31T10:00:00+05:30").expect("an instant")
}

fn post(tx: &mut Tx, posting: &Posting) -> Result<Posted> {
    ledger::post(tx, posting, "test", now())
}

fn bonus(payment: i64, member: i64, paise: i64) -> Posting {
    Posting::referral_bonus(payment, member, Paise::new(paise)).expect("a bonus")
}

fn payment(payment: i64, member: i64, booking: i64, paise: i64) -> Posting {
    Posting::payment_from_wallet(payment, member, booking, Paise::new(paise)).expect("a payment")
}

/// Two members; the account of booking 7, which is member 1's, is opened before every wallet.
async fn open_accounts(test: &TestDb) {
    rows::seed_members(test, 2);
    let open = |tx: &mut Tx| -> Result<()> {
        ledger::open_account(tx, Account::Booking(7), 1, now())?;
        for member in [1, 2] {
            ledger::open_account(tx, Account::Wallet(member), member, now())?;
            ledger::open_account(tx, Account::EmiReserve(member), member, now())?;
            ledger::open_account(tx, Account::Reserve(member), member, now())?;
        }
        Ok(())
    };
    test.db.write(open).await.expect("the accounts open");
}

async fn write(test: &TestDb, posting: Posting) -> Posted {
    test.db.write(move |tx| post(tx, &posting)).await.expect("posted or refused")
}

async fn balances(test: &TestDb, member: i64) -> Balances {
    test.db.read(move |reader| ledger::balances(reader, member)).await.expect("balances")
}

/// What must hold of every ledger, from raw SQL.
fn assert_sound(test: &TestDb) {
    let none = [
        ("transactions whose entries do not sum to zero",
         "SELECT count(*) AS value FROM (SELECT 1 AS one FROM ledger_entries GROUP BY transaction_id HAVING sum(amount) <> 0) t"),
        ("transactions without entries",
         "SELECT count(*) AS value FROM ledger_transactions WHERE id NOT IN (SELECT transaction_id FROM ledger_entries)"),
        ("members' accounts that are not what their entries sum up to",
         "SELECT count(*) AS value FROM accounts a WHERE balance IS NOT NULL AND balance <>
          (SELECT coalesce(sum(e.amount), 0) FROM ledger_entries e WHERE e.account_id = a.id)"),
        ("members' accounts with a gap in their numbers",
         "SELECT count(*) AS value FROM accounts a WHERE balance IS NOT NULL AND (last_entry_no <>
          (SELECT count(*) FROM ledger_entries e WHERE e.account_id = a.id) OR last_entry_no <>
          (SELECT coalesce(max(e.entry_no), 0) FROM ledger_entries e WHERE e.account_id = a.id))"),
        ("entries whose balance does not follow from the one before",
         "SELECT count(*) AS value FROM ledger_entries e LEFT JOIN ledger_entries b
          ON b.account_id = e.account_id AND b.entry_no = e.entry_no - 1
          WHERE e.entry_no IS NOT NULL AND e.balance_after <> coalesce(b.balance_after, 0) + e.amount"),
        ("house accounts with a balance or a numbered entry",
         "SELECT count(*) AS value FROM accounts a LEFT JOIN ledger_entries e ON e.account_id = a.id
          WHERE a.user_id IS NULL AND (a.balance IS NOT NULL OR a.last_entry_no IS NOT NULL OR e.entry_no IS NOT NULL)"),
    ];
    for (what, query) in none {
        assert_eq!(test.number(query), 0, "{what}");
    }
}

async fn a_posting_moves_balances_and_writes_a_chain_of_entries(test: &TestDb) {
    open_accounts(test).await;
    assert!(matches!(write(test, bonus(1, 1, 100_000)).await, Posted::New { .. }));
    let split = PairSplit {
        gross: Paise::new(50_000),
        emi: Paise::new(10_000),
        reserve: Paise::new(5_000),
        net: Paise::new(35_000),
    };
    let spread = Spread { parts: vec![(7, Paise::new(8_000))], to_reserve: Paise::new(2_000) };
    let earning = Posting::pair_earning(3, 1, &split, &spread).expect("a posting");
    assert!(matches!(write(test, earning).await, Posted::New { .. }));
    assert!(matches!(write(test, payment(2, 1, 7, 135_000)).await, Posted::New { .. }));

    let expected = Balances {
        wallet: Paise::ZERO,
        emi_reserve: Paise::new(2_000),
        reserve: Paise::new(5_000),
        on_hold: Paise::ZERO,
    };
    assert_eq!(balances(test, 1).await, expected);
    assert_eq!(balances(test, 2).await, Balances::default());
    let statement =
        "SELECT concat(e.entry_no, ' ', e.statement_type, ' ', e.amount, ' ', e.balance_after) AS value
        FROM ledger_entries e JOIN accounts a ON a.id = e.account_id
        WHERE a.kind = 'wallet' AND a.owner_id = 1 ORDER BY e.entry_no";
    assert_eq!(
        test.texts(statement),
        [
            "1 REFERRAL_BONUS 100000 100000",
            "2 BINARY_PAIR 50000 150000",
            "3 EMI_DEDUCTION -8000 142000",
            "4 EMI_DEDUCTION -2000 140000",
            "5 RESERVE_DEDUCTION -5000 135000",
            "6 BOOKING_PAYMENT -135000 0",
        ]
    );
    assert_sound(test);
}

async fn the_business_day_is_indian(test: &TestDb) {
    open_accounts(test).await;
    for (payment, instant) in [(1, "2026-01-31T23:59:59.999999+05:30"), (2, "2026-02-01T00:00:00+05:30")] {
        let at = Instant::parse_rfc3339(instant).expect("an instant");
        let post = move |tx: &mut Tx| ledger::post(tx, &bonus(payment, 1, 100), "test", at);
        test.db.write(post).await.expect("posted");
    }
    let days = "SELECT concat(business_date, '') AS value FROM ledger_entries WHERE entry_no IS NOT NULL ORDER BY id";
    assert_eq!(test.texts(days), ["2026-01-31", "2026-02-01"]);
}

async fn a_key_is_posted_once(test: &TestDb) {
    open_accounts(test).await;
    let Posted::New { transaction } = write(test, bonus(1, 1, 500)).await else { panic!("not posted") };
    assert_eq!(write(test, bonus(1, 1, 500)).await, Posted::Already { transaction });
    // the key decides, not what comes with it
    assert_eq!(write(test, bonus(1, 2, 900)).await, Posted::Already { transaction });
    let twice = |tx: &mut Tx| Ok::<_, Error>((post(tx, &bonus(2, 1, 1))?, post(tx, &bonus(2, 1, 1))?));
    let (first, second) = test.db.write(twice).await.expect("posted");
    let Posted::New { transaction } = first else { panic!("not posted: {first:?}") };
    assert_eq!(second, Posted::Already { transaction });
    assert_eq!(balances(test, 1).await.wallet, Paise::new(501));
    assert_eq!(test.number("SELECT count(*) AS value FROM ledger_transactions"), 2);
    assert_sound(test);
}

async fn too_little_changes_nothing_whatever_the_order_of_the_accounts(test: &TestDb) {
    open_accounts(test).await;
    write(test, bonus(1, 1, 500)).await;
    // the booking's account is locked before the wallet's; a hold's after it
    let hold = |tx: &mut Tx| ledger::open_account(tx, Account::Hold(5), 1, now());
    test.db.write(hold).await.expect("a hold opens");
    let to_hold = Posting::payout_requested(5, 1, Paise::new(501)).expect("a payout");
    for posting in [payment(2, 1, 7, 501), to_hold] {
        assert_eq!(write(test, posting).await, Posted::Insufficient(Account::Wallet(1)));
        assert_eq!(balances(test, 1).await, Balances { wallet: Paise::new(500), ..Balances::default() });
        assert_eq!(test.number("SELECT balance AS value FROM accounts WHERE kind = 'booking'"), 0);
        assert_eq!(test.number("SELECT count(*) AS value FROM ledger_transactions"), 1);
        assert_sound(test);
    }
    assert!(matches!(write(test, payment(2, 1, 7, 500)).await, Posted::New { .. }));
    assert_sound(test);
}

async fn what_can_not_be_posted_says_so(test: &TestDb) {
    open_accounts(test).await;
    assert_eq!(write(test, bonus(1, 1, 0)).await, Posted::Empty);
    let nobody = bonus(1, 99, 100);
    let outcome = test.db.write(move |tx| post(tx, &nobody)).await;
    assert!(matches!(outcome, Err(Error::Corrupt(_))), "{outcome:?}");
    let house = |tx: &mut Tx| ledger::open_account(tx, Account::Outside(OutsideKind::Cash), 1, now());
    assert!(matches!(test.db.write(house).await, Err(Error::Corrupt(_))));
    let again = |tx: &mut Tx| ledger::open_account(tx, Account::Wallet(1), 1, now());
    let outcome = test.db.write(again).await;
    assert!(matches!(outcome, Err(Error::Duplicate(infra::Unique::AccountsKindOwner))), "{outcome:?}");
    assert_eq!(test.number("SELECT count(*) AS value FROM ledger_entries"), 0);
}

async fn of_32_who_take_the_whole_wallet_one_gets_it(test: &TestDb) {
    open_accounts(test).await;
    write(test, bonus(1, 1, 77_700)).await;
    let outcomes = races::at_once(32, |number| {
        let debit = payment(100 + i64::try_from(number).expect("a number"), 1, 7, 77_700);
        races::write(test.db.clone(), move |tx| post(tx, &debit))
    })
    .await;
    let new = outcomes.iter().filter(|outcome| matches!(outcome, Ok(Posted::New { .. }))).count();
    let refused = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Ok(Posted::Insufficient(Account::Wallet(1)))))
        .count();
    assert_eq!((new, refused), (1, 31), "{outcomes:?}");
    assert_eq!(balances(test, 1).await.wallet, Paise::ZERO);
    assert_eq!(test.number("SELECT balance AS value FROM accounts WHERE kind = 'booking'"), 77_700);
    assert_sound(test);
}

async fn of_16_who_post_one_key_one_does(test: &TestDb) {
    open_accounts(test).await;
    // the second takes the whole of what the first gave: who comes late must not be told that it is short
    for posting in [bonus(1, 1, 500), payment(2, 1, 7, 500)] {
        let outcomes = races::at_once(16, |_| {
            let posting = posting.clone();
            races::write(test.db.clone(), move |tx| post(tx, &posting))
        })
        .await;
        let new: Vec<i64> = outcomes
            .iter()
            .filter_map(|outcome| match outcome {
                Ok(Posted::New { transaction }) => Some(*transaction),
                _ => None,
            })
            .collect();
        let [transaction] = new[..] else { panic!("{outcomes:?}") };
        let already = outcomes
            .iter()
            .filter(|outcome| matches!(outcome, Ok(Posted::Already { transaction: t }) if *t == transaction));
        assert_eq!(already.count(), 15, "{outcomes:?}");
    }
    assert_sound(test);
}

/// The house's accounts are in every posting: were their rows locked, this would not come to an end.
#[test]
fn two_members_do_not_wait_for_each_other_on_mysql() {
    let test = TestDb::open(Engine::Mysql);
    let runtime = runtime();
    runtime.block_on(async {
        open_accounts(&test).await;
        let (posted, second_may_begin) = tokio::sync::oneshot::channel();
        let (done, first_may_end) = std::sync::mpsc::channel();
        let gates = std::sync::Mutex::new((Some(posted), first_may_end));
        let db = test.db.clone();
        let first = tokio::spawn(async move {
            db.write(move |tx| {
                let outcome = post(tx, &bonus(1, 1, 100))?;
                let mut gates = gates.lock().expect("the gates");
                if let Some(posted) = gates.0.take() {
                    posted.send(()).expect("the second waits");
                    gates.1.recv().expect("the second is done");
                }
                Ok::<_, Error>(outcome)
            })
            .await
        });
        second_may_begin.await.expect("the first has posted");
        assert!(matches!(write(&test, bonus(2, 2, 100)).await, Posted::New { .. }));
        done.send(()).expect("the first waits");
        assert!(matches!(first.await.expect("the first ends"), Ok(Posted::New { .. })));
        assert_sound(&test);
    });
}
