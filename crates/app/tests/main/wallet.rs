//! Wallets, their statements, and how each row came about.

use std::collections::BTreeSet;

use app::{
    App, Call, Page,
    tree::TreeMatcher,
    wallet::{self, TransactionFilter, objects::WalletTransaction},
};
use infra::{on_both, testing::TestDb};
use money::{Paise, Rate};
use wallet_rules::{
    booking::PaymentMethod,
    ledger::{PostingKind, StatementType},
    people::Role,
};

use crate::{
    fixture::{
        admin, approve_kyc, assert_proven, book, call, code_of, earn, member, pay, platform, platform_with,
        run_tasks, rupees,
    },
    payout::asking,
    tree::settle,
};

on_both!(
    a_statement_adds_up,
    lists_show_what_is_asked_for,
    every_kind_of_row_is_explained,
    no_row_of_any_wallet_is_left_unexplained,
    a_deduction_is_explained_by_where_it_went,
    wallets_are_their_members,
);

const FIRST_PAGE: Page = Page { number: 1, size: 100 };

/// A member above 14 others who each paid ₹500: 7 pairs, all posted.
pub async fn with_seven_pairs(test: &TestDb, app: &App) -> (Call, Vec<Call>) {
    let owner = member(test, app, None);
    let mut below = Vec::new();
    for _ in 0..14 {
        let buyer = member(test, app, Some(owner.actor.id));
        let made = book(app, &buyer, "1000.00").await;
        pay(app, &buyer, made.id, "500.00", PaymentMethod::Online).await.expect("a payment");
        below.push(buyer);
    }
    let mut matcher = TreeMatcher::load(app).await.expect("the trees");
    settle(&mut matcher).await;
    run_tasks(app).await;
    (owner, below)
}

async fn statement(app: &App, call: &Call, filter: TransactionFilter) -> Vec<WalletTransaction> {
    wallet::list_transactions(app, call, filter, FIRST_PAGE).await.expect("a statement").results
}

async fn a_statement_adds_up(test: &TestDb) {
    let app = platform(test).await;
    let (owner, _) = with_seven_pairs(test, &app).await;
    let mine = wallet::view_my_wallet(&app, &owner).await.unwrap();
    let amounts = [mine.balance, mine.emi_reserve, mine.reserve, mine.on_hold, mine.total_earned];
    assert_eq!(amounts, ["3650.00", "200.00", "0.00", "0.00", "3850.00"].map(rupees));
    let rows = statement(&app, &owner, TransactionFilter::default()).await;
    assert_eq!(rows.len(), 14 + 7 + 2);
    let mut balance = Paise::ZERO;
    for row in rows.iter().rev() {
        assert_eq!(row.balance_before, balance, "{row:?}");
        assert_eq!(row.balance_before.checked_add(row.amount).unwrap(), row.balance_after);
        assert_eq!((row.wallet, row.user), (mine.id, owner.actor.id));
        balance = row.balance_after;
    }
    assert_eq!(balance, mine.balance);
    for row in &rows {
        assert_eq!(wallet::view_transaction(&app, &owner, row.id).await.unwrap(), *row);
    }
    assert_proven(&app).await;
}

