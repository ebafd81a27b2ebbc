#[allow(clippy::needless_pass_by_value, clippy::unnecessary_wraps, clippy::unused_async)]
async fn balance(
    query: Balance,
    balances: View<BalanceRow>,
) -> Result<Option<i64>, QueryError> {
    Ok(balances.get(&query.account).await?.map(|row| row.cents))
}
const _: () = {
    use ::renamed::__private as __;
    const P0: __::Param<View<BalanceRow>> = <View<BalanceRow> as __::QueryParam>::PARAM;
    #[allow(non_camel_case_types)]
    pub enum balance {}
    impl __::AnsweredBy<balance> for Balance {
        const META: __::Meta = __::meta!("balance", "balance");
        const PARAMS: &'static [__::ParamInfo] = &[P0.info];
        fn answer(self, cx: &__::HandlerContext) -> __::Answering<Self::Response> {
            __::answering(balance(self, (P0.take)(cx)?))
        }
    }
    #[__::linkme::distributed_slice(__::ENTRIES)]
    #[linkme(crate = ::renamed::__private::linkme)]
    static ENTRY: __::Entry = __::Entry::query_handler::<Balance, balance>();
};
