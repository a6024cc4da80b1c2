//! Payouts: what they come to, who moves them on, races, and what a refusal leaves behind.

use app::{
    App, Call,
    payout::{self, NewPayout, PayoutFilter, objects::Payout},
};
use infra::{on_both, testing::TestDb};
use wallet_rules::{payout::PayoutStatus, people::Role, plan::CeilingPeriod};

use crate::fixture::{
    ACCOUNT, admin, approve_kyc, assert_proven, balances, call, code_of, earn, keyed, member, platform,
    platform_with, rupees,
};

on_both!(
    a_request_holds_the_whole_amount_and_freezes_it,
    a_refused_request_leaves_nothing,
    bank_details_are_those_of_the_kyc,
    without_a_kyc_rule_bank_details_are_given,
    a_failed_payout_returns_net_and_tax,
    rejecting_and_cancelling_return_everything,
    nobody_moves_their_own_payout_on,
    a_ceiling_of_a_year_counts_what_was_posted,
    a_withdrawn_approval_makes_a_payout_stale,
    lists_are_masked_and_filtered,
);

/// What a member asks for, with the KYC's bank account.
pub fn asking(amount: &str) -> NewPayout {
    NewPayout { requested_amount: rupees(amount), ..NewPayout::default() }
}

/// A member with this much in the wallet and an approved KYC, and an admin.
pub async fn payee(test: &TestDb, app: &App, amount: &str) -> (Call, Call) {
    let (payee, admin) = (member(test, app, None), admin(test, app));
    earn(test, app, &payee, amount).await;
    approve_kyc(test, app, &payee, &admin);
    (payee, admin)
}

/// Asks for a payout.
pub async fn request(app: &App, payee: &Call, amount: &str) -> app::Result<Payout> {
    Ok(payout::request_payout(app, payee, asking(amount)).await?.value)
}

/// Every row that a payout could touch, counted and summed.
fn rows(test: &TestDb) -> Vec<i64> {
    [
        "SELECT COUNT(*) AS value FROM payouts",
        "SELECT COUNT(*) AS value FROM payout_parts",
        "SELECT COUNT(*) AS value FROM payouts WHERE status = 'pending'",
        "SELECT COUNT(*) AS value FROM payments",
        "SELECT COUNT(*) AS value FROM accounts",
        "SELECT COUNT(*) AS value FROM ledger_transactions",
        "SELECT COUNT(*) AS value FROM ledger_entries",
        "SELECT COUNT(*) AS value FROM tds_register",
        "SELECT COUNT(*) AS value FROM outbox",
        "SELECT COUNT(*) AS value FROM idempotency_keys",
        "SELECT CAST(SUM(balance) AS SIGNED) AS value FROM accounts WHERE kind = 'wallet'",
        "SELECT CAST(SUM(total_paid) AS SIGNED) AS value FROM bookings",
        "SELECT CAST(SUM(total_withdrawn) AS SIGNED) AS value FROM wallets",
    ]
    .map(|query| test.number(query))
    .to_vec()
}

