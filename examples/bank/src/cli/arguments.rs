//! What can be said on the command line.

use super::listing::Format;
use bank::{
    Amount, Money,
    domain::{LONGEST_ACCOUNT, Name, expected_id, is_id},
    shown,
};
use clap::{Arg, Args, Parser, Subcommand, builder::TypedValueParser, error::ErrorKind};
use std::{ffi::OsStr, path::PathBuf, str::FromStr};

/// A small retail bank, on a real bank's records.
#[derive(Debug, Parser)]
#[command(
    name = "bank",
    version,
    about = "A small retail bank, on a real bank's records",
    after_help = "Exit codes: 0 done; 1 refused, or a difference found; 2 bad input or usage."
)]
pub(crate) struct Cli {
    /// The bank's file [default: bank.db]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) store: Option<PathBuf>,
    /// Log in JSON to standard error [default: off]
    #[arg(long, global = true, value_name = "LEVEL")]
    pub(crate) log: Option<String>,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Import the sample into bank-demo.db and verify it
    Demo,
    /// Import a statement: each line takes effect once
    Import {
        /// The statement: `;` between fields, with a header line
        file: PathBuf,
        #[command(flatten)]
        how: How,
    },
    /// Hold the books against a statement's balances
    Verify {
        /// The statement
        file: PathBuf,
    },
    /// List the accounts
    Accounts {
        #[command(flatten)]
        format: Format,
    },
    /// Show an account
    Account {
        #[arg(value_parser = Checked(account_id))]
        id: String,
        #[command(flatten)]
        format: Format,
    },
    /// List the entries of an account, with the balance after each
    Ledger {
        #[arg(value_parser = Checked(account_id))]
        id: String,
        #[command(flatten)]
        format: Format,
    },
    /// Show what moved through the bank, and what is there
    Stats {
        #[command(flatten)]
        format: Format,
    },
    /// Show the program's model: a diagram, and lists
    Model {
        #[command(flatten)]
        format: Format,
    },
    /// Open an account
    Create {
        #[arg(value_parser = Checked(account_id))]
        id: String,
        /// Whose it is: 5 to 15 characters
        #[arg(long, value_parser = Checked(parsed::<Name>))]
        name: Option<Name>,
        /// How far below 0 it may fall
        #[arg(long, value_name = "AMOUNT", default_value = "100.00", value_parser = Checked(parsed::<Money>), allow_negative_numbers = true)]
        overdraft_limit: Money,
    },
    /// Pay money in
    Deposit {
        #[arg(value_parser = Checked(account_id))]
        id: String,
        #[arg(value_parser = Checked(parsed::<Amount>), allow_negative_numbers = true)]
        amount: Amount,
    },
    /// Take money out
    Withdraw {
        #[arg(value_parser = Checked(account_id))]
        id: String,
        #[arg(value_parser = Checked(parsed::<Amount>), allow_negative_numbers = true)]
        amount: Amount,
    },
    /// Forgive an account's debt: twice at most
    Forgive {
        #[arg(value_parser = Checked(account_id))]
        id: String,
    },
    /// Delete an account
    Delete {
        #[arg(value_parser = Checked(account_id))]
        id: String,
    },
}

/// How to import.
#[derive(Debug, Args)]
pub(super) struct How {
    /// New accounts' limit below 0 [default: none]
    #[arg(long, value_name = "AMOUNT", value_parser = Checked(parsed::<Money>), allow_negative_numbers = true)]
    pub(super) overdraft_limit: Option<Money>,
    /// Lines sent at a time
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) clients: u16,
}

/// Reads a value; a mistake is told with what is expected, and with the beginning of what was found.
#[derive(Clone)]
struct Checked<T>(fn(&str) -> Result<T, String>);

impl<T: Clone + Send + Sync + 'static> TypedValueParser for Checked<T> {
    type Value = T;

    fn parse_ref(&self, command: &clap::Command, arg: Option<&Arg>, value: &OsStr) -> Result<T, clap::Error> {
        let text = value.to_string_lossy();
        let read = match value.to_str() {
            Some(text) => (self.0)(text),
            None => Err("text in UTF-8".to_owned()),
        };
        read.map_err(|expected| {
            let of = arg.map(|arg| format!(" for {arg}")).unwrap_or_default();
            let told = format!("expected {expected}{of}, found {}", shown(&text));
            command.clone().error(ErrorKind::ValueValidation, told)
        })
    }
}

fn parsed<T: FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|expected: T::Err| expected.to_string())
}

fn account_id(text: &str) -> Result<String, String> {
    let fits = is_id(text, LONGEST_ACCOUNT);
    fits.then(|| text.to_owned()).ok_or_else(|| expected_id(LONGEST_ACCOUNT))
}
