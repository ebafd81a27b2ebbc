const _: () = {
    use ::jangle::__private as __;
    #[automatically_derived]
    impl __::Event for Deposited {
        const META: __::Meta = __::meta!("bank.deposited", "Deposited");
        const SCHEMA_VERSION: u32 = 2u32;
    }
    #[automatically_derived]
    impl __::Outcome for Deposited {
        __::event_outcome!();
    }
    #[automatically_derived]
    impl<A: __::Reconstitute<Deposited>> __::OutcomeOf<A> for Deposited {
        __::event_record!();
    }
    #[automatically_derived]
    impl<S: __::Rebuild<Deposited>> __::SagaOutcome<S> for Deposited {
        __::event_saga_outcome!();
    }
    __::register!(event Deposited);
};
