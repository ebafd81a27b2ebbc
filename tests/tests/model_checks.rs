//! Law 16: what only shows when the parts of a model meet is found at start, and sums beyond every type are errors.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{
    StartError,
    prelude::*,
    view::{
        ColumnValue, Summable, Value, ValueType, ViewError,
        law::{Law, Place, Sum},
    },
};
use jangle_tests::{accounts::Deposited, on_every_store, stores::Reopen};

/// Two aggregates that know nothing of each other, each with an event type `Opened`.
mod names {
    macro_rules! thing {
        ($module:ident, $command:ident, $aggregate:ident) => {
            pub(crate) mod $module {
                use jangle::prelude::*;
                use serde::{Deserialize, Serialize};

                #[derive(Debug, Serialize, Deserialize, Command)]
                pub(crate) struct $command(#[aggregate_id] String);

                #[derive(Debug, Serialize, Deserialize, Event)]
                pub(crate) struct Opened;

                #[derive(Debug, Default)]
                pub(crate) struct $aggregate;

                #[aggregate]
                impl $aggregate {
                    #[validate_command]
                    fn open(&self, _command: $command) -> Opened {
                        Opened
                    }

                    #[reconstitute]
                    fn opened(&mut self, _event: &Opened) {}
                }
            }
        };
    }

    thing!(tills, OpenTill, Till);
    thing!(doors, OpenDoor, Door);
}

mod cased {
    use super::*;

    #[derive(Debug, Clone, PartialEq, View)]
    #[view(name = "Totals")]
    pub(crate) struct Upper {
        #[key]
        account: String,
        #[merge(sum)]
        amount: i64,
    }

    #[derive(Debug, Clone, PartialEq, View)]
    #[view(name = "totals")]
    pub(crate) struct Lower {
        #[key]
        account: String,
        #[merge(count)]
        times: u64,
    }

    #[event_handler]
    async fn total(event: Recorded<Deposited>, upper: Merge<Upper>, lower: Merge<Lower>) -> Result<(), HandlerError> {
        upper.merge(Upper::at(event.aggregate_id()).amount(event.amount)).await?;
        lower.merge(Lower::at(event.aggregate_id()).times()).await?;
        Ok(())
    }
}

async fn mistakes(stores: impl Reopen, module: &str) -> String {
    let builder = Jangle::builder().store(stores.open().await).only(format!("model_checks::{module}"));
    match builder.start().await {
        Err(StartError::Model(errors)) => errors.to_string(),
        other => panic!("{other:?}"),
    }
}

async fn two_event_types_under_one_stored_name_are_refused(stores: impl Reopen) {
    let told = mistakes(stores, "names").await;
    assert!(told.contains("`Opened`"), "{told}");
}

async fn one_aggregate_of_those_two_alone_is_accepted(stores: impl Reopen) {
    for module in ["tills", "doors"] {
        let only = format!("model_checks::names::{module}");
        Jangle::builder().store(stores.open().await).only(only).start().await.unwrap();
    }
}

async fn views_whose_names_differ_in_case_alone_are_refused(stores: impl Reopen) {
    let told = mistakes(stores, "cased").await;
    assert!(told.to_lowercase().contains("`totals`"), "{told}");
}

on_every_store!(
    two_event_types_under_one_stored_name_are_refused,
    one_aggregate_of_those_two_alone_is_accepted,
    views_whose_names_differ_in_case_alone_are_refused,
);

/// A column whose sums may have all the bits that sums are kept in.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Wide(i128);

impl ColumnValue for Wide {
    const TYPE: ValueType = ValueType::Integer;

    fn into_value(self) -> Result<Value, ViewError> {
        i64::try_from(self.0).unwrap().into_value()
    }

    fn from_value(value: &Value) -> Result<Self, ViewError> {
        Ok(Self(i64::from_value(value)?.into()))
    }
}

impl Summable for Wide {
    fn widen(self) -> i128 {
        self.0
    }

    fn narrow(sum: i128) -> Option<Self> {
        Some(Self(sum))
    }
}

#[test]
fn a_sum_beyond_every_type_is_an_error_and_not_another_sum() {
    let at = Place { position: 1, handler: "h", nth: 0 };
    for (large, small) in [(i128::MAX, 1), (i128::MIN, -1)] {
        let read = [large, small].map(|amount| <Sum as Law<Wide>>::lift(Some(Wide(amount)), &at));
        let read = match read {
            [Ok(mut sum), Ok(other)] => {
                <Sum as Law<Wide>>::merge(&mut sum, &other);
                <Sum as Law<Wide>>::read(&sum)
            }
            [Err(error), _] | [_, Err(error)] => Err(error),
        };
        assert!(read.is_err(), "{read:?}");
    }
}
