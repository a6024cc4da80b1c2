//! Who is in the story: people who don't exist, and how each of them buys.

use chrono::NaiveDate;
use wallet_rules::{identity::Aadhaar, people::Gender};

use super::chance::Chance;

/// The people who were there first, by their order.
pub(super) const FOUNDERS: usize = 7;
const FOUNDER_NAMES: [(&str, &str, Gender); FOUNDERS] = [
    ("Asha", "Verma", Gender::Female),
    ("Ravi", "Kumar", Gender::Male),
    ("Meera", "Nair", Gender::Female),
    ("Imran", "Sheikh", Gender::Male),
    ("Kavita", "Joshi", Gender::Female),
    ("Suresh", "Patil", Gender::Male),
    ("Latha", "Iyer", Gender::Female),
];

const WOMEN: [&str; 24] = [
    "Aarti", "Anita", "Bhavna", "Chitra", "Deepa", "Divya", "Farah", "Gauri", "Geeta", "Harini", "Ishita",
    "Jyoti", "Kiran", "Lakshmi", "Madhuri", "Nandini", "Pooja", "Preeti", "Radha", "Revathi", "Sangeeta",
    "Shabnam", "Sunita", "Vidya",
];
const MEN: [&str; 26] = [
    "Ajay", "Amit", "Anil", "Arjun", "Balaji", "Deepak", "Dinesh", "Ganesh", "Gurpreet", "Harish", "Irfan",
    "Jagdish", "Karthik", "Mahesh", "Manoj", "Mohan", "Naveen", "Prakash", "Rahul", "Rajesh", "Sandeep",
    "Sanjay", "Senthil", "Tariq", "Vijay", "Yusuf",
];
const FAMILIES: [&str; 30] = [
    "Agarwal",
    "Ansari",
    "Banerjee",
    "Bhat",
    "Chauhan",
    "Das",
    "Deshmukh",
    "Fernandes",
    "Ghosh",
    "Gill",
    "Gowda",
    "Gupta",
    "Hegde",
    "Jain",
    "Khan",
    "Kulkarni",
    "Mehta",
    "Menon",
    "Mishra",
    "Mukherjee",
    "Naidu",
    "Pillai",
    "Rao",
    "Reddy",
    "Saxena",
    "Sharma",
    "Singh",
    "Thakur",
    "Tiwari",
    "Yadav",
];
/// City, state, the first digits of its pincodes.
const CITIES: [(&str, &str, u32); 16] = [
    ("Ahmedabad", "Gujarat", 380_001),
    ("Bengaluru", "Karnataka", 560_001),
    ("Bhopal", "Madhya Pradesh", 462_001),
    ("Bhubaneswar", "Odisha", 751_001),
    ("Chennai", "Tamil Nadu", 600_001),
    ("Coimbatore", "Tamil Nadu", 641_001),
    ("Guwahati", "Assam", 781_001),
    ("Hyderabad", "Telangana", 500_001),
    ("Indore", "Madhya Pradesh", 452_001),
    ("Jaipur", "Rajasthan", 302_001),
    ("Kochi", "Kerala", 682_001),
    ("Kolkata", "West Bengal", 700_001),
    ("Lucknow", "Uttar Pradesh", 226_001),
    ("Nagpur", "Maharashtra", 440_001),
    ("Patna", "Bihar", 800_001),
    ("Pune", "Maharashtra", 411_001),
];
const STREETS: [&str; 10] = [
    "Gandhi Road",
    "Nehru Nagar",
    "Station Road",
    "Lake View Colony",
    "Shivaji Marg",
    "Temple Street",
    "Rose Garden Layout",
    "Market Road",
    "Ashok Vihar",
    "Green Park",
];

/// How somebody buys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Habit {
    /// Brings others in, buys nothing for long.
    Onlooker,
    /// Books, and does not pay.
    Waverer,
    /// Pays the least booking amount, then little by little: no Active Buyer for long.
    Starter,
    /// Pays a good part, then an instalment a month.
    Instalments,
    /// Pays the whole price within weeks.
    Outright,
}

