//! The account: what it decides, and what it must remember for that.

use super::{
    AccountDeleted, AccountOpened, CreateAccount, DebtForgiven, DeleteAccount, DepositFunds, Entry, EntryKind,
    FeeCharged, ForgiveDebt, FundsDeposited, FundsWithdrawn, InterestCharged, InterestCredited, OpenAccount,
    PostStatementLine, Refusal, WithdrawFunds,
};
use crate::Money;
use jangle::prelude::*;
use serde::{Deserialize, Serialize};

/// How often an account's debt is forgiven.
pub const FORGIVENESS_QUOTA: u8 = 2;

/// An account, as far as its decisions need it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Account {
    standing: Standing,
    balance: Money,
    overdraft_limit: Option<Money>,
    forgiven: u8,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Standing {
    #[default]
    NeverOpened,
    Open,
    Deleted,
}

/// What a line of a statement can become: one of these.
type Posted = (
    Option<FundsDeposited>,
    Option<FundsWithdrawn>,
    Option<FeeCharged>,
    Option<InterestCredited>,
    Option<InterestCharged>,
);

#[aggregate(name = "account", snapshot_every = 100)]
impl Account {
    #[validate_command]
    fn create(&self, command: CreateAccount) -> Result<AccountOpened, Refusal> {
        match self.standing {
            Standing::NeverOpened => Ok(AccountOpened { name: command.name, overdraft_limit: command.overdraft_limit }),
            Standing::Open => Err(Refusal::Exists),
            Standing::Deleted => Err(Refusal::Deleted),
        }
    }

    #[validate_command]
    fn see_that_it_is_open(&self, command: OpenAccount) -> Option<AccountOpened> {
        (self.standing == Standing::NeverOpened)
            .then_some(AccountOpened { name: None, overdraft_limit: command.overdraft_limit })
    }

    /// The reply is the new balance, as with every command of a customer.
    #[validate_command]
    fn deposit(&self, command: DepositFunds, cx: &CommandContext) -> Result<(FundsDeposited, Reply<Money>), Refusal> {
        let amount = command.amount.money();
        let balance = self.balance_after(EntryKind::Deposit, amount)?;
        Ok((FundsDeposited(asked_here(cx, amount)), Reply(balance)))
    }

    #[validate_command]
    fn withdraw(&self, command: WithdrawFunds, cx: &CommandContext) -> Result<(FundsWithdrawn, Reply<Money>), Refusal> {
        let amount = command.amount.money();
        let balance = self.balance_after(EntryKind::Withdrawal, amount)?;
        Ok((FundsWithdrawn(asked_here(cx, amount)), Reply(balance)))
    }

    #[validate_command]
    fn post(&self, command: PostStatementLine) -> Result<Posted, Refusal> {
        self.balance_after(command.kind, command.amount)?;
        let entry = Entry { transaction: command.transaction, amount: command.amount, slip: Some(command.slip) };
        let mut posted = Posted::default();
        match command.kind {
            EntryKind::Deposit => posted.0 = Some(FundsDeposited(entry)),
            EntryKind::Withdrawal => posted.1 = Some(FundsWithdrawn(entry)),
            EntryKind::Fee => posted.2 = Some(FeeCharged(entry)),
            EntryKind::Interest => posted.3 = Some(InterestCredited(entry)),
            EntryKind::SanctionInterest => posted.4 = Some(InterestCharged(entry)),
            EntryKind::Forgiveness => return Err(Refusal::NotOnStatements),
        }
        Ok(posted)
    }

    /// The reply is the debt that is gone.
    #[validate_command]
    fn forgive(&self, _command: ForgiveDebt, cx: &CommandContext) -> Result<(DebtForgiven, Reply<Money>), Refusal> {
        self.must_be_open()?;
        if self.balance >= Money::ZERO {
            return Err(Refusal::NoDebt { balance: self.balance });
        }
        if self.forgiven >= FORGIVENESS_QUOTA {
            return Err(Refusal::ForgivenessQuota);
        }
        let debt = -self.balance;
        Ok((DebtForgiven(asked_here(cx, debt)), Reply(debt)))
    }

    /// Deleting twice is fine: nothing happens the second time.
    #[validate_command]
    fn delete(&self, _command: DeleteAccount) -> Result<Option<AccountDeleted>, Refusal> {
        match self.standing {
            Standing::NeverOpened => Err(Refusal::NoSuchAccount),
            Standing::Open => Ok(Some(AccountDeleted {})),
            Standing::Deleted => Ok(None),
        }
    }

    #[reconstitute]
    fn opened(&mut self, event: &AccountOpened) {
        self.standing = Standing::Open;
        self.overdraft_limit = event.overdraft_limit;
    }

    #[reconstitute]
    fn deposited(&mut self, event: &FundsDeposited) {
        self.apply(EntryKind::Deposit, &event.0);
    }

    #[reconstitute]
    fn withdrawn(&mut self, event: &FundsWithdrawn) {
        self.apply(EntryKind::Withdrawal, &event.0);
    }

    #[reconstitute]
    fn fee_charged(&mut self, event: &FeeCharged) {
        self.apply(EntryKind::Fee, &event.0);
    }

    #[reconstitute]
    fn interest_credited(&mut self, event: &InterestCredited) {
        self.apply(EntryKind::Interest, &event.0);
    }

    #[reconstitute]
    fn interest_charged(&mut self, event: &InterestCharged) {
        self.apply(EntryKind::SanctionInterest, &event.0);
    }

    #[reconstitute]
    fn forgiven(&mut self, event: &DebtForgiven) {
        self.apply(EntryKind::Forgiveness, &event.0);
        self.forgiven += 1;
    }

    #[reconstitute]
    fn deleted(&mut self, _event: &AccountDeleted) {
        self.standing = Standing::Deleted;
    }
}

impl Account {
    fn must_be_open(&self) -> Result<(), Refusal> {
        match self.standing {
            Standing::NeverOpened => Err(Refusal::NoSuchAccount),
            Standing::Open => Ok(()),
            Standing::Deleted => Err(Refusal::Deleted),
        }
    }

    /// The balance after an entry, if the account takes it. What comes in is taken at any balance; what goes out may
    /// reach the negative of the overdraft limit, and not fall below it.
    fn balance_after(&self, kind: EntryKind, amount: Money) -> Result<Money, Refusal> {
        self.must_be_open()?;
        if amount < Money::ZERO {
            return Err(Refusal::NegativeAmount);
        }
        let change = kind.signed(amount);
        let balance = self.balance.checked_add(change).ok_or(Refusal::TooMuch)?;
        match self.overdraft_limit {
            Some(limit) if change < Money::ZERO && balance < -limit => {
                Err(Refusal::InsufficientFunds { balance: self.balance, floor: -limit })
            }
            _ => Ok(balance),
        }
    }

    fn apply(&mut self, kind: EntryKind, entry: &Entry) {
        // What happened was in range when it was decided.
        self.balance = self.balance.checked_add(kind.signed(entry.amount)).unwrap_or(self.balance);
    }
}

/// An entry that somebody asked for here, named after the command that asked for it.
fn asked_here(cx: &CommandContext, amount: Money) -> Entry {
    Entry { transaction: cx.command_id().to_string(), amount, slip: None }
}
