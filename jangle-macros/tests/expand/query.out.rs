const _: () = {
    use ::jangle::__private as __;
    #[automatically_derived]
    impl __::Query for Balance {
        type Response = Option<i64>;
        const META: __::Meta = __::meta!("Balance", "Balance");
    }
    __::register!(query Balance);
};
