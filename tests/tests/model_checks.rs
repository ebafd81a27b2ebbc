//! Law 16: what only shows when the parts of a model meet is found at start, and sums beyond every type are errors.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

mod model_checks {
    mod diagram;
    mod ignored;
    mod items;
    mod mistakes;
}

use jangle::view::{
    ColumnValue, Summable, Value, ValueType, ViewError,
    law::{Law, Place, Sum},
};

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