impl Habit {
    /// That of the person with this number; the first ones' are fixed, so that a small story has all of them.
    pub(super) fn of(number: usize, chance: &mut Chance) -> Self {
        match number {
            0 | 3 | 4 => Self::Instalments,
            1 => Self::Starter,
            2 => Self::Onlooker,
            5 | 6 => Self::Outright,
            7 | 8 => Self::Waverer,
            _ => match chance.below(100) {
                0..12 => Self::Onlooker,
                12..20 => Self::Waverer,
                20..58 => Self::Starter,
                58..87 => Self::Instalments,
                _ => Self::Outright,
            },
        }
    }
}

/// Somebody who does not exist.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) first_name: &'static str,
    pub(super) last_name: &'static str,
    pub(super) gender: Gender,
    pub(super) born: NaiveDate,
    pub(super) email: String,
    pub(super) mobile: String,
    pub(super) address: String,
    pub(super) city: &'static str,
    pub(super) state: &'static str,
    pub(super) pincode: String,
    pub(super) pan: String,
    pub(super) aadhaar: String,
    pub(super) account: String,
}

impl Person {
    /// The person with this number. Nobody's PAN has a Z as its fourth letter, Aadhaar numbers of 9999 are the
    /// issuer's own for tests, and mail under `example.in` reaches nobody.
    pub(super) fn of(number: usize, chance: &mut Chance) -> Self {
        let (first_name, last_name, gender) = match FOUNDER_NAMES.get(number) {
            Some(founder) => *founder,
            None if chance.happens(45) => {
                (chance.pick(&WOMEN, ""), chance.pick(&FAMILIES, ""), Gender::Female)
            }
            None => (chance.pick(&MEN, ""), chance.pick(&FAMILIES, ""), Gender::Male),
        };
        let (first, last) = (first_name.to_lowercase(), last_name.to_lowercase());
        let email = if number < FOUNDERS {
            format!("{first}@example.in")
        } else {
            format!("{first}.{last}{number}@example.in")
        };
        let (city, state, pincode) = chance.pick(&CITIES, ("Kochi", "Kerala", 682_001));
        let born = NaiveDate::from_ymd_opt(1962, 1, 1).unwrap_or_default();
        Self {
            first_name,
            last_name,
            gender,
            born: born + chrono::TimeDelta::days(chance.between(0, 15_000)),
            email,
            mobile: format!("9{number:09}"),
            address: format!("{} {}", chance.between(1, 240), chance.pick(&STREETS, "")),
            city,
            state,
            pincode: pincode.saturating_add(u32::try_from(chance.below(40)).unwrap_or_default()).to_string(),
            pan: pan(number),
            aadhaar: aadhaar(number),
            account: format!("3011{number:08}"),
        }
    }

    /// The name on cards and accounts.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

fn pan(number: usize) -> String {
    let letter = |place: usize| u8::try_from(place % 26).map_or('A', |place| char::from(b'A' + place));
    format!("DE{}ZX{:04}{}", letter(number / 10_000), number % 10_000, letter(number))
}

/// The number with the one check digit that fits.
fn aadhaar(number: usize) -> String {
    let fits = |digit: &usize| Aadhaar::parse(&format!("9999{number:07}{digit}")).is_ok();
    let digit = (0..10).find(fits).unwrap_or_default();
    format!("9999{number:07}{digit}")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use wallet_rules::identity::{AccountNumber, Email, Mobile, Pan, Pincode};

    use super::*;

    #[test]
    fn everyone_has_papers_of_their_own_that_are_of_their_form() {
        let mut chance = Chance::of_seed(1);
        let mut seen = HashSet::new();
        for number in 0..2_000 {
            let person = Person::of(number, &mut chance);
            Email::parse(&person.email).expect("an e-mail");
            Mobile::parse(&person.mobile).expect("a mobile");
            Pan::parse(&person.pan).expect("a PAN");
            Aadhaar::parse(&person.aadhaar).expect("an Aadhaar number");
            AccountNumber::parse(&person.account).expect("an account");
            Pincode::parse(&person.pincode).expect("a pincode");
            assert!(person.email.ends_with("@example.in"));
            for text in [person.email, person.mobile, person.pan, person.aadhaar, person.account] {
                assert!(seen.insert(text.clone()), "{text} twice");
            }
        }
    }
}
