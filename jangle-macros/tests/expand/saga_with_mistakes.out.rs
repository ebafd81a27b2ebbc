impl Checkout {
    #[allow(
        clippy::missing_const_for_fn,
        clippy::trivially_copy_pass_by_ref,
        clippy::type_complexity,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn reserve(&mut self, _: OrderPlaced) -> Complete {
        Complete
    }
    #[allow(
        clippy::missing_const_for_fn,
        clippy::trivially_copy_pass_by_ref,
        clippy::type_complexity,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    async fn pay(&self, _: &Reserved) {}
    #[allow(
        clippy::missing_const_for_fn,
        clippy::trivially_copy_pass_by_ref,
        clippy::type_complexity,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn expired(&self, _: &Reserved) {}
}
const _: () = {
    use ::jangle::__private as __;
    const T0: __::TransitionOf<Complete> = <Complete as __::Transition<Checkout>>::OF;
    const T1: __::TransitionOf<()> = <() as __::Transition<Checkout>>::OF;
    const T2: __::TransitionOf<()> = <() as __::Transition<Checkout>>::OF;
    impl __::Saga for Checkout {
        const META: __::Meta = __::meta!("checkout", "Checkout");
        const EVENTS: &'static [__::SagaApply<Self>] = &[];
        const RECEIVERS: &'static [&'static dyn __::Receives<Self>] = &[
            &__::Receiver::<Checkout, OrderPlaced> {
                name: "reserve",
                key: __::Key::Aggregate,
                starts: false,
                requires: &[],
                unless: &[],
                shown: T0.shown,
                run: |_, _| ::core::unreachable!(),
            },
            &__::Receiver::<Checkout, Reserved> {
                name: "pay",
                key: __::Key::Aggregate,
                starts: false,
                requires: &[],
                unless: &[],
                shown: T1.shown,
                run: |_, _| ::core::unreachable!(),
            },
        ];
        const YIELDS: __::Names = __::Names::All(
            &[T0.shown.events, T1.shown.events, T2.shown.events],
        );
        const EXPIRED: ::core::option::Option<__::Expired<Self>> = ::core::option::Option::Some(__::Expired {
            name: "expired",
            shown: T2.shown,
            run: |_| ::core::unreachable!(),
        });
    }
    __::register_item!(saga Checkout);
};
::core::compile_error! {
    "unknown key `title`; accepted are: `name`, `deadline`, `retry`, `crate`"
}
::core::compile_error! {
    "a duration is a whole number and a unit: `10ms`, `5s`, `3m`, `72h` or `2d`"
}
::core::compile_error! {
    "unknown key `bye`; accepted are: `by`, `by_aggregate`, `starts`, `requires`, `unless`"
}
::core::compile_error! {
    "an `#[event_receiver]` method takes `&self` and the event by reference: `&E`"
}
::core::compile_error! {
    "an `#[event_receiver]` method takes `&self` and the event by reference: `&E`"
}
::core::compile_error! {
    "an `#[event_receiver]` method cannot be `async`: it has all it needs in `self` and its parameters"
}
::core::compile_error! {
    "a receiver finds its saga `by` a field or `by_aggregate`, not by both"
}
::core::compile_error! {
    "an `#[on_deadline]` method takes `&self`, and nothing else"
}