async fn a_request_holds_the_whole_amount_and_freezes_it(test: &TestDb) {
    let app = platform(test).await;
    let (payee, admin) = payee(test, &app, "650.00").await;
    let made = request(&app, &payee, "650.00").await.unwrap();
    let amounts = [made.requested_amount, made.tds_amount, made.emi_amount, made.net_amount];
    assert_eq!(amounts, ["650.00", "32.50", "0.00", "617.50"].map(rupees));
    assert_eq!((made.status, made.account_number.as_str()), (PayoutStatus::Pending, ACCOUNT));
    let held = balances(&app, &payee).await;
    assert_eq!((held.wallet, held.on_hold), (rupees("0.00"), rupees("650.00")));
    assert_eq!(made.wallet_balance, rupees("0.00"));
    assert_proven(&app).await;

    let completed = payout::complete_payout(&app, &admin, made.id, "UTR1".to_owned()).await;
    assert_eq!(code_of(completed), "invalid_state");
    let seen = payout::process_payout(&app, &admin, made.id).await.unwrap().value;
    assert_eq!(seen.status, PayoutStatus::Processing);
    assert_eq!(test.number("SELECT tds_deducted AS value FROM tds_register"), 3_250);
    assert_proven(&app).await;

    let blank = payout::complete_payout(&app, &admin, made.id, "  ".to_owned()).await;
    assert_eq!(code_of(blank), "transaction_id");
    let seen = payout::complete_payout(&app, &admin, made.id, "UTR1".to_owned()).await.unwrap().value;
    assert_eq!((seen.status, seen.transaction_id.as_str()), (PayoutStatus::Completed, "UTR1"));
    let held = balances(&app, &payee).await;
    assert_eq!((held.wallet, held.on_hold), (rupees("0.00"), rupees("0.00")));
    assert_eq!(test.number("SELECT total_withdrawn AS value FROM wallets WHERE user_id = 1"), 65_000);
    assert_proven(&app).await;

    let page = app::Page { number: 1, size: 20 };
    let moves = payout::list_payout_transactions(&app, &payee, page).await.unwrap();
    let told: Vec<_> = moves.results.iter().map(|line| (line.transaction_type, line.amount)).collect();
    use app::payout::objects::PayoutTransactionType as Type;
    assert_eq!(told, [(Type::Payout, rupees("617.50")), (Type::Tds, rupees("32.50"))]);
    let first = &moves.results[0];
    assert_eq!(payout::view_payout_transaction(&app, &payee, first.id).await.unwrap(), *first);
    let other = member(test, &app, None);
    assert_eq!(code_of(payout::view_payout_transaction(&app, &other, first.id).await), "not found");
    let held = test.number("SELECT MIN(id) AS value FROM ledger_entries WHERE statement_type = 'PAYOUT'");
    assert_eq!(code_of(payout::view_payout_transaction(&app, &payee, held).await), "not found");
}

async fn a_refused_request_leaves_nothing(test: &TestDb) {
    let app = platform(test).await;
    let (member, admin) = (member(test, &app, None), admin(test, &app));
    earn(test, &app, &member, "100.00").await;
    let before = rows(test);
    assert_eq!(code_of(request(&app, &member, "50.00").await), "kyc_required");
    approve_kyc(test, &app, &member, &admin);
    assert_eq!(code_of(request(&app, &member, "0.99").await), "below_minimum");
    assert_eq!(code_of(request(&app, &member, "0.00").await), "below_minimum");
    assert_eq!(code_of(request(&app, &member, "100.01").await), "insufficient_balance");
    let long = NewPayout { notes: "x".repeat(501), ..asking("50.00") };
    assert_eq!(code_of(payout::request_payout(&app, &member, long).await), "notes");
    let keyed = keyed(&member, "/api/payout/", "k", "b");
    assert_eq!(code_of(request(&app, &keyed, "100.01").await), "insufficient_balance");
    assert_eq!(rows(test), before);
    request(&app, &keyed, "100.00").await.expect("a refusal can be tried again");
    assert_proven(&app).await;
}

async fn bank_details_are_those_of_the_kyc(test: &TestDb) {
    let app = platform(test).await;
    let (payee, _) = payee(test, &app, "100.00").await;
    let given = |change: fn(&mut NewPayout)| {
        let mut new = asking("10.00");
        change(&mut new);
        payout::request_payout(&app, &payee, new)
    };
    let wrong = given(|new| new.account_number = Some("30112233446".to_owned())).await;
    assert_eq!(code_of(wrong), "account_number");
    let wrong = given(|new| new.bank_name = Some("Another Bank".to_owned())).await;
    assert_eq!(code_of(wrong), "bank_name");
    let wrong = given(|new| new.ifsc_code = Some("nonsense".to_owned())).await;
    assert_eq!(code_of(wrong), "ifsc_code");
    let wrong = given(|new| new.account_holder_name = Some("Somebody Else".to_owned())).await;
    assert_eq!(code_of(wrong), "account_holder_name");
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM payouts"), 0);
    let right = given(|new| {
        new.account_number = Some(ACCOUNT.to_owned());
        new.ifsc_code = Some("sbin0001234".to_owned());
        new.bank_name = Some(" ".to_owned());
    });
    let made = right.await.unwrap().value;
    assert_eq!((made.bank_name.as_str(), made.ifsc_code.as_str()), ("State Bank of India", "SBIN0001234"));
    // what is frozen stays, whatever becomes of the KYC
    test.sql("UPDATE kycs SET bank_name = 'Another Bank', account_sealed = ''").unwrap();
    let seen = payout::view_payout(&app, &payee, made.id).await.unwrap();
    assert_eq!((seen.bank_name.as_str(), seen.account_number.as_str()), ("State Bank of India", ACCOUNT));
    assert_eq!(code_of(request(&app, &payee, "10.00").await), "account_number");
}

