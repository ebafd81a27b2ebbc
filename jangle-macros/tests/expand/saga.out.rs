impl Checkout {
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_self
    )]
    fn placed(&mut self, event: &OrderPlaced) {
        self.order = event.order.clone();
    }
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::trivially_copy_pass_by_ref,
        clippy::unused_self
    )]
    fn reserved(&mut self, _: &Reserved) {}
    #[allow(
        clippy::missing_const_for_fn,
        clippy::trivially_copy_pass_by_ref,
        clippy::type_complexity,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn reserve(&self, _: &OrderPlaced) -> Dispatch<ReserveItem, Reserved, Declined> {
        dispatch(ReserveItem {
                order: self.order.clone(),
            })
            .accepted(|_| Reserved)
            .refused(|_| Declined)
    }
    #[allow(
        clippy::missing_const_for_fn,
        clippy::trivially_copy_pass_by_ref,
        clippy::type_complexity,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn opened(&self, event: &shop::Opened) {}
    #[allow(
        clippy::missing_const_for_fn,
        clippy::trivially_copy_pass_by_ref,
        clippy::type_complexity,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn pay(&self, event: &Reserved) -> Option<Complete> {
        event.is_paid.then_some(Complete)
    }
    #[allow(
        clippy::missing_const_for_fn,
        clippy::trivially_copy_pass_by_ref,
        clippy::type_complexity,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn sent(&self, _: &Sent) -> Either<Wait, Fail> {
        Either::Left(Wait)
    }
    #[cfg(feature = "refunds")]
    #[allow(
        clippy::missing_const_for_fn,
        clippy::trivially_copy_pass_by_ref,
        clippy::type_complexity,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn refund(&self, _: &Refunded) -> Complete {
        Complete
    }
    #[allow(
        clippy::missing_const_for_fn,
        clippy::trivially_copy_pass_by_ref,
        clippy::type_complexity,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn expired(&self) -> Fail {
        Fail { why: "nobody paid".into() }
    }
    fn helper(&self) {}
}
const _: () = {
    use ::jangle::__private as __;
    const T0: __::TransitionOf<Dispatch<ReserveItem, Reserved, Declined>> = <Dispatch<
        ReserveItem,
        Reserved,
        Declined,
    > as __::Transition<Checkout>>::OF;
    const T1: __::TransitionOf<()> = <() as __::Transition<Checkout>>::OF;
    const T2: __::TransitionOf<Option<Complete>> = <Option<
        Complete,
    > as __::Transition<Checkout>>::OF;
    const T3: __::TransitionOf<Either<Wait, Fail>> = <Either<
        Wait,
        Fail,
    > as __::Transition<Checkout>>::OF;
    #[cfg(feature = "refunds")]
    const T4: __::TransitionOf<Complete> = <Complete as __::Transition<Checkout>>::OF;
    const T5: __::TransitionOf<Fail> = <Fail as __::Transition<Checkout>>::OF;
    impl __::Saga for Checkout {
        const META: __::Meta = __::meta!("checkout", "Checkout");
        const DEADLINE: ::core::option::Option<__::Duration> = ::core::option::Option::Some(
            __::Duration::from_millis(259200000),
        );
        const RETRY: __::Retry = __::Retry {
            attempts: 9,
            first: __::Duration::from_millis(1000),
            ..__::Retry::PERSISTENT
        };
        const EVENTS: &'static [__::SagaApply<Self>] = &[
            __::SagaApply::of::<OrderPlaced>(),
            __::SagaApply::of::<Reserved>(),
        ];
        const RECEIVERS: &'static [&'static dyn __::Receives<Self>] = &[
            &__::Receiver::<Checkout, OrderPlaced> {
                name: "reserve",
                key: __::Key::Field(|event| __::aggregate_id(&event.order)),
                starts: false,
                requires: &[],
                unless: &[],
                shown: T0.shown,
                run: |saga, event| (T0.step)(Checkout::reserve(saga, event)),
            },
            &__::Receiver::<Checkout, shop::Opened> {
                name: "opened",
                key: __::Key::Aggregate,
                starts: true,
                requires: &[],
                unless: &[],
                shown: T1.shown,
                run: |saga, event| (T1.step)(Checkout::opened(saga, event)),
            },
            &__::Receiver::<Checkout, Reserved> {
                name: "pay",
                key: __::Key::Own,
                starts: false,
                requires: &[],
                unless: &[],
                shown: T2.shown,
                run: |saga, event| (T2.step)(Checkout::pay(saga, event)),
            },
            &__::Receiver::<Checkout, Sent> {
                name: "sent",
                key: __::Key::Field(|event| __::aggregate_id(&event.parcel.order)),
                starts: false,
                requires: &[
                    <OrderPlaced as __::Event>::NAME,
                    <Reserved as __::Event>::NAME,
                ],
                unless: &[<Declined as __::Event>::NAME],
                shown: T3.shown,
                run: |saga, event| (T3.step)(Checkout::sent(saga, event)),
            },
            #[cfg(feature = "refunds")]
            &__::Receiver::<Checkout, Refunded> {
                name: "refund",
                key: __::Key::Own,
                starts: false,
                requires: &[],
                unless: &[],
                shown: T4.shown,
                run: |saga, event| (T4.step)(Checkout::refund(saga, event)),
            },
        ];
        const YIELDS: __::Names = __::Names::All(
            &[
                T0.shown.events,
                T1.shown.events,
                T2.shown.events,
                T3.shown.events,
                #[cfg(feature = "refunds")]
                T4.shown.events,
                T5.shown.events,
            ],
        );
        const EXPIRED: ::core::option::Option<__::Expired<Self>> = ::core::option::Option::Some(__::Expired {
            name: "expired",
            shown: T5.shown,
            run: |saga| (T5.step)(Checkout::expired(saga)),
        });
    }
    impl __::Rebuild<OrderPlaced> for Checkout {
        const APPLY: fn(&mut Self, &OrderPlaced) = Checkout::placed;
    }
    impl __::Rebuild<Reserved> for Checkout {
        const APPLY: fn(&mut Self, &Reserved) = Checkout::reserved;
    }
    const _: () = <Checkout as __::Saga>::YIELDS
        .expect(
            <Reserved as __::Event>::NAME,
            "saga `Checkout` never yields `Reserved`: say which saga the event belongs to with `by = field` or `by_aggregate`",
        );
    #[cfg(feature = "refunds")]
    const _: () = <Checkout as __::Saga>::YIELDS
        .expect(
            <Refunded as __::Event>::NAME,
            "saga `Checkout` never yields `Refunded`: say which saga the event belongs to with `by = field` or `by_aggregate`",
        );
    __::register_item!(saga Checkout);
};
