const _: () = {
    use ::jangle::__private as __;
    #[automatically_derived]
    impl __::Query for Balance {
        type Response = Option<i64>;
        const NAME: &'static str = "Balance";
    }
};