async fn without_a_kyc_rule_bank_details_are_given(test: &TestDb) {
    let app = platform_with(test, |plan| plan.payout_requires_kyc = false).await;
    let (payee, admin) = (member(test, &app, None), admin(test, &app));
    earn(test, &app, &payee, "100.00").await;
    assert_eq!(code_of(request(&app, &payee, "10.00").await), "account_holder_name");
    let new = NewPayout {
        bank_name: Some("State Bank of India".to_owned()),
        account_number: Some("123456".to_owned()),
        ifsc_code: Some("sbin0001234".to_owned()),
        account_holder_name: Some("Asha Member".to_owned()),
        ..asking("10.00")
    };
    let made = payout::request_payout(&app, &payee, new).await.unwrap().value;
    assert_eq!((made.account_number.as_str(), made.ifsc_code.as_str()), ("123456", "SBIN0001234"));
    let clear = "SELECT COUNT(*) AS value FROM payouts WHERE account_sealed LIKE '%123456%'";
    assert_eq!(test.number(clear), 0);
    payout::process_payout(&app, &admin, made.id).await.expect("no KYC is needed");
    assert_proven(&app).await;
}

async fn a_failed_payout_returns_net_and_tax(test: &TestDb) {
    let app = platform(test).await;
    let (payee, admin) = payee(test, &app, "1000.00").await;
    let made = request(&app, &payee, "400.00").await.unwrap();
    payout::process_payout(&app, &admin, made.id).await.unwrap();
    assert_eq!(code_of(payout::cancel_payout(&app, &payee, made.id).await), "invalid_state");
    let rejected = payout::reject_payout(&app, &admin, made.id, "no".to_owned()).await;
    assert_eq!(code_of(rejected), "invalid_state");
    assert_eq!(code_of(payout::fail_payout(&app, &admin, made.id, String::new()).await), "reason");
    let failed = payout::fail_payout(&app, &admin, made.id, "account closed".to_owned()).await.unwrap().value;
    assert_eq!((failed.status, failed.rejection_reason.as_str()), (PayoutStatus::Failed, "account closed"));
    let held = balances(&app, &payee).await;
    assert_eq!((held.wallet, held.on_hold), (rupees("1000.00"), rupees("0.00")));
    let register = "SELECT CAST(SUM(tds_deducted) AS SIGNED) AS value FROM tds_register";
    assert_eq!((test.number("SELECT COUNT(*) AS value FROM tds_register"), test.number(register)), (2, 0));
    let records = app::compliance::list_tds_records(&app, &payee, app::Page { number: 1, size: 20 });
    let told: Vec<_> = records.await.unwrap().results;
    assert_eq!(told.iter().map(|row| row.tds_deducted.to_string()).collect::<Vec<_>>(), ["-20.00", "20.00"]);
    assert_eq!(told[0].total_payout, rupees("-400.00"));
    assert_eq!((told[0].financial_year.as_str(), told[0].quarter), ("2026-27", 3));
    let mine = app::compliance::view_tds_record(&app, &payee, told[0].id).await.unwrap();
    assert_eq!(mine, told[0]);
    let other = member(test, &app, None);
    assert_eq!(code_of(app::compliance::view_tds_record(&app, &other, told[0].id).await), "not found");
    assert_proven(&app).await;
}

