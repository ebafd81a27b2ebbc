const _: () = {
    use ::jangle::__private as __;
    #[automatically_derived]
    impl __::Command for Deposit {
        const META: __::Meta = __::meta!("deposit", "Deposit");
        fn aggregate_id(&self) -> ::std::string::String {
            __::aggregate_id(&self.account)
        }
    }
    __::register!(command Deposit);
};