async fn lists_show_what_is_asked_for(test: &TestDb) {
    let app = platform(test).await;
    let (owner, below) = with_seven_pairs(test, &app).await;
    let boss = admin(test, &app);
    let only = |kind| TransactionFilter { transaction_type: Some(kind), ..TransactionFilter::default() };
    let count = async |call: &Call, filter| statement(&app, call, filter).await.len();
    assert_eq!(count(&owner, only(StatementType::BinaryPair)).await, 7);
    assert_eq!(count(&owner, only(StatementType::EmiDeduction)).await, 2);
    assert_eq!(count(&owner, only(StatementType::Payout)).await, 0);
    let day = |text: &str| Some(text.parse().unwrap());
    let all = TransactionFilter::default();
    let that_day = TransactionFilter { start_date: day("2026-11-22"), end_date: day("2026-11-22"), ..all };
    assert_eq!(count(&owner, that_day).await, 23);
    assert_eq!(count(&owner, TransactionFilter { end_date: day("2026-11-21"), ..all }).await, 0);
    assert_eq!(count(&owner, TransactionFilter { start_date: day("2026-11-23"), ..all }).await, 0);
    // below the owner one member has 3 pairs and a second has 3
    let everyone = count(&boss, all).await;
    let of_one = |user| TransactionFilter { user_id: Some(user), ..all };
    assert!(everyone > 23, "{everyone}");
    assert_eq!(count(&boss, of_one(owner.actor.id)).await, 23);
    assert_eq!(count(&below[0], of_one(owner.actor.id)).await, count(&boss, of_one(below[0].actor.id)).await);
    assert_eq!(count(&boss, of_one(boss.actor.id)).await, 0);
    let newest = &statement(&app, &owner, all).await[0];
    assert_eq!(code_of(wallet::view_transaction(&app, &below[0], newest.id).await), "not found");
    assert_eq!(code_of(wallet::explain_transaction(&app, &below[0], newest.id).await), "not found");
    wallet::view_transaction(&app, &boss, newest.id).await.expect("an admin sees it");
    let house = test.number("SELECT MIN(id) AS value FROM ledger_entries WHERE statement_type IS NULL");
    assert_eq!(code_of(wallet::view_transaction(&app, &boss, house).await), "not found");
}

/// The explanations of the member's rows of one kind, newest first.
async fn why(app: &App, call: &Call, kind: StatementType) -> Vec<wallet::objects::Explanation> {
    let filter = TransactionFilter { transaction_type: Some(kind), ..TransactionFilter::default() };
    let mut told = Vec::new();
    for row in statement(app, call, filter).await {
        let why = wallet::explain_transaction(app, call, row.id).await.expect("an explanation");
        assert_eq!(why.facts["amount"], row.amount.to_string());
        assert_eq!(why.facts["reference_id"], row.reference_id);
        assert!(!why.sentences.is_empty() && !row.description.is_empty());
        told.push(why);
    }
    told
}

