#[allow(clippy::needless_pass_by_value, clippy::unnecessary_wraps, clippy::unused_async)]
async fn balance(
    query: Balance,
    balances: View<BalanceRow>,
) -> Result<Option<i64>, QueryError> {
    Ok(balances.get(&query.account).await?.map(|row| row.cents))
}
#[doc(hidden)]
#[allow(non_camel_case_types)]
enum balance {}
const _: () = {
    use ::renamed::__private as __;
    const P0: __::Param<View<BalanceRow>> = <View<BalanceRow> as __::QueryParam>::PARAM;
    #[allow(non_camel_case_types)]
    pub enum by_balance {}
    impl __::AnsweredBy<by_balance> for Balance {
        const HANDLER: __::Meta = __::meta!("balance", "balance");
        const PARAMS: &'static [__::ParamInfo] = &[P0.info];
        fn answer(self, __cx: &__::HandlerContext) -> __::Answering<Self::Response> {
            __::answering(balance(self, (P0.take)(__cx)?))
        }
    }
    __::register_item!(query_handler balance, Balance, by_balance);
};