async fn rejecting_and_cancelling_return_everything(test: &TestDb) {
    let app = platform(test).await;
    let (payee, admin) = payee(test, &app, "1000.00").await;
    let first = request(&app, &payee, "400.00").await.unwrap();
    let second = request(&app, &payee, "600.00").await.unwrap();
    assert_eq!(balances(&app, &payee).await.on_hold, rupees("1000.00"));
    assert_eq!(code_of(payout::reject_payout(&app, &admin, first.id, " ".to_owned()).await), "reason");
    let rejected =
        payout::reject_payout(&app, &admin, first.id, "wrong account".to_owned()).await.unwrap().value;
    assert_eq!((rejected.status, rejected.wallet_balance), (PayoutStatus::Rejected, rupees("400.00")));
    let other = member(test, &app, None);
    assert_eq!(code_of(payout::cancel_payout(&app, &other, second.id).await), "not found");
    assert_eq!(code_of(payout::cancel_payout(&app, &admin, second.id).await), "not found");
    let cancelled = payout::cancel_payout(&app, &payee, second.id).await.unwrap().value;
    assert_eq!(cancelled.status, PayoutStatus::Cancelled);
    for id in [first.id, second.id] {
        assert_eq!(code_of(payout::process_payout(&app, &admin, id).await), "invalid_state");
    }
    let held = balances(&app, &payee).await;
    assert_eq!((held.wallet, held.on_hold), (rupees("1000.00"), rupees("0.00")));
    assert_eq!(test.number("SELECT COUNT(*) AS value FROM tds_register"), 0);
    assert_proven(&app).await;
}

async fn nobody_moves_their_own_payout_on(test: &TestDb) {
    let app = platform(test).await;
    let (boss, reviewer) = (admin(test, &app), admin(test, &app));
    earn(test, &app, &boss, "100.00").await;
    approve_kyc(test, &app, &boss, &reviewer);
    let made = request(&app, &boss, "100.00").await.unwrap();
    let before = rows(test);
    let staff = call(member(test, &app, None).actor.id, Role::Staff);
    for actor in [&boss, &staff] {
        let text = || "text".to_owned();
        assert_eq!(code_of(payout::process_payout(&app, actor, made.id).await), "forbidden");
        assert_eq!(code_of(payout::complete_payout(&app, actor, made.id, text()).await), "forbidden");
        assert_eq!(code_of(payout::reject_payout(&app, actor, made.id, text()).await), "forbidden");
        assert_eq!(code_of(payout::fail_payout(&app, actor, made.id, text()).await), "forbidden");
    }
    assert_eq!(code_of(payout::view_payout(&app, &staff, made.id).await), "not found");
    assert_eq!(code_of(payout::process_payout(&app, &reviewer, made.id + 1).await), "not found");
    let accounts = before[4] + 3;
    assert_eq!(rows(test)[4], accounts, "only the staff member's own accounts came");
    assert_eq!(rows(test)[5..], before[5..]);
    payout::process_payout(&app, &reviewer, made.id).await.expect("somebody else may");
}

