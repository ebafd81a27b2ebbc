//! One account's books against the lines of a statement, on plain data.

use super::Difference;
use crate::{
    Day, Money,
    books::{AccountSummary, LedgerRow, Status},
    domain::EntryKind,
    statement::StatementLine,
};
use std::collections::{BTreeMap, HashMap, HashSet};

/// How far the books' balance may be from the recorded one: the bank rounded some interest.
const TOLERANCE: Money = Money::from_minor(100);

/// What the comparison of one account found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// The statement's lines.
    pub lines: u64,
    /// Those that the account must have refused.
    pub refused: u64,
    /// The days on which there are lines.
    pub days: u64,
    /// What differs.
    pub differences: Vec<Difference>,
}

/// Compares the account's row and the entries of its ledger with the `lines` that a statement has of it.
///
/// No view knows what was refused, so a line that is missing counts as refused only if the account must have refused it
/// when it came: because of its overdraft limit, or because it was deleted.
pub fn audit(
    account: &str,
    lines: &[&StatementLine],
    summary: Option<&AccountSummary>,
    mut entries: Vec<LedgerRow>,
) -> Audit {
    let days = recorded_balances(lines);
    let mut audit = Audit { lines: lines.len() as u64, refused: 0, days: days.len() as u64, differences: Vec::new() };
    let Some(summary) = summary else {
        let no_account = Difference::NoAccount { account: account.to_owned(), lines: audit.lines, days: audit.days };
        audit.differences.push(no_account);
        return audit;
    };
    // In the order in which the account took them.
    entries.sort_by_key(|entry| entry.version);
    let books = Books { account, summary, balances: balances(&entries), entries };
    let places = books.places();
    books.compare_lines(lines, &places, &mut audit);
    audit.differences.extend(books.unexpected(lines));
    audit.differences.extend(books.beyond_limit());
    audit.differences.extend(books.row());
    audit.differences.extend(books.days(&days));
    audit
}

/// What the bank recorded on each day.
fn recorded_balances(lines: &[&StatementLine]) -> BTreeMap<Day, Vec<Money>> {
    let mut days: BTreeMap<Day, Vec<Money>> = BTreeMap::new();
    for line in lines {
        let recorded = days.entry(line.slip.day).or_default();
        if !recorded.contains(&line.balance) {
            recorded.push(line.balance);
        }
    }
    days
}

/// The balance before the first entry, and after each.
fn balances(entries: &[LedgerRow]) -> Vec<Money> {
    let after = entries.iter().scan(Money::ZERO, |balance, entry| {
        *balance = sum([*balance, entry.change]);
        Some(*balance)
    });
    std::iter::once(Money::ZERO).chain(after).collect()
}

fn sum(amounts: impl IntoIterator<Item = Money>) -> Money {
    amounts.into_iter().sum()
}

/// One account's books.
struct Books<'a> {
    account: &'a str,
    summary: &'a AccountSummary,
    entries: Vec<LedgerRow>,
    balances: Vec<Money>,
}

