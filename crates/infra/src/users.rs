//! People's accounts.

use chrono::NaiveDate;
use diesel::prelude::*;
use wallet_rules::{
    calendar::Instant,
    identity::Identifier,
    people::{Gender, Role},
};

use crate::{
    Result,
    columns::{Column, Nullable},
    db::{PreparedOnce as _, Reader, Tx, expect_one, last_insert_id},
    paging::{Rows, Slice, contains_pattern},
    schema::users,
};

/// What a person says of themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct Details {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Gender, where they gave it.
    #[diesel(deserialize_as = Nullable<Gender>)]
    pub gender: Option<Gender>,
    /// Day of birth, where they gave it.
    pub date_of_birth: Option<NaiveDate>,
    /// Address, first line.
    pub address_line1: String,
    /// Address, second line.
    pub address_line2: String,
    /// City.
    pub city: String,
    /// State.
    pub state: String,
    /// Pincode.
    pub pincode: String,
    /// Country.
    pub country: String,
}

/// An account as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct User {
    /// Key.
    pub id: i64,
    /// The identifier that the account was made with.
    pub username: String,
    /// E-mail, where they gave one.
    pub email: Option<String>,
    /// Mobile, where they gave one.
    pub mobile: Option<String>,
    /// What they say of themselves.
    #[diesel(embed)]
    pub details: Details,
    /// What they may do.
    #[diesel(deserialize_as = Column<Role>)]
    pub role: Role,
    /// Made by `manage createsuperuser`.
    pub is_superuser: bool,
    /// Has signed as a distributor.
    pub is_distributor: bool,
    /// Can log in.
    pub is_active: bool,
    /// Is an Active Buyer.
    pub is_active_buyer: bool,
    /// What brings new members to them.
    pub referral_code: String,
    /// Who brought them in.
    pub sponsor_id: Option<i64>,
    /// When the account was made.
    #[diesel(deserialize_as = Column<Instant>)]
    pub date_joined: Instant,
    /// When they last logged in.
    #[diesel(deserialize_as = Nullable<Instant>)]
    pub last_login: Option<Instant>,
    /// When everything that tells whose it is was taken from it.
    #[diesel(deserialize_as = Nullable<Instant>)]
    pub anonymised_at: Option<Instant>,
}

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewUser<'a> {
    /// The identifier that it is made with.
    pub username: &'a str,
    /// E-mail, where there is one.
    pub email: Option<&'a str>,
    /// Mobile, where there is one.
    pub mobile: Option<&'a str>,
    /// What they say of themselves.
    pub details: &'a Details,
    /// What they may do.
    pub role: Role,
    /// Made by `manage createsuperuser`.
    pub is_superuser: bool,
    /// What brings new members to them.
    pub referral_code: &'a str,
    /// Who brought them in.
    pub sponsor_id: Option<i64>,
}

/// Inserts an account and gives its key.
///
/// # Errors
/// [`crate::Error::Duplicate`] when username, e-mail, mobile or referral code is taken.
pub fn insert(tx: &mut Tx, new: &NewUser<'_>, now: Instant) -> Result<i64> {
    let details = new.details;
    diesel::insert_into(users::table)
        .values((
            (
                users::username.eq(new.username),
                users::email.eq(new.email),
                users::mobile.eq(new.mobile),
                users::first_name.eq(&details.first_name),
                users::last_name.eq(&details.last_name),
                users::gender.eq(details.gender.map(Gender::as_str)),
                users::date_of_birth.eq(details.date_of_birth),
                users::address_line1.eq(&details.address_line1),
                users::address_line2.eq(&details.address_line2),
                users::city.eq(&details.city),
                users::state.eq(&details.state),
                users::pincode.eq(&details.pincode),
                users::country.eq(&details.country),
            ),
            (
                users::role.eq(new.role.as_str()),
                users::is_superuser.eq(new.is_superuser),
                users::is_distributor.eq(false),
                users::is_active.eq(true),
                users::is_active_buyer.eq(false),
                users::referral_code.eq(new.referral_code),
                users::sponsor_id.eq(new.sponsor_id),
                users::date_joined.eq(now.utc()),
                users::updated_at.eq(now.utc()),
            ),
        ))
        .execute(tx.connection())?;
    last_insert_id(tx)
}