async fn a_ceiling_of_a_year_counts_what_was_posted(test: &TestDb) {
    let app = platform_with(test, |plan| {
        plan.tds_ceiling_period = CeilingPeriod::FinancialYear;
        plan.tds_ceiling = rupees("60.00");
    })
    .await;
    let (payee, admin) = payee(test, &app, "5000.00").await;
    let taxed = async |amount: &str| request(&app, &payee, amount).await.unwrap();
    let first = taxed("1000.00").await;
    assert_eq!(first.tds_amount, rupees("50.00"));
    assert_eq!(code_of(request(&app, &payee, "10.00").await), "payout_open");
    payout::process_payout(&app, &admin, first.id).await.unwrap();
    assert_eq!(code_of(request(&app, &payee, "10.00").await), "payout_open");
    payout::complete_payout(&app, &admin, first.id, "UTR1".to_owned()).await.unwrap();

    let second = taxed("1000.00").await;
    assert_eq!(second.tds_amount, rupees("10.00"), "what the ceiling leaves");
    payout::process_payout(&app, &admin, second.id).await.unwrap();
    payout::fail_payout(&app, &admin, second.id, "closed".to_owned()).await.unwrap();
    let third = taxed("1000.00").await;
    assert_eq!(third.tds_amount, rupees("10.00"), "returned tax makes room again");
    payout::cancel_payout(&app, &payee, third.id).await.unwrap();

    app.clock.set("2027-03-31T23:59:59.999999+05:30".parse().unwrap());
    let last = taxed("1000.00").await;
    assert_eq!(last.tds_amount, rupees("10.00"));
    payout::cancel_payout(&app, &payee, last.id).await.unwrap();
    app.clock.set("2027-04-01T00:00:00+05:30".parse().unwrap());
    let next = taxed("1000.00").await;
    assert_eq!(next.tds_amount, rupees("50.00"), "another financial year");
    assert_proven(&app).await;
}

async fn a_withdrawn_approval_makes_a_payout_stale(test: &TestDb) {
    let app = platform(test).await;
    let (payee, admin) = payee(test, &app, "100.00").await;
    let made = request(&app, &payee, "100.00").await.unwrap();
    test.sql("UPDATE kycs SET status = 'pending'").unwrap();
    let before = rows(test);
    assert_eq!(code_of(payout::process_payout(&app, &admin, made.id).await), "payout_stale");
    assert_eq!(rows(test), before);
    payout::reject_payout(&app, &admin, made.id, "KYC withdrawn".to_owned()).await.unwrap();
    assert_eq!(balances(&app, &payee).await.wallet, rupees("100.00"));
    assert_proven(&app).await;
}

async fn lists_are_masked_and_filtered(test: &TestDb) {
    let app = platform(test).await;
    let (payee, admin) = payee(test, &app, "1000.00").await;
    let page = app::Page { number: 1, size: 20 };
    app.clock.set("2026-11-22T23:59:59.999999+05:30".parse().unwrap());
    let late = request(&app, &payee, "10.00").await.unwrap();
    app.clock.set("2026-11-23T00:00:00+05:30".parse().unwrap());
    let early = request(&app, &payee, "20.00").await.unwrap();
    payout::cancel_payout(&app, &payee, early.id).await.unwrap();
    let ids = async |call: &Call, filter: PayoutFilter| {
        let listed = payout::list_payouts(&app, call, filter, page).await.unwrap();
        assert!(listed.results.iter().all(|row| row.account_number == "XXXXXX3445"), "{listed:?}");
        listed.results.iter().map(|row| row.id).collect::<Vec<_>>()
    };
    let day = |text: &str| Some(text.parse().unwrap());
    let all = PayoutFilter::default();
    assert_eq!(ids(&payee, all).await, [early.id, late.id]);
    assert_eq!(ids(&admin, all).await, [early.id, late.id]);
    assert!(ids(&member(test, &app, None), all).await.is_empty());
    let first_day = PayoutFilter { end_date: day("2026-11-22"), ..all };
    assert_eq!(ids(&payee, first_day).await, [late.id]);
    let second_day = PayoutFilter { start_date: day("2026-11-23"), end_date: day("2026-11-23"), ..all };
    assert_eq!(ids(&payee, second_day).await, [early.id]);
    let pending = PayoutFilter { status: Some(PayoutStatus::Pending), ..all };
    assert_eq!(ids(&payee, pending).await, [late.id]);
    let beyond = app::Page { number: 2, size: 20 };
    assert_eq!(code_of(payout::list_payouts(&app, &payee, all, beyond).await), "not found");
    let whole = payout::view_payout(&app, &admin, late.id).await.unwrap();
    assert_eq!((whole.account_number.as_str(), whole.user_email.as_str()), (ACCOUNT, "member1@example.in"));
}
