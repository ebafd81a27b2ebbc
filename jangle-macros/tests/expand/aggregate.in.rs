#[aggregate(snapshot_every = 50)]
impl Account {
    #[validate_command]
    fn deposit(&self, command: Deposit) -> Deposited {
        Deposited { cents: command.cents }
    }

    #[validate_command]
    fn withdraw(&self, command: Withdraw, cx: &CommandContext) -> Result<(Withdrawn, On<Self, Fee>), Overdrawn> {
        self.allow(command, cx)
    }

    #[reconstitute]
    fn deposited(&mut self, event: &Deposited) {
        self.cents += event.cents;
    }

    #[cfg(feature = "withdrawals")]
    #[reconstitute]
    fn withdrawn(&mut self, event: &Withdrawn) {
        self.cents -= event.cents;
    }

    fn allow(&self, command: Withdraw, _cx: &CommandContext) -> Result<(Withdrawn, On<Self, Fee>), Overdrawn> {
        Err(Overdrawn)
    }
}
