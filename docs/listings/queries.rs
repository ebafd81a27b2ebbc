//! Asking: what an answer includes, and how the columns of a view merge.
#![allow(clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

// ANCHOR: imports
use jangle::{After, AskError, SettleError, prelude::*};
use serde::{Deserialize, Serialize};
use std::time::Duration;
// ANCHOR_END: imports

#[derive(Debug, Clone, Serialize, Deserialize, Command)]
struct Measure {
    #[aggregate_id]
    station: String,
    day: u32,
    celsius: i64,
    rain: bool,
    observer: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, Event)]
#[event(name = "weather.measured")]
struct Measured {
    day: u32,
    celsius: i64,
    rain: bool,
    observer: String,
}

#[derive(Debug, Default)]
struct Station;

#[aggregate]
impl Station {
    #[validate_command]
    fn measure(&self, command: Measure) -> Measured {
        let Measure { day, celsius, rain, observer, .. } = command;
        Measured { day, celsius, rain, observer }
    }

    #[reconstitute]
    fn measured(&mut self, _: &Measured) {}
}

// ANCHOR: laws
#[derive(Debug, Clone, PartialEq, View)]
struct Climate {
    #[key]
    station: String,
    #[merge(latest)]
    observer: Option<String>,
    #[merge(first)]
    founder: Option<String>,
    #[merge(sum)]
    total: i64,
    #[merge(count)]
    times: u64,
    #[merge(max)]
    warmest: Option<i64>,
    #[merge(min)]
    coldest: Option<i64>,
    #[merge(any)]
    rained: bool,
}

#[event_handler]
async fn observe(
    event: Recorded<Measured>,
    climates: Merge<Climate>,
) -> Result<(), HandlerError> {
    let change = Climate::at(event.aggregate_id())
        .observer(&event.observer)
        .founder(&event.observer)
        .total(event.celsius)
        .times()
        .warmest(event.celsius)
        .coldest(event.celsius)
        .rained(event.rain);
    climates.merge(change).await?;
    Ok(())
}
// ANCHOR_END: laws

// ANCHOR: query
#[derive(Debug, Clone, Serialize, Deserialize, Query)]
#[query(response = Option<Climate>)]
struct ClimateOf {
    station: String,
}

#[query_handler]
async fn climate_of(
    query: ClimateOf,
    climates: View<Climate>,
) -> Result<Option<Climate>, QueryError> {
    Ok(climates.get(&query.station).await?)
}
// ANCHOR_END: query

// ANCHOR: compound
#[derive(Debug, Clone, PartialEq, View)]
struct Rainfall {
    #[key]
    station: String,
    #[key]
    day: u32,
    #[merge(count)]
    showers: u64,
}

#[event_handler]
async fn count_showers(
    event: Recorded<Measured>,
    rainfall: Merge<Rainfall>,
) -> Result<(), HandlerError> {
    if event.rain {
        rainfall.merge(Rainfall::at(event.aggregate_id(), event.day).showers()).await?;
    }
    Ok(())
}

#[derive(Debug, Clone, Serialize, Deserialize, Query)]
#[query(response = Vec<u32>)]
struct RainyDays {
    station: String,
    after: u32,
}

#[query_handler]
async fn rainy_days(
    query: RainyDays,
    rainfall: View<Rainfall>,
) -> Result<Vec<u32>, QueryError> {
    // The rows of one station, in the order of the days, three at a time.
    let RainyDays { station, after } = query;
    let page = rainfall
        .scan()
        .within((&station,))
        .after(&(station.clone(), after))
        .limit(3)
        .await?;
    Ok(page.into_iter().map(|row| row.day).collect())
}
// ANCHOR_END: compound

// ANCHOR: over_queries
#[derive(Debug, Clone, Serialize, Deserialize, Query)]
#[query(response = Option<i64>)]
struct Average {
    station: String,
}

#[query_handler]
async fn average(query: Average, queries: Queries) -> Result<Option<i64>, QueryError> {
    let climate = queries.query(ClimateOf { station: query.station }).await?;
    Ok(climate
        .and_then(|climate| climate.total.checked_div(climate.times.try_into().ok()?)))
}
// ANCHOR_END: over_queries

async fn app() -> Jangle {
    Jangle::builder().store(MemoryStore::new()).start().await.unwrap()
}

fn measure(day: u32, celsius: i64, rain: bool, observer: &str) -> Measure {
    Measure { station: "north".into(), day, celsius, rain, observer: observer.into() }
}

fn station() -> ClimateOf {
    ClimateOf { station: "north".into() }
}

#[tokio::test]
async fn an_answer_after_a_receipt_includes_it()
-> Result<(), Box<dyn std::error::Error>> {
    let app = app().await;
    // ANCHOR: after
    let receipt = app.send(measure(1, 12, false, "ann")).await?;
    let climate = app.query(station()).after(&receipt).await?;
    assert_eq!(climate.unwrap().times, 1);
    // ANCHOR_END: after
    // ANCHOR: within
    match app.query(station()).after(&receipt).within(Duration::from_secs(2)).await {
        Ok(climate) => println!("{climate:?}"),
        Err(AskError::Behind { handler, .. }) => {
            println!("`{handler}` is slow today; ask again")
        }
        Err(error) => return Err(error.into()),
    }
    // ANCHOR_END: within
    // ANCHOR: several
    let (first, second) =
        (After::from(&receipt), app.send(measure(2, 9, true, "ben")).await?);
    let climate = app.query(station()).after(first).after(&second).await?;
    assert_eq!(climate.unwrap().times, 2);
    // ANCHOR_END: several
    // ANCHOR: settle
    match app.settle(Duration::from_secs(30)).await {
        Ok(()) => println!("every handler is done"),
        Err(SettleError::TimedOut { waiting, .. }) => println!("{waiting}"),
        Err(error) => return Err(error.into()),
    }
    // ANCHOR_END: settle
    Ok(())
}

/// The table of the chapter.
#[tokio::test]
async fn each_law_merges_as_the_table_says() -> Result<(), Box<dyn std::error::Error>> {
    let app = app().await;
    app.send(measure(1, 12, false, "ann")).await?;
    app.send(measure(2, -3, true, "ben")).await?;
    let receipt = app.send(measure(3, 6, false, "cy")).await?;
    let climate = app.query(station()).after(&receipt).await?;
    let expected = Climate {
        station: "north".into(),
        observer: Some("cy".into()),
        founder: Some("ann".into()),
        total: 15,
        times: 3,
        warmest: Some(12),
        coldest: Some(-3),
        rained: true,
    };
    assert_eq!(climate, Some(expected));
    assert_eq!(app.query(Average { station: "north".into() }).await?, Some(5));
    Ok(())
}

#[tokio::test]
async fn a_scan_reads_page_by_page() -> Result<(), Box<dyn std::error::Error>> {
    let app = app().await;
    let mut last = None;
    for day in 1..=5 {
        last = Some(app.send(measure(day, 4, true, "ann")).await?);
    }
    let days = |after| RainyDays { station: "north".into(), after };
    let page = app.query(days(0)).after(&last.unwrap()).await?;
    assert_eq!(page, [1, 2, 3]);
    assert_eq!(app.query(days(3)).await?, [4, 5]);
    Ok(())
}