/// The account with this key.
///
/// # Errors
/// What the database says.
pub fn find(reader: &mut Reader, id: i64) -> Result<Option<User>> {
    Ok(users::table.find(id).select(User::as_select()).first(reader.connection()).optional()?)
}

diesel::define_sql_function! {
    /// The text in small letters: all of them on MySQL, those of ASCII on SQLite.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// Which accounts to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only this one.
    pub id: Option<i64>,
    /// Only where a name, e-mail, mobile or referral code holds this text, in letters of any size.
    pub search: Option<String>,
}

/// Accounts, newest first (by the key). A search looks at every account.
///
/// # Errors
/// What the database says.
pub fn list(reader: &mut Reader, filter: &Filter, slice: Slice) -> Result<Rows<User>> {
    let matching = || {
        let mut query = users::table.into_boxed();
        if let Some(id) = filter.id {
            query = query.filter(users::id.eq(id));
        }
        if let Some(text) = &filter.search {
            let small = contains_pattern(&text.to_lowercase());
            query = query.filter(
                lower(users::first_name)
                    .like(small.clone())
                    .escape('!')
                    .or(lower(users::last_name).like(small.clone()).escape('!'))
                    .or(users::username.like(small.clone()).escape('!'))
                    .or(users::email
                        .is_not_null()
                        .and(users::email.assume_not_null().like(small.clone()).escape('!')))
                    .or(users::mobile
                        .is_not_null()
                        .and(users::mobile.assume_not_null().like(small).escape('!')))
                    .or(users::referral_code.like(contains_pattern(&text.to_uppercase())).escape('!')),
            );
        }
        query
    };
    let rows: Vec<_> = matching()
        .order(users::id.desc())
        .offset(slice.offset)
        .limit(slice.limit)
        .select(User::as_select())
        .load(reader.connection())?;
    let count = slice.total(&rows, || matching().count().get_result(reader.connection()))?;
    Ok(Rows { rows, count })
}

/// The account that this identifier belongs to now.
///
/// # Errors
/// What the database says.
pub fn find_by_identifier(reader: &mut Reader, identifier: &Identifier) -> Result<Option<User>> {
    let accounts = users::table.select(User::as_select()).into_boxed();
    let accounts = match identifier {
        Identifier::Email(email) => accounts.filter(users::email.eq(email.as_str())),
        Identifier::Mobile(mobile) => accounts.filter(users::mobile.eq(mobile.as_str())),
    };
    Ok(accounts.first(reader.connection()).optional()?)
}

/// The key of the account with this referral code.
///
/// # Errors
/// What the database says.
pub fn find_by_referral_code(reader: &mut Reader, code: &str) -> Result<Option<i64>> {
    Ok(users::table
        .filter(users::referral_code.eq(code))
        .select(users::id)
        .first(reader.connection())
        .optional()?)
}

/// The key of the account that was made with this name.
///
/// # Errors
/// What the database says.
pub fn find_by_username(reader: &mut Reader, username: &str) -> Result<Option<i64>> {
    Ok(users::table
        .filter(users::username.eq(username))
        .select(users::id)
        .first(reader.connection())
        .optional()?)
}

/// Takes the account's row lock until the transaction ends and gives the row as it is then.
///
/// # Errors
/// What the database says.
pub fn lock(tx: &mut Tx, id: i64) -> Result<Option<User>> {
    if take_lock(tx, id)? { find(tx, id) } else { Ok(None) }
}

/// Takes the account's row lock until the transaction ends; false when there is no such account.
///
/// # Errors
/// What the database says.
pub(crate) fn take_lock(tx: &mut Tx, id: i64) -> Result<bool> {
    let locked = diesel::update(users::table.find(id))
        .set(users::lock_no.eq(users::lock_no + 1))
        .prepared()
        .execute(tx.connection())?;
    Ok(locked == 1)
}

