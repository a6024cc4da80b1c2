//! A first start that can't be: one line that says what to do, and exit code 1.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read},
    net::TcpListener,
    path::Path,
    process::{Command, Stdio},
};

use infra::{
    db::{Address, FileLock, MysqlAddress},
    testing::{Engine, TestDb, redis::OwnRedis},
};
use secrecy::ExposeSecret as _;

use crate::outages::{pairs, settings_of};

/// The one line that the platform says when it is started like this, with nothing else in its environment.
fn refused(folder: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_api"))
        .current_dir(folder)
        .env_clear()
        .env("BIND_ADDRESS", "127.0.0.1:0")
        .envs(settings.iter().copied())
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("the platform starts");
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(said.trim().lines().count(), 1, "{said}");
    said
}

#[track_caller]
fn assert_says(said: &str, parts: &[&str]) {
    for part in parts {
        assert!(said.contains(part), "{part:?} is not in {said:?}");
    }
}

fn nothing_in(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

#[test]
fn a_taken_port() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = refused(folder.path(), &[], &[("BIND_ADDRESS", &address)]);
    assert_says(&said, &[&address, "is in use", "set BIND_ADDRESS to another port"]);
    assert!(nothing_in(folder.path()));
}

#[test]
fn an_address_of_another_machine() {
    let folder = tempfile::tempdir().unwrap();
    let real = [
        ("BIND_ADDRESS", "192.0.2.1:8000"),
        ("SECRET_KEY", "0123456789abcdef0123456789abcdef"),
        ("JWT_SECRET_KEY", "fedcba9876543210fedcba9876543210"),
        ("EMAIL_BACKEND", "file"),
        ("SMS_BACKEND", "file"),
        ("PAYMENT_GATEWAY", "none"),
    ];
    let said = refused(folder.path(), &[], &real);
    assert_says(&said, &["192.0.2.1:8000", "set BIND_ADDRESS to an address of this machine"]);
}

#[test]
fn a_folder_that_can_t_be_written_to() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a-file");
    fs::write(&file, "").unwrap();
    // below a file there is no folder, for root either
    for name in [file.join("ev.sqlite3").to_str().unwrap(), "/proc/ev/ev.sqlite3"] {
        for arguments in [&[][..], &["--demo"]] {
            let said = refused(folder.path(), arguments, &[("DB_NAME", name)]);
            assert_says(&said, &[name, "set DB_NAME to a file in a folder that this user may write to"]);
        }
    }
}

#[test]
fn a_file_that_is_no_database() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("letter"), "Dear Sir or Madam, ".repeat(500)).unwrap();
    let said = refused(folder.path(), &[], &[("DB_NAME", "letter")]);
    assert_says(&said, &["SQLite file letter", "not a database", "set DB_NAME to another file"]);
}

#[test]
fn a_file_that_another_process_serves() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ev.sqlite3");
    let held = FileLock::take(&Address::Sqlite { path }).unwrap();
    for arguments in [&[][..], &["--demo"]] {
        let said = refused(folder.path(), arguments, &[("DB_NAME", "ev.sqlite3")]);
        assert_says(
            &said,
            &["ev.sqlite3", "another process serves this file", "set DB_NAME to another file"],
        );
    }
    drop(held);
}

#[test]
fn settings_that_are_missing_or_wrong() {
    let folder = tempfile::tempdir().unwrap();
    for (settings, parts) in [
        (&[("DEBUG", "false")][..], &["SECRET_KEY", "must be set"][..]),
        (&[("DB_ENGINE", "mysql")], &["DB_NAME", "must be set", "DB_ENGINE is mysql"]),
        (&[("DB_ENGINE", "mysql"), ("DB_NAME", "ev")], &["DB_USER", "must be set"]),
        (&[("DB_ENGINE", "oracle")], &["DB_ENGINE", "one of sqlite, mysql"]),
        (&[("DB_POOL_SIZE", "many")], &["DB_POOL_SIZE", "a whole number above zero"]),
        (&[("BIND_ADDRESS", "localhost")], &["BIND_ADDRESS"]),
        (&[("TDS_PERCENTAGE", "a lot")], &["TDS_PERCENTAGE"]),
    ] {
        assert_says(&refused(folder.path(), &[], settings), parts);
    }
    assert!(nothing_in(folder.path()));
}

#[test]
fn a_broken_env_file() {
    let folder = tempfile::tempdir().unwrap();
    let env = folder.path().join(".env");
    fs::write(&env, "DB_PORT=33o6\n").unwrap();
    assert_says(&refused(folder.path(), &[], &[]), &["DB_PORT", "a port"]);
    fs::write(&env, "SECRET_KEY=very 'secret\n").unwrap();
    let said = refused(folder.path(), &[], &[]);
    assert_says(&said, &[".env", "a line is not of the form NAME=value"]);
    assert!(!said.contains("secret"), "{said}");
}

/// How a process is told of this server and database.
fn settings(server: &MysqlAddress) -> Vec<(&'static str, String)> {
    vec![
        ("DB_ENGINE", "mysql".to_owned()),
        ("DB_HOST", server.host.clone()),
        ("DB_PORT", server.port.to_string()),
        ("DB_NAME", server.name.clone()),
        ("DB_USER", server.user.clone()),
        ("DB_PASSWORD", server.password.expose_secret().to_owned()),
    ]
}

