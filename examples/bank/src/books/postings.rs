//! Every movement of money goes into three books: the account's row, the ledger and the totals.

use super::{AccountRow, LedgerRow, TotalRow};
use crate::{
    Day,
    domain::{
        DebtForgiven, Entry, EntryKind, FeeCharged, FundsDeposited, FundsWithdrawn, InterestCharged, InterestCredited,
    },
};
use jangle::{event::Event, prelude::*, view::ViewError};

/// The three books.
struct Books {
    accounts: Merge<AccountRow>,
    ledger: Merge<LedgerRow>,
    totals: Merge<TotalRow>,
}

impl Books {
    async fn enter<E: Event>(&self, kind: EntryKind, event: &Recorded<E>, entry: &Entry) -> Result<(), ViewError> {
        let account = event.aggregate_id();
        let change = kind.signed(entry.amount);
        let day = entry.slip.as_ref().map_or_else(|| Day::of(event.recorded_at()), |slip| slip.day);

        let mut row = AccountRow::at(account).balance(change).transactions().last_day(day);
        if kind == EntryKind::Forgiveness {
            row = row.forgiven();
        }
        self.accounts.merge(row).await?;

        let mut row = LedgerRow::at(account, day, event.version())
            .transaction(entry.transaction.clone())
            .kind(kind)
            .change(change);
        if let Some(details) = entry.slip.as_ref().and_then(|slip| slip.details()) {
            row = row.details(details);
        }
        self.ledger.merge(row).await?;

        self.totals.merge(TotalRow::at(kind).number().amount(entry.amount)).await
    }
}

#[event_handler]
async fn funds_deposited(
    event: Recorded<FundsDeposited>,
    accounts: Merge<AccountRow>,
    ledger: Merge<LedgerRow>,
    totals: Merge<TotalRow>,
) -> Result<(), HandlerError> {
    Ok(Books { accounts, ledger, totals }.enter(EntryKind::Deposit, &event, &event.0).await?)
}

#[event_handler]
async fn funds_withdrawn(
    event: Recorded<FundsWithdrawn>,
    accounts: Merge<AccountRow>,
    ledger: Merge<LedgerRow>,
    totals: Merge<TotalRow>,
) -> Result<(), HandlerError> {
    Ok(Books { accounts, ledger, totals }.enter(EntryKind::Withdrawal, &event, &event.0).await?)
}

#[event_handler]
async fn fee_charged(
    event: Recorded<FeeCharged>,
    accounts: Merge<AccountRow>,
    ledger: Merge<LedgerRow>,
    totals: Merge<TotalRow>,
) -> Result<(), HandlerError> {
    Ok(Books { accounts, ledger, totals }.enter(EntryKind::Fee, &event, &event.0).await?)
}

#[event_handler]
async fn interest_credited(
    event: Recorded<InterestCredited>,
    accounts: Merge<AccountRow>,
    ledger: Merge<LedgerRow>,
    totals: Merge<TotalRow>,
) -> Result<(), HandlerError> {
    Ok(Books { accounts, ledger, totals }.enter(EntryKind::Interest, &event, &event.0).await?)
}

#[event_handler]
async fn interest_charged(
    event: Recorded<InterestCharged>,
    accounts: Merge<AccountRow>,
    ledger: Merge<LedgerRow>,
    totals: Merge<TotalRow>,
) -> Result<(), HandlerError> {
    Ok(Books { accounts, ledger, totals }.enter(EntryKind::SanctionInterest, &event, &event.0).await?)
}

#[event_handler]
async fn debt_forgiven(
    event: Recorded<DebtForgiven>,
    accounts: Merge<AccountRow>,
    ledger: Merge<LedgerRow>,
    totals: Merge<TotalRow>,
) -> Result<(), HandlerError> {
    Ok(Books { accounts, ledger, totals }.enter(EntryKind::Forgiveness, &event, &event.0).await?)
}