/// Notes a login.
///
/// # Errors
/// What the database says.
pub fn record_login(tx: &mut Tx, id: i64, now: Instant) -> Result<()> {
    let updated = diesel::update(users::table.find(id))
        .set(users::last_login.eq(Some(now.utc())))
        .prepared()
        .execute(tx.connection())?;
    expect_one(updated, "an account is gone")
}

/// Stores what a person says of themselves.
///
/// # Errors
/// What the database says.
pub fn set_details(tx: &mut Tx, id: i64, details: &Details, now: Instant) -> Result<()> {
    let updated = diesel::update(users::table.find(id))
        .set((
            users::first_name.eq(&details.first_name),
            users::last_name.eq(&details.last_name),
            users::gender.eq(details.gender.map(Gender::as_str)),
            users::date_of_birth.eq(details.date_of_birth),
            users::address_line1.eq(&details.address_line1),
            users::address_line2.eq(&details.address_line2),
            users::city.eq(&details.city),
            users::state.eq(&details.state),
            users::pincode.eq(&details.pincode),
            users::country.eq(&details.country),
            users::updated_at.eq(now.utc()),
        ))
        .prepared()
        .execute(tx.connection())?;
    expect_one(updated, "an account is gone")
}

/// Gives an account another e-mail or mobile. Its holder has shown that it is theirs.
///
/// # Errors
/// [`crate::Error::Duplicate`] when it is another account's.
pub fn set_identifier(tx: &mut Tx, id: i64, identifier: &Identifier, now: Instant) -> Result<()> {
    let account = users::table.find(id);
    let changed = users::updated_at.eq(now.utc());
    let updated = match identifier {
        Identifier::Email(email) => diesel::update(account)
            .set((users::email.eq(email.as_str()), changed))
            .prepared()
            .execute(tx.connection())?,
        Identifier::Mobile(mobile) => diesel::update(account)
            .set((users::mobile.eq(mobile.as_str()), changed))
            .prepared()
            .execute(tx.connection())?,
    };
    expect_one(updated, "an account is gone")
}

/// Ends every token of this account that was issued up to now and has no session of ours.
///
/// # Errors
/// What the database says.
pub fn end_tokens(tx: &mut Tx, id: i64, now: Instant) -> Result<()> {
    let updated = diesel::update(users::table.find(id))
        .set(users::tokens_from.eq(Some(now.utc())))
        .prepared()
        .execute(tx.connection())?;
    expect_one(updated, "an account is gone")
}

/// Gives an account another role, and what only `manage createsuperuser` gives.
///
/// # Errors
/// What the database says.
pub fn set_role(tx: &mut Tx, id: i64, role: Role, is_superuser: bool, now: Instant) -> Result<()> {
    let updated = diesel::update(users::table.find(id))
        .set((
            users::role.eq(role.as_str()),
            users::is_superuser.eq(is_superuser),
            users::updated_at.eq(now.utc()),
        ))
        .prepared()
        .execute(tx.connection())?;
    expect_one(updated, "an account is gone")
}

/// Takes everything from an account that tells whose it is, and disables it.
///
/// # Errors
/// What the database says.
pub fn anonymise(tx: &mut Tx, id: i64, username: &str, now: Instant) -> Result<()> {
    set_details(tx, id, &Details::default(), now)?;
    let updated = diesel::update(users::table.find(id))
        .set((
            users::username.eq(username),
            users::email.eq(None::<String>),
            users::mobile.eq(None::<String>),
            users::is_active.eq(false),
            users::anonymised_at.eq(Some(now.utc())),
        ))
        .prepared()
        .execute(tx.connection())?;
    expect_one(updated, "an account is gone")
}

/// Lets an account log in, or stops it.
///
/// # Errors
/// What the database says.
pub fn set_active(tx: &mut Tx, id: i64, active: bool, now: Instant) -> Result<()> {
    let updated = diesel::update(users::table.find(id))
        .set((users::is_active.eq(active), users::updated_at.eq(now.utc())))
        .prepared()
        .execute(tx.connection())?;
    expect_one(updated, "an account is gone")
}