async fn every_kind_of_row_is_explained(test: &TestDb) {
    let app = platform(test).await;
    let (owner, _) = with_seven_pairs(test, &app).await;
    let boss = admin(test, &app);
    let bonus = &why(&app, &owner, StatementType::ReferralBonus).await[13];
    assert_eq!(
        bonus.sentences,
        [
            "m***@example.in, whom you brought in, paid ₹500.00 on 2026-11-22.",
            "Plan version 1 gives the sponsor 5 % of every completed payment, from the one that confirms the \
             booking onwards: ₹25.00.",
        ]
    );
    let pairs = why(&app, &owner, StatementType::BinaryPair).await;
    let numbers: Vec<_> = pairs.iter().map(|why| why.facts["pair_number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(pairs[0].facts["number_in_month"], 7);
    assert_eq!(pairs[0].facts["net"], "400.00");
    assert_eq!(pairs[6].facts["emi_deducted"], "0.00");
    assert_eq!(
        pairs[0].sentences[2..],
        [
            "Plan version 1 pays ₹500.00 for a pair.",
            "Pair 7: not an Active Buyer on 22 November 2026, so ₹100.00 of ₹500.00 went to EMI (20 %).",
            "₹400.00 of it stays in the wallet.",
        ]
    );
    assert!(pairs[6].sentences.iter().all(|text| !text.contains("20 %")), "{pairs:?}");
    let reserve = &why(&app, &owner, StatementType::EmiDeduction).await[0];
    assert_eq!(reserve.facts["went_to"], "emi_reserve");

    let made = book(&app, &owner, "10000.00").await;
    run_tasks(&app).await;
    pay(&app, &owner, made.id, "650.00", PaymentMethod::Wallet).await.unwrap();
    let payment = &why(&app, &owner, StatementType::BookingPayment).await[0];
    assert_eq!(payment.facts["booking_number"], made.booking_number);
    approve_kyc(test, &app, &owner, &boss);
    let first = app::payout::request_payout(&app, &owner, asking("1000.00")).await.unwrap().value;
    let asked = &why(&app, &owner, StatementType::Payout).await[0];
    assert_eq!((&asked.facts["tds_amount"], &asked.facts["status"]), (&"50.00".into(), &"pending".into()));
    app::payout::process_payout(&app, &boss, first.id).await.unwrap();
    app::payout::fail_payout(&app, &boss, first.id, "account closed".to_owned()).await.unwrap();
    let returned = why(&app, &owner, StatementType::Refund).await;
    assert_eq!(returned.len(), 2, "tax and net");
    assert!(returned[0].sentences[1].contains("Its tax of ₹50.00"), "{returned:?}");
    assert!(returned[1].sentences[1].contains("Its net of ₹950.00"), "{returned:?}");
    let second = app::payout::request_payout(&app, &owner, asking("10.00")).await.unwrap().value;
    app::payout::cancel_payout(&app, &owner, second.id).await.unwrap();
    let third = app::payout::request_payout(&app, &owner, asking("20.00")).await.unwrap().value;
    app::payout::reject_payout(&app, &boss, third.id, "wrong bank".to_owned()).await.unwrap();
    let returned = why(&app, &owner, StatementType::Refund).await;
    assert!(returned[0].sentences[0].contains("rejected: wrong bank"), "{returned:?}");
    assert!(returned[1].sentences[0].starts_with("You cancelled"), "{returned:?}");
    let mut texts: Vec<_> = statement(&app, &owner, TransactionFilter::default())
        .await
        .into_iter()
        .map(|row| row.description)
        .collect();
    texts.sort();
    texts.dedup();
    assert!(texts.contains(&format!("Tax of payout {}, which failed", first.id)), "{texts:?}");
    assert!(texts.contains(&"EMI part of pair 7, kept for your next booking".to_owned()), "{texts:?}");
    assert_proven(&app).await;
}

/// Walks every row of every wallet after a life in which all that the ledger can post has happened.
async fn no_row_of_any_wallet_is_left_unexplained(test: &TestDb) {
    let app = platform_with(test, |plan| {
        plan.max_earnings_before_active_buyer = 0;
        plan.reserve_deduction_percentage = Rate::whole(10);
    })
    .await;
    let (owner, boss) = (member(test, &app, None), admin(test, &app));
    for _ in 0..2 {
        earn(test, &app, &owner, "250.00").await;
    }
    let mut matcher = TreeMatcher::load(&app).await.expect("the trees");
    settle(&mut matcher).await;
    run_tasks(&app).await;
    let made = book(&app, &owner, "10000.00").await;
    run_tasks(&app).await;
    pay(&app, &owner, made.id, "500.00", PaymentMethod::Wallet).await.unwrap();
    approve_kyc(test, &app, &owner, &boss);
    let ask = async |amount: &str| {
        app::payout::request_payout(&app, &owner, asking(amount)).await.expect("a payout").value.id
    };
    let (paid, failed) = (ask("100.00").await, ask("50.00").await);
    for payout in [paid, failed] {
        app::payout::process_payout(&app, &boss, payout).await.unwrap();
    }
    app::payout::complete_payout(&app, &boss, paid, "UTR1".to_owned()).await.unwrap();
    app::payout::fail_payout(&app, &boss, failed, "account closed".to_owned()).await.unwrap();
    app::payout::cancel_payout(&app, &owner, ask("40.00").await).await.unwrap();
    app::payout::reject_payout(&app, &boss, ask("30.00").await, "wrong bank".to_owned()).await.unwrap();

    let mut kinds = BTreeSet::new();
    for row in statement(&app, &boss, TransactionFilter::default()).await {
        kinds.insert(row.transaction_type);
        let told = wallet::explain_transaction(&app, &boss, row.id).await;
        let told = told.unwrap_or_else(|error| panic!("{row:?}: {error}"));
        assert!(
            !told.sentences.is_empty() && told.sentences.iter().all(|text| text.ends_with('.')),
            "{told:?}"
        );
        let facts = ["transaction_type", "amount", "reference_type", "reference_id"];
        let shown = [
            row.transaction_type.to_string(),
            row.amount.to_string(),
            row.reference_type.to_string(),
            row.reference_id.to_string(),
        ];
        for (fact, shown) in facts.into_iter().zip(shown) {
            assert_eq!(told.facts[fact].to_string().trim_matches('"'), shown, "{fact} of {row:?}");
        }
    }
    // nothing posts a deposit today
    let posted = StatementType::ALL.iter().copied().filter(|kind| *kind != StatementType::Deposit);
    assert_eq!(kinds, posted.collect());
    let entries = "SELECT COUNT(*) AS value FROM ledger_entries JOIN accounts ON accounts.id = account_id
         WHERE kind = 'wallet'";
    let listed = wallet::list_transactions(&app, &boss, TransactionFilter::default(), FIRST_PAGE).await;
    assert_eq!(listed.unwrap().count, test.number(entries));
    // every event of the ledger that moves a wallet's money is among them
    let events = test.texts("SELECT DISTINCT kind AS value FROM ledger_transactions ORDER BY kind");
    let missing: Vec<_> =
        PostingKind::ALL.iter().filter(|kind| !events.iter().any(|event| event == kind.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert_proven(&app).await;
}

async fn a_deduction_is_explained_by_where_it_went(test: &TestDb) {
    let app = platform_with(test, |plan| {
        plan.max_earnings_before_active_buyer = 0;
        plan.reserve_deduction_percentage = Rate::whole(10);
    })
    .await;
    let owner = member(test, &app, None);
    let made = book(&app, &owner, "10000.00").await;
    for _ in 0..2 {
        earn(test, &app, &owner, "25.00").await;
    }
    let mut matcher = TreeMatcher::load(&app).await.expect("the trees");
    settle(&mut matcher).await;
    run_tasks(&app).await;
    let emi = &why(&app, &owner, StatementType::EmiDeduction).await[0];
    assert_eq!(
        (&emi.facts["went_to"], &emi.facts["booking_number"]),
        (&"booking".into(), &made.booking_number.clone().into())
    );
    let reserve = &why(&app, &owner, StatementType::ReserveDeduction).await[0];
    assert_eq!((&reserve.facts["went_to"], &reserve.facts["rate"]), (&"reserve".into(), &"10".into()));
    let mine = wallet::view_my_wallet(&app, &owner).await.unwrap();
    assert_eq!((mine.reserve, mine.balance), (rupees("50.00"), rupees("400.00")));
    assert_proven(&app).await;
}

async fn wallets_are_their_members(test: &TestDb) {
    let app = platform(test).await;
    let (one, two, boss) = (member(test, &app, None), member(test, &app, None), admin(test, &app));
    earn(test, &app, &one, "30.00").await;
    let mine = wallet::view_my_wallet(&app, &one).await.unwrap();
    assert_eq!((mine.balance, mine.user_email.as_str()), (rupees("30.00"), "member1@example.in"));
    assert_eq!(wallet::view_wallet(&app, &one, mine.id).await.unwrap(), mine);
    assert_eq!(wallet::view_wallet(&app, &boss, mine.id).await.unwrap(), mine);
    let staff = call(two.actor.id, Role::Staff);
    for other in [&two, &staff] {
        assert_eq!(code_of(wallet::view_wallet(&app, other, mine.id).await), "not found");
    }
    let listed = wallet::list_wallets(&app, &one, FIRST_PAGE).await.unwrap();
    assert_eq!((listed.count, &listed.results[0]), (1, &mine));
    assert_eq!(wallet::list_wallets(&app, &boss, FIRST_PAGE).await.unwrap().count, 4);
    let nobody = call(4_711, Role::User);
    assert_eq!(code_of(wallet::view_my_wallet(&app, &nobody).await), "not found");
}
