//! `manage tds`: the tax register's certificates.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use app::{
    App,
    compliance::{self, NewCertificate, Quarter},
};
use clap::Subcommand;

use crate::{explained, say};

#[derive(Subcommand)]
pub enum Command {
    /// Attaches a certificate to a member's quarter, where they and admins find it; another one takes its place.
    Certificate {
        /// The member's key.
        #[arg(long)]
        user: i64,
        /// The financial year, such as 2026-27.
        #[arg(long)]
        year: String,
        /// 1 (April to June) to 4 (January to March).
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=4))]
        quarter: u32,
        /// The certificate's number.
        #[arg(long)]
        number: String,
        /// The certificate: PDF, JPEG, PNG or WebP, at most 10 MB.
        file: PathBuf,
    },
}

pub async fn run(app: &App, command: Command) -> anyhow::Result<ExitCode> {
    let Command::Certificate { user, year, quarter, number, file } = command;
    let content = std::fs::read(&file).with_context(|| file.display().to_string())?;
    let quarter = Quarter { user_id: user, financial_year: year, quarter };
    let told = format!("certificate {number} is attached to quarter {} of user {user}", quarter.quarter);
    let new = NewCertificate { quarter, number, file: content };
    compliance::attach_certificate(app, new).await.map_err(explained)?;
    say(&told);
    Ok(ExitCode::SUCCESS)
}
