impl Account {
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_value,
        clippy::type_complexity,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn deposit(&mut self, command: Deposit) -> Deposited {
        Deposited { cents: command.cents }
    }
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_self
    )]
    fn deposited(&self, event: &Deposited) {}
}
const _: () = {
    use ::jangle::__private as __;
    impl __::Aggregate for Account {
        const META: __::Meta = __::meta!("account", "Account");
        const COMMANDS: &'static [__::CommandInfo] = &[
            __::CommandInfo::of::<Deposit, Self>(),
        ];
        const EVENTS: &'static [__::Apply<Self>] = &[__::Apply::of::<Deposited>()];
    }
    impl __::HandledBy<Account> for Deposit {
        type Outcome = Deposited;
        const VALIDATE: __::Validate<Account, Self> = |_, _, _| ::core::unreachable!();
    }
    impl __::Reconstitute<Deposited> for Account {
        const APPLY: fn(&mut Self, &Deposited) = |_, _| ::core::unreachable!();
    }
    __::register_item!(aggregate Account);
};
::core::compile_error! {
    "unknown key `nam`; accepted are: `name`, `snapshot_every`, `snapshot_version`, `crate`"
}
::core::compile_error! {
    "a `#[validate_command]` method takes `&self`, the command and, if it wants, `&CommandContext`"
}
::core::compile_error! {
    "a `#[reconstitute]` method takes `&mut self` and the event by reference: `&E`"
}