fn refused_by(server: &MysqlAddress, change: &[(&'static str, &str)], parts: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = settings(server);
    settings.extend(change.iter().map(|(name, value)| (*name, (*value).to_owned())));
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for arguments in [&[][..], &["--demo"]] {
        let said = refused(folder.path(), arguments, &settings);
        assert_says(&said, parts);
        assert!(!said.contains("wrong password"), "{said}");
    }
}

#[test]
fn a_server_that_is_not_there_or_lets_nobody_in() {
    let test = TestDb::unmigrated(Engine::Mysql);
    let Address::Mysql(server) = test.db.address() else { panic!("it is a server") };
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let port = [("DB_HOST", "127.0.0.1"), ("DB_PORT", free.as_str())];
    refused_by(server, &port, &["MySQL", &free, "start the server there, or set DB_HOST and DB_PORT"]);
    let password = [("DB_PASSWORD", "wrong password")];
    refused_by(server, &password, &["Access denied", "check DB_USER and DB_PASSWORD"]);
    let name = [("DB_NAME", "ev_that_nobody_made")];
    refused_by(server, &name, &["Unknown database", "CREATE DATABASE", "set DB_NAME"]);
}

#[test]
fn a_redis_that_is_not_there_or_lets_nobody_in() {
    let folder = tempfile::tempdir().unwrap();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let missing = [("REDIS_HOST", "127.0.0.1"), ("REDIS_PORT", free.as_str())];
    let said = refused(folder.path(), &[], &missing);
    let place = format!("Redis 127.0.0.1:{free}/0");
    assert_says(&said, &[&place, "refused", "start the server there, or set REDIS_HOST and REDIS_PORT"]);
    let server = OwnRedis::start();
    let mut there = settings_of(&server.config());
    there.push(("REDIS_PASSWORD", "wrong password".to_owned()));
    let said = refused(folder.path(), &[], &pairs(&there));
    assert_says(&said, &["check REDIS_PASSWORD"]);
    assert!(!said.contains("wrong password"), "{said}");
    there.retain(|(name, _)| *name == "REDIS_HOST" || *name == "REDIS_PORT");
    there.push(("REDIS_DB", "99".to_owned()));
    assert_says(&refused(folder.path(), &[], &pairs(&there)), &["set REDIS_DB"]);
    assert!(nothing_in(folder.path()));
}

#[test]
fn who_waits_is_served_when_the_part_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = OwnRedis::start();
    server.kill();
    let mut platform = Command::new(env!("CARGO_BIN_EXE_api"))
        .current_dir(folder.path())
        .env_clear()
        .env("BIND_ADDRESS", "127.0.0.1:0")
        .envs(settings_of(&server.config()))
        .arg("--wait")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the platform starts");
    let first_line = |text: &str, output: &mut dyn Read| {
        let found = BufReader::new(output).lines().map(Result::unwrap).find(|line| line.contains(text));
        found.expect(text)
    };
    let waiting = first_line("waiting: ", platform.stderr.as_mut().unwrap());
    assert_says(&waiting, &[&server.config().to_string(), "set REDIS_HOST and REDIS_PORT"]);
    assert!(nothing_in(folder.path()));
    server.start_again();
    first_line("API ", platform.stdout.as_mut().unwrap());
    platform.kill().unwrap();
    platform.wait().unwrap();
}

#[test]
fn an_old_schema_of_a_server() {
    let bare = TestDb::unmigrated(Engine::Mysql);
    let Address::Mysql(server) = bare.db.address() else { panic!("it is a server") };
    let folder = tempfile::tempdir().unwrap();
    let own = settings(server);
    let own: Vec<(&str, &str)> = own.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_says(&refused(folder.path(), &[], &own), &["the schema is old", "run `manage migrate`"]);

    let test = TestDb::open(Engine::Mysql);
    let newest = test.texts("SELECT MAX(version) AS value FROM __diesel_schema_migrations").remove(0);
    test.sql(&format!("DELETE FROM __diesel_schema_migrations WHERE version = '{newest}'")).unwrap();
    let Address::Mysql(server) = test.db.address() else { panic!("it is a server") };
    refused_by(server, &[], &["the schema is old (1 migrations are missing", "run `manage migrate`"]);
}

#[test]
fn a_demo_where_there_is_something_already_or_where_people_are_served() {
    let folder = tempfile::tempdir().unwrap();
    let test = TestDb::open(Engine::Sqlite);
    let app = app_on(&test);
    infra::testing::runtime()
        .block_on(app::auth::create_superuser(&app, "admin@example.in", None))
        .expect("an account");
    let name = test.folder().join("test.sqlite3").display().to_string();
    let said = refused(folder.path(), &["--demo"], &[("DB_NAME", &name)]);
    assert_says(&said, &[&name, "1 account", "set DB_NAME to a new one"]);
    drop(app);

    let real = [
        ("DEBUG", "false"),
        ("SECRET_KEY", "0123456789abcdef0123456789abcdef"),
        ("JWT_SECRET_KEY", "fedcba9876543210fedcba9876543210"),
        ("EMAIL_BACKEND", "file"),
        ("SMS_BACKEND", "file"),
        ("PAYMENT_GATEWAY", "none"),
    ];
    let said = refused(folder.path(), &["--demo"], &real);
    assert_says(&said, &["--demo is for a development server"]);
}

/// The platform on a test's database.
fn app_on(test: &TestDb) -> app::App {
    // its keys are beside it
    let name = test.folder().join("test.sqlite3").display().to_string();
    let own = [("DB_NAME", name.as_str())];
    let config = infra::config::Config::read(&infra::config::Environment::of_pairs(own)).unwrap();
    app::App::open_on(&config, test.db.clone()).unwrap()
}
