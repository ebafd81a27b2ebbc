//! Each merge law is associative and commutative, so every order and every grouping of merges gives the same row.
#![allow(missing_docs, reason = "only the test runner reads it")]

use jangle::{
    Timestamp,
    view::{
        Column, Value, ViewError,
        law::{Any, Count, First, Latest, Law, Max, Min, Place, Sum},
    },
};
use proptest::{collection::vec, prelude::*, sample::subsequence};
use std::fmt::Debug;

/// Where a merge comes from. No two merges come from the same place.
type Origin = (u64, &'static str, u32);

/// Few enough that positions, handlers and numbers often agree in part, in ids of which one begins with the other.
fn origins() -> impl Strategy<Value = Vec<Origin>> {
    let mut all = Vec::new();
    for position in [0, 1, 255, 256, u64::MAX] {
        for handler in ["a", "a\u{1}", "ab", "b"] {
            all.extend([0, 1, 256].map(|nth| (position, handler, nth)));
        }
    }
    subsequence(all, 3..=9).prop_shuffle()
}

fn lifted<L: Law<T>, T: Column>(values: &[(Option<T::Bare>, Origin)]) -> Result<Vec<Vec<Value>>, ViewError>
where
    T::Bare: Clone,
{
    let lift = |(value, (position, handler, nth)): &(Option<T::Bare>, Origin)| {
        L::lift(value.clone(), &Place { position: *position, handler, nth: *nth })
    };
    values.iter().map(lift).collect()
}

fn merged<L: Law<T>, T: Column>(a: &[Value], b: &[Value]) -> Vec<Value> {
    let mut cells = a.to_vec();
    L::merge(&mut cells, b);
    cells
}

/// Merges neighbours in pairs, and so on: another grouping than one after another.
fn in_pairs<L: Law<T>, T: Column>(cells: &[Vec<Value>]) -> Vec<Value> {
    match cells {
        [one] => one.clone(),
        many => {
            let (left, right) = many.split_at(many.len() / 2);
            merged::<L, T>(&in_pairs::<L, T>(left), &in_pairs::<L, T>(right))
        }
    }
}

fn check<L: Law<T>, T: Column + PartialEq + Debug>(
    values: &[(Option<T::Bare>, Origin)],
    order: &[usize],
) -> Result<(), TestCaseError>
where
    T::Bare: Clone,
{
    let cells = lifted::<L, T>(values).map_err(|error| TestCaseError::fail(error.to_string()))?;
    let [a, b, c, ..] = &cells[..] else { return Err(TestCaseError::reject("too few")) };
    prop_assert_eq!(merged::<L, T>(a, b), merged::<L, T>(b, a), "commutative");
    let (left, right) = (merged::<L, T>(&merged::<L, T>(a, b), c), merged::<L, T>(a, &merged::<L, T>(b, c)));
    prop_assert_eq!(left, right, "associative");

    let one_after_another = cells[1..].iter().fold(cells[0].clone(), |sum, more| merged::<L, T>(&sum, more));
    let shuffled: Vec<_> = order.iter().map(|&index| cells[index % cells.len()].clone()).collect();
    prop_assert_eq!(&in_pairs::<L, T>(&shuffled), &one_after_another, "in any order and grouping");
    let (read, again) = (L::read(&one_after_another), L::read(&in_pairs::<L, T>(&shuffled)));
    prop_assert_eq!(read.map_err(|error| error.to_string()), again.map_err(|error| error.to_string()));
    Ok(())
}

/// Values from distinct places, and an order to merge them in.
fn values<V>(value: V) -> impl Strategy<Value = (Vec<(V::Value, Origin)>, Vec<usize>)>
where
    V: Strategy + Clone,
    V::Value: Clone,
{
    origins().prop_flat_map(move |origins| {
        let order: Vec<usize> = (0..origins.len()).collect();
        let values = vec(value.clone(), origins.len());
        let values = values.prop_map(move |values| values.into_iter().zip(origins.clone()).collect());
        (values, Just(order).prop_shuffle())
    })
}

/// Numbers that are often equal, and the widest ones.
fn numbers() -> impl Strategy<Value = i64> + Clone {
    prop_oneof![-2..=2_i64, any::<i64>(), Just(i64::MIN), Just(i64::MAX)]
}

fn wide_numbers() -> impl Strategy<Value = u64> + Clone {
    prop_oneof![0..=2_u64, any::<u64>(), Just(u64::MAX)]
}

/// Text whose order by bytes differs from that by characters or by length.
fn texts() -> impl Strategy<Value = String> + Clone {
    prop_oneof![Just(String::new()), "[ab]{0,2}", "[Aé\u{ffff}\u{10000}]{1,2}"]
}

fn times() -> impl Strategy<Value = Timestamp> + Clone {
    numbers().prop_map(Timestamp::from_micros)
}

macro_rules! laws {
    ($($name:ident: $law:ty, $column:ty, $values:expr;)*) => {
        proptest! {
            $(
                #[test]
                fn $name((values, order) in values($values)) {
                    check::<$law, $column>(&values, &order)?;
                }
            )*
        }
    };
}

laws! {
    latest_of_numbers: Latest, Option<i64>, proptest::option::of(numbers());
    latest_of_text: Latest, Option<String>, proptest::option::of(texts());
    first_of_numbers: First, Option<i64>, proptest::option::of(numbers());
    first_of_text: First, Option<String>, proptest::option::of(texts());
    sum_of_signed: Sum, i64, numbers().prop_map(Some);
    sum_of_unsigned: Sum, u64, wide_numbers().prop_map(Some);
    sum_of_small: Sum, i8, any::<i8>().prop_map(Some);
    count: Count, u32, Just(None);
    max_of_numbers: Max, Option<i64>, numbers().prop_map(Some);
    max_of_unsigned: Max, u64, numbers().prop_map(|number| Some(number.unsigned_abs() / 2));
    max_of_text: Max, Option<String>, texts().prop_map(Some);
    max_of_times: Max, Option<Timestamp>, times().prop_map(Some);
    min_of_numbers: Min, Option<i64>, numbers().prop_map(Some);
    min_of_text: Min, Option<String>, texts().prop_map(Some);
    min_of_times: Min, Option<Timestamp>, times().prop_map(Some);
    any_of_flags: Any, bool, any::<bool>().prop_map(Some);
}
