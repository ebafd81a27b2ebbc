//! One line of a statement.

use super::{Record, columns::Columns, mistake::Mistake, mistake::Mistakes};
use crate::{
    Day, Money,
    domain::{EntryKind, LONGEST_ACCOUNT, LONGEST_TRANSACTION, Slip, expected_id, is_id},
    is_printable,
};
use std::collections::HashMap;

/// The most characters that a field of a line may have.
const LONGEST_TEXT: usize = 200;

/// One line of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementLine {
    /// Its number in the file, from 1.
    pub number: usize,
    /// The character in the line where its id begins, from 1.
    pub column: usize,
    /// What identifies it.
    pub transaction: String,
    /// Whose it is.
    pub account: String,
    /// What kind of entry it is.
    pub kind: EntryKind,
    /// How much; never negative.
    pub amount: Money,
    /// What the bank recorded as the balance after it.
    pub balance: Money,
    /// What else it says.
    pub slip: Slip,
}

/// Reads records as lines.
pub(super) struct Lines<'a> {
    columns: &'a Columns,
    lines: Vec<StatementLine>,
    seen: HashMap<String, usize>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(columns: &'a Columns) -> Self {
        Self { columns, lines: Vec::new(), seen: HashMap::new() }
    }

    pub(super) fn into_vec(self) -> Vec<StatementLine> {
        self.lines
    }

    /// Takes a record as a line, or notes everything that is wrong with it.
    pub(super) fn take(&mut self, record: &Record<'_>, mistakes: &mut Mistakes) {
        let fields = self.columns.fields();
        if record.len() != fields {
            let at = record.len().min(fields);
            let found = if record.len() < fields { "the end of the line after" } else { "a line of" };
            mistakes.add(record.mistake(at, format!("{fields} fields"), format!("{found} {}", record.len())));
            return;
        }
        let mut fields = Fields { columns: self.columns, record, mistakes, mistaken: false };
        let line = fields.line();
        let mistaken = fields.mistaken;
        if !line.transaction.is_empty()
            && let Some(first) = self.seen.insert(line.transaction.clone(), record.line)
        {
            let found = format!("`{}` again, which line {first} has", line.transaction);
            mistakes.add(record.mistake(self.columns.place("trans_id"), "a `trans_id` of its own", found));
            return;
        }
        if !mistaken {
            self.lines.push(line);
        }
    }
}

/// The fields of one record.
struct Fields<'a, 'r> {
    columns: &'a Columns,
    record: &'a Record<'r>,
    mistakes: &'a mut Mistakes,
    mistaken: bool,
}

impl Fields<'_, '_> {
    fn line(&mut self) -> StatementLine {
        let purpose = self.words("k_symbol");
        StatementLine {
            number: self.record.line,
            column: self.record.column(self.columns.place("trans_id")),
            transaction: self.id("trans_id", LONGEST_TRANSACTION),
            account: self.id("account_id", LONGEST_ACCOUNT),
            kind: self.kind(purpose.as_deref()),
            amount: self.field("amount", |text| text.parse::<Money>().map_err(|error| error.to_string())),
            balance: self
                .field("balance", |text| Money::parse_signed(text).map_err(|error| format!("a balance: {error}"))),
            slip: Slip {
                day: self.day(),
                operation: self.words("operation"),
                purpose,
                counterparty: self.counterparty(),
            },
        }
    }

    /// The field in `column` as `parse` reads it; a mistake, and nothing in its place, where it cannot.
    fn field<T: Default>(&mut self, column: &str, parse: impl FnOnce(&str) -> Result<T, String>) -> T {
        let place = self.columns.place(column);
        let read = self.record.text(place);
        let read = read.and_then(|text| parse(text).map_err(|expected| self.record.wrong(place, expected, text)));
        read.unwrap_or_else(|mistake| self.noted(mistake))
    }

    fn noted<T: Default>(&mut self, mistake: Mistake) -> T {
        self.mistakes.add(mistake);
        self.mistaken = true;
        T::default()
    }

    fn id(&mut self, column: &str, longest: usize) -> String {
        self.field(column, |text| if is_id(text, longest) { Ok(text.to_owned()) } else { Err(expected_id(longest)) })
    }

    fn day(&mut self) -> Day {
        let day = self.field("date", |text| {
            Day::from_yymmdd(text).map(Some).ok_or_else(|| "a day of the calendar as YYMMDD".to_owned())
        });
        day.unwrap_or(Day::of(jangle::Timestamp::default()))
    }

    fn words(&mut self, column: &str) -> Option<String> {
        self.field(column, |text| {
            let text = text.trim();
            if text.chars().count() > LONGEST_TEXT {
                return Err(format!("text of at most {LONGEST_TEXT} characters"));
            }
            if !text.chars().all(is_printable) {
                return Err("text of printable characters".to_owned());
            }
            Ok((!text.is_empty()).then(|| text.to_owned()))
        })
    }

    fn counterparty(&mut self) -> Option<String> {
        let sides = [self.words("bank"), self.words("account")];
        let sides: Vec<String> = sides.into_iter().flatten().filter(|side| side != "0").collect();
        (!sides.is_empty()).then(|| sides.join(" "))
    }

    fn kind(&mut self, purpose: Option<&str>) -> EntryKind {
        let kind = self.field("type", |text| match (text, purpose) {
            ("credit", Some("interest credited")) => Ok(Some(EntryKind::Interest)),
            ("credit", _) => Ok(Some(EntryKind::Deposit)),
            ("withdrawal" | "withdrawal in cash", Some("payment for statement")) => Ok(Some(EntryKind::Fee)),
            ("withdrawal" | "withdrawal in cash", Some("sanction interest if negative balance")) => {
                Ok(Some(EntryKind::SanctionInterest))
            }
            ("withdrawal" | "withdrawal in cash", _) => Ok(Some(EntryKind::Withdrawal)),
            _ => Err("`credit`, `withdrawal` or `withdrawal in cash`".to_owned()),
        });
        kind.unwrap_or(EntryKind::Deposit)
    }
}
