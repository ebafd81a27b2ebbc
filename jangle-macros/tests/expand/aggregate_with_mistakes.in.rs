#[aggregate(nam = "account")]
impl Account {
    #[validate_command]
    fn deposit(&mut self, command: Deposit) -> Deposited {
        Deposited { cents: command.cents }
    }

    #[reconstitute]
    fn deposited(&self, event: &Deposited) {}
}