impl Books<'_> {
    /// Where each transaction is among the entries.
    fn places(&self) -> HashMap<&str, usize> {
        let transactions = self.entries.iter().enumerate();
        transactions.filter_map(|(place, entry)| Some((entry.transaction.as_deref()?, place))).collect()
    }

    fn compare_lines(&self, lines: &[&StatementLine], places: &HashMap<&str, usize>, audit: &mut Audit) {
        let places: Vec<Option<usize>> =
            lines.iter().map(|line| places.get(line.transaction.as_str()).copied()).collect();
        let mut earliest = 0;
        for (index, line) in lines.iter().enumerate() {
            match places[index] {
                Some(place) => {
                    earliest = place + 1;
                    if !self.is_as_stated(place, line) {
                        audit.differences.push(self.changed(line));
                    }
                }
                None => {
                    let next = places[index..].iter().flatten().next().copied();
                    if self.must_have_refused(line, earliest, next) {
                        audit.refused += 1;
                    } else {
                        audit.differences.push(self.missing(line));
                    }
                }
            }
        }
    }

    fn is_as_stated(&self, place: usize, line: &StatementLine) -> bool {
        let entry = &self.entries[place];
        let change = line.kind.signed(line.amount);
        entry.day == line.slip.day && entry.kind == Some(line.kind) && entry.change == change
    }

    /// Whether the account must have refused the line, which came after the entry before `earliest`, and before the
    /// entry at `next`, if there is one.
    fn must_have_refused(&self, line: &StatementLine, earliest: usize, next: Option<usize>) -> bool {
        if next.is_none() && self.summary.status == Status::Deleted {
            return true;
        }
        let Some(limit) = self.summary.overdraft_limit else { return false };
        let change = line.kind.signed(line.amount);
        let latest = next.unwrap_or(self.entries.len()).max(earliest);
        let lowest = self.balances[earliest..=latest].iter().min().copied().unwrap_or_default();
        change < Money::ZERO && sum([lowest, change]) < -limit
    }

    /// Entries from a statement, among the days of this one, that this one does not have.
    fn unexpected(&self, lines: &[&StatementLine]) -> Vec<Difference> {
        let stated: HashSet<&str> = lines.iter().map(|line| line.transaction.as_str()).collect();
        let first = lines.iter().map(|line| line.slip.day).min();
        let last = lines.iter().map(|line| line.slip.day).max();
        let within = |entry: &&LedgerRow| Some(entry.day) >= first && Some(entry.day) <= last;
        let unstated = |entry: &&LedgerRow| !stated.contains(entry.transaction.as_deref().unwrap_or_default());
        let unexpected = self.entries.iter().filter(within).filter(unstated);
        unexpected
            .map(|entry| Difference::Unexpected {
                account: self.account.to_owned(),
                transaction: entry.transaction.clone().unwrap_or_default(),
                day: entry.day,
            })
            .collect()
    }

    /// Entries that the account should have refused.
    fn beyond_limit(&self) -> Vec<Difference> {
        let Some(limit) = self.summary.overdraft_limit else { return Vec::new() };
        let after = self.entries.iter().zip(self.balances.iter().skip(1));
        let beyond = after.filter(|(entry, balance)| entry.change < Money::ZERO && **balance < -limit);
        beyond
            .map(|(entry, balance)| Difference::BeyondLimit {
                account: self.account.to_owned(),
                transaction: entry.transaction.clone().unwrap_or_default(),
                day: entry.day,
                balance: *balance,
                limit,
            })
            .collect()
    }

    /// The account's row, where it disagrees with the ledger.
    fn row(&self) -> Option<Difference> {
        let (balance, transactions) = (self.summary.balance, self.summary.transactions);
        let (ledger_balance, entries) = (sum(self.balances.last().copied()), self.entries.len() as u64);
        (balance != ledger_balance || transactions != entries).then(|| Difference::Row {
            account: self.account.to_owned(),
            balance,
            transactions,
            ledger_balance,
            entries,
        })
    }

    /// The days at whose end the balance is none of the recorded ones.
    fn days(&self, recorded: &BTreeMap<Day, Vec<Money>>) -> Vec<Difference> {
        let mut by_day: Vec<(Day, Money)> = self.entries.iter().map(|entry| (entry.day, entry.change)).collect();
        by_day.sort_by_key(|(day, _)| *day);
        let mut changes = by_day.into_iter().peekable();
        let mut balance = Money::ZERO;
        let mut differences = Vec::new();
        for (day, recorded) in recorded {
            while let Some((_, change)) = changes.next_if(|(changed, _)| changed <= day) {
                balance = sum([balance, change]);
            }
            if !recorded.iter().any(|recorded| recorded.distance(balance) <= TOLERANCE) {
                let (account, day, recorded) = (self.account.to_owned(), *day, recorded.clone());
                differences.push(Difference::Balance { account, day, balance, recorded });
            }
        }
        differences
    }

    fn changed(&self, line: &StatementLine) -> Difference {
        let transaction = line.transaction.clone();
        Difference::Changed { account: self.account.to_owned(), line: line.number, transaction }
    }

    fn missing(&self, line: &StatementLine) -> Difference {
        let (kind, amount): (EntryKind, Money) = (line.kind, line.amount);
        Difference::Missing {
            account: self.account.to_owned(),
            line: line.number,
            transaction: line.transaction.clone(),
            day: line.slip.day,
            kind,
            amount,
        }
    }
}
