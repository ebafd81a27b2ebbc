#[allow(clippy::needless_pass_by_value, clippy::unnecessary_wraps, clippy::unused_async)]
async fn deposited(
    event: Recorded<Deposited>,
    balances: Merge<BalanceRow>,
    metadata: Metadata,
) -> Result<(), HandlerError> {
    balances.merge(BalanceRow::at(event.aggregate_id()).cents(event.cents)).await?;
    Ok(())
}
#[doc(hidden)]
#[allow(non_camel_case_types)]
enum deposited {}
const _: () = {
    use ::jangle::__private as __;
    const P0: __::Param<Merge<BalanceRow>> = <Merge<
        BalanceRow,
    > as __::EventParam>::PARAM;
    const P1: __::Param<Metadata> = <Metadata as __::EventParam>::PARAM;
    const PARAMS: &[__::ParamInfo] = &[P0.info, P1.info];
    const _: () = __::projection_param(PARAMS, P0.info);
    const _: () = __::projection_param(PARAMS, P1.info);
    impl __::EventHandler<Deposited> for deposited {
        const META: __::Meta = __::meta!("balances", "deposited");
        const RETRY: __::Retry = __::Retry {
            attempts: 3,
            first: __::Duration::from_millis(2000),
            ..__::Retry::DEFAULT
        };
        const PARAMS: &'static [__::ParamInfo] = PARAMS;
        fn call(
            __event: __::Recorded<Deposited>,
            __cx: &__::HandlerContext,
        ) -> __::Handling {
            __::handling(deposited(__event, (P0.take)(__cx)?, (P1.take)(__cx)?))
        }
    }
    __::register_item!(event_handler deposited, Deposited);
};
