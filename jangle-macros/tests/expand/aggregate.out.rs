impl Account {
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_value,
        clippy::type_complexity,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn deposit(&self, command: Deposit) -> Deposited {
        Deposited { cents: command.cents }
    }
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_value,
        clippy::type_complexity,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn withdraw(
        &self,
        command: Withdraw,
        cx: &CommandContext,
    ) -> Result<(Withdrawn, On<Self, Fee>), Overdrawn> {
        self.allow(command, cx)
    }
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_self
    )]
    fn deposited(&mut self, event: &Deposited) {
        self.cents += event.cents;
    }
    #[cfg(feature = "withdrawals")]
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_self
    )]
    fn withdrawn(&mut self, event: &Withdrawn) {
        self.cents -= event.cents;
    }
    fn allow(
        &self,
        command: Withdraw,
        _cx: &CommandContext,
    ) -> Result<(Withdrawn, On<Self, Fee>), Overdrawn> {
        Err(Overdrawn)
    }
}
const _: () = {
    use ::jangle::__private as __;
    impl __::Aggregate for Account {
        const META: __::Meta = __::meta!("account", "Account");
        const COMMANDS: &'static [__::CommandInfo] = &[
            __::CommandInfo::of::<Deposit, Self>(),
            __::CommandInfo::of::<Withdraw, Self>(),
        ];
        const EVENTS: &'static [__::Apply<Self>] = &[
            __::Apply::of::<Deposited>(),
            #[cfg(feature = "withdrawals")]
            __::Apply::of::<Withdrawn>(),
        ];
        const SNAPSHOT: ::core::option::Option<__::SnapshotPolicy<Self>> = ::core::option::Option::Some(
            __::SnapshotPolicy::new(50, 0, 0x8d4e8ba343cd29f5),
        );
    }
    impl __::HandledBy<Account> for Deposit {
        type Outcome = Deposited;
        const VALIDATE: __::Validate<Account, Self> = |a, c, _| Account::deposit(a, c);
    }
    impl __::HandledBy<Account> for Withdraw {
        type Outcome = Result<(Withdrawn, On<Account, Fee>), Overdrawn>;
        const VALIDATE: __::Validate<Account, Self> = |a, c, cx| Account::withdraw(
            a,
            c,
            cx,
        );
    }
    impl __::Reconstitute<Deposited> for Account {
        const APPLY: fn(&mut Self, &Deposited) = Account::deposited;
    }
    #[cfg(feature = "withdrawals")]
    impl __::Reconstitute<Withdrawn> for Account {
        const APPLY: fn(&mut Self, &Withdrawn) = Account::withdrawn;
    }
    __::register_item!(aggregate Account);
};
