//! Accounts: who sees which, and how they end.

use app::{
    App, Call, Page, auth,
    users::{self, NewPerson},
};
use infra::{on_both, testing::TestDb};
use wallet_rules::people::Role;

use crate::{
    fixture::{admin, member, platform},
    people::{call_with, caller, login},
    signup::person,
};

on_both!(
    a_member_sees_their_own_account_and_an_admin_all,
    logging_out_everywhere_ends_every_session,
    what_an_operator_changes_holds_at_once_and_is_written_down,
    operators_are_made_by_those_above_them,
);

const PAGE: Page = Page { number: 1, size: 20 };

async fn ids(app: &App, who: &Call, search: Option<&str>) -> Vec<i64> {
    let list = users::list_users(app, who, search.map(str::to_owned), PAGE).await.expect("a list");
    list.results.into_iter().map(|user| user.id).collect()
}

async fn a_member_sees_their_own_account_and_an_admin_all(test: &TestDb) {
    let app = platform(test).await;
    let (one, other, admin) = (member(test, &app, None), member(test, &app, None), admin(test, &app));
    let (first, second, third) = (one.actor.id, other.actor.id, admin.actor.id);
    test.sql(&format!("UPDATE users SET first_name = 'Meera', mobile = '9000000321' WHERE id = {second}"))
        .expect("a name");
    assert_eq!(ids(&app, &one, None).await, [first]);
    assert_eq!(ids(&app, &one, Some("meera")).await, Vec::<i64>::new());
    assert_eq!(ids(&app, &admin, None).await, [third, second, first]);
    for text in ["mEERa", "000032", &format!("code{second}"), &format!("MEMBER{second}@"), "er"] {
        assert!(ids(&app, &admin, Some(text)).await.contains(&second), "{text}");
    }
    assert_eq!(ids(&app, &admin, Some("100%")).await, Vec::<i64>::new());
    assert_eq!(ids(&app, &admin, Some("meera")).await, [second]);
    assert_eq!(users::view_user(&app, &one, first).await.expect("their own").id, first);
    assert!(matches!(users::view_user(&app, &one, second).await, Err(app::Error::NotFound)));
    assert_eq!(users::view_user(&app, &admin, second).await.expect("anyone's").first_name, "Meera");
    assert!(matches!(users::view_user(&app, &admin, 999).await, Err(app::Error::NotFound)));
}

async fn logging_out_everywhere_ends_every_session(test: &TestDb) {
    let app = platform(test).await;
    let (one, two) = (login(test, &app, "a@example.in").await, login(test, &app, "a@example.in").await);
    let other = caller(test, &app, "b@example.in").await;
    let call = call_with(&app, &one.tokens.access).await.expect("a caller");
    auth::logout_all(&app, &call).await.expect("logged out");
    for tokens in [&one.tokens, &two.tokens] {
        call_with(&app, &tokens.access).await.expect_err("it is dead");
        auth::refresh(&app, &tokens.refresh).await.expect_err("it is dead");
    }
    users::view_profile(&app, &other).await.expect("another goes on");
    login(test, &app, "a@example.in").await;
}

fn newest_deed(test: &TestDb) -> String {
    test.texts("SELECT CONCAT(action, ' ', COALESCE(actor_id, 0), ' ', state_before, ' ', state_after) AS value FROM audit ORDER BY id DESC LIMIT 1")
        .pop()
        .unwrap_or_default()
}

async fn what_an_operator_changes_holds_at_once_and_is_written_down(test: &TestDb) {
    let app = platform(test).await;
    let member = login(test, &app, "a@example.in").await;
    let id = member.user.id;
    let access = &member.tokens.access;
    assert!(!call_with(&app, access).await.expect("a caller").actor.is_staff());
    users::change_role(&app, id, Role::Staff).await.expect("another role");
    assert_eq!(
        newest_deed(test),
        r#"role_change 0 {"is_superuser":false,"role":"user"} {"is_superuser":false,"role":"staff"}"#
    );
    assert!(call_with(&app, access).await.expect("a caller").actor.is_staff(), "with the token of before");
    users::change_role(&app, id, Role::User).await.expect("another role");
    assert!(!call_with(&app, access).await.expect("a caller").actor.is_staff());

    users::disable_user(&app, id).await.expect("disabled");
    assert_eq!(newest_deed(test), r#"user_disable 0 {"is_active":true} {"is_active":false}"#);
    call_with(&app, access).await.expect_err("out at once");
    auth::refresh(&app, &member.tokens.refresh).await.expect_err("out at once");
    users::enable_user(&app, id).await.expect("enabled");
    call_with(&app, access).await.expect_err("the sessions of before are over");
    login(test, &app, "a@example.in").await;

    // a superuser who is an admin no more is none at all
    let root = auth::create_superuser(&app, "root@example.in", None).await.expect("a superuser").id;
    users::change_role(&app, root, Role::User).await.expect("another role");
    let root = caller(test, &app, "root@example.in").await;
    assert!(!root.actor.is_admin() && !root.actor.is_superuser);
    assert!(matches!(users::disable_user(&app, 999).await, Err(app::Error::NotFound)));
}

async fn operators_are_made_by_those_above_them(test: &TestDb) {
    let app = platform(test).await;
    auth::create_superuser(&app, "root@example.in", None).await.expect("a superuser");
    let root = caller(test, &app, "root@example.in").await;
    let plain = admin(test, &app);
    let refused = auth::create_operator(&app, &plain, Role::Admin, person()).await;
    assert!(matches!(refused, Err(app::Error::Forbidden)));
    let made = auth::create_operator(&app, &root, Role::Admin, person()).await.expect("an admin").user;
    assert_eq!(
        (made.role, made.email.as_str(), made.first_name.as_str()),
        (Role::Admin, "new@example.in", "Asha")
    );
    assert_eq!(newest_deed(test), format!(r#"admin_create {} {{}} {{"role":"admin"}}"#, root.actor.id));
    let taken = auth::create_operator(&app, &plain, Role::Staff, person()).await;
    let Err(app::Error::Invalid(fields)) = taken else { panic!("{taken:?}") };
    assert_eq!(fields.into_keys().collect::<Vec<_>>(), ["email", "mobile"]);
    let other = NewPerson { email: "s@example.in".to_owned(), mobile: "9000000778".to_owned(), ..person() };
    let staff = auth::create_operator(&app, &plain, Role::Staff, other).await.expect("staff").user;
    // they log in as everyone does, by either identifier, and have no place
    let call = caller(test, &app, "9000000778").await;
    assert_eq!((call.actor.id, call.actor.is_staff(), call.actor.is_admin()), (staff.id, true, false));
    let joined = test.number("SELECT COUNT(*) AS value FROM tree_events WHERE kind = 'join'");
    assert_eq!(joined, 0);
    let again = NewPerson { email: "t@example.in".to_owned(), mobile: "9000000779".to_owned(), ..person() };
    assert!(matches!(
        auth::create_operator(&app, &call, Role::Staff, again).await,
        Err(app::Error::Forbidden)
    ));
}
