const _: () = {
    use ::jangle::__private as __;
    #[automatically_derived]
    impl __::Command for Deposit {
        const NAME: &'static str = "deposit";
        fn aggregate_id(&self) -> ::std::string::String {
            __::aggregate_id(&self.account)
        }
    }
};
