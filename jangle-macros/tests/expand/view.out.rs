/// What an event says about a row of [`BalanceRow`]: made by `BalanceRow::at`, with a setter for each column.
#[derive(::core::fmt::Debug)]
#[must_use = "a change does nothing until it is merged"]
pub(crate) struct BalanceRowChange(::jangle::__private::Change<BalanceRow>);
const _: () = {
    use ::jangle::__private as __;
    const C0: __::TypedColumn<Option<String>, <Option<String> as __::Column>::Bare> = __::TypedColumn::<
        Option<String>,
        _,
    >::of::<__::Latest>("type");
    const C1: __::TypedColumn<i64, <i64 as __::Column>::Bare> = __::TypedColumn::<
        i64,
        _,
    >::of::<__::Sum>("cents");
    const C2: __::TypedColumn<u64, <u64 as __::Column>::Bare> = __::TypedColumn::<
        u64,
        _,
    >::of::<__::Count>("deposits");
    #[automatically_derived]
    impl __::ViewRow for BalanceRow {
        type Key = (String, u64);
        const META: __::Meta = __::meta!("balances", "BalanceRow");
        const KEY: &'static [__::KeyInfo] = &[
            __::KeyInfo::of::<String>("bank"),
            __::KeyInfo::of::<u64>("account"),
        ];
        const COLUMNS: &'static [__::ColumnInfo] = &[C0.info, C1.info, C2.info];
        fn read(row: &mut __::RowReader) -> ::core::result::Result<Self, __::ViewError> {
            ::core::result::Result::Ok(Self {
                bank: row.key()?,
                account: row.key()?,
                r#type: row.column(&C0)?,
                cents: row.column(&C1)?,
                deposits: row.column(&C2)?,
            })
        }
    }
    #[automatically_derived]
    impl __::ChangeOf<BalanceRow> for BalanceRowChange {
        fn into_change(self) -> __::Change<BalanceRow> {
            self.0
        }
    }
    impl BalanceRow {
        /// The row with this key, to be changed by the setters of its columns.
        pub(crate) fn at(
            key0: impl ::core::convert::Into<String>,
            key1: impl ::core::convert::Into<u64>,
        ) -> BalanceRowChange {
            BalanceRowChange(__::Change::at(&(key0.into(), key1.into())))
        }
    }
    impl BalanceRowChange {
        /// Says what `type` is, until a later event says otherwise.
        ///
        /// Who it belongs to.
        pub(crate) fn r#type(
            self,
            value: impl ::core::convert::Into<<Option<String> as __::Column>::Bare>,
        ) -> Self {
            Self(self.0.set(0, &C0, value.into()))
        }
        /// Adds to `cents`.
        pub(crate) fn cents(self, value: <i64 as __::Column>::Bare) -> Self {
            Self(self.0.set(1, &C1, value))
        }
        /// Adds one to `deposits`.
        pub(crate) fn deposits(self) -> Self {
            Self(self.0.mark(2, &C2))
        }
    }
    __::register_item!(view BalanceRow);
};
