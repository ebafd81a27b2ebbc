//! Each step is counted, exactly, under labels whose number is bounded.
#![allow(clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{CommandId, metrics::names, prelude::*};
use metrics_util::{
    CompositeKey, MetricKind,
    debugging::{DebugValue, DebuggingRecorder, Snapshotter},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};

#[derive(Debug, Clone, Serialize, Deserialize, Command)]
struct Fill {
    #[aggregate_id]
    glass: String,
    times: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, Event)]
#[event(name = "glass.filled")]
struct Filled;

#[derive(Debug, Default)]
struct Glass;

#[aggregate]
impl Glass {
    #[validate_command]
    fn fill(&self, command: Fill) -> Result<Vec<Filled>, String> {
        match command.times {
            0 => Err("it stays empty".to_owned()),
            times => Ok((0..times).map(|_| Filled).collect()),
        }
    }
    #[reconstitute]
    fn filled(&mut self, _: &Filled) {}
}

#[derive(Debug, Clone, View)]
struct Count {
    #[key]
    #[expect(dead_code, reason = "rows are found by it")]
    glass: String,
    #[merge(count)]
    times: u64,
}

#[event_handler]
async fn count(event: Recorded<Filled>, counts: Merge<Count>) -> Result<(), HandlerError> {
    Ok(counts.merge(Count::at(event.aggregate_id()).times()).await?)
}

#[event_handler(retry(attempts = 3, first = "1ms", max = "1ms"))]
async fn spill(event: Recorded<Filled>) -> Result<(), HandlerError> {
    match event.aggregate_id() {
        "cracked" => Err(HandlerError::msg("it leaks")),
        _ => Ok(()),
    }
}

#[derive(Debug, Clone, Serialize, Deserialize, Query)]
#[query(response = u64)]
struct TimesOf {
    glass: String,
}

#[query_handler]
async fn times_of(query: TimesOf, counts: View<Count>) -> Result<u64, QueryError> {
    let count = counts.get(&query.glass).await?;
    count.map(|count| count.times).ok_or_else(|| QueryError::msg("there is no such glass"))
}

/// What a recorder holds: by name and labels, a number (of values, for a histogram).
type Metrics = BTreeMap<String, f64>;

/// Runs `work` where metrics go to a recorder of its own.
fn recorded<F: Future<Output = ()>>(work: impl FnOnce() -> F) -> Metrics {
    let recorder = DebuggingRecorder::new();
    let snapshotter: Snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    metrics::with_local_recorder(&recorder, || runtime.block_on(work()));
    let metrics = snapshotter.snapshot().into_vec().into_iter();
    metrics.map(|(key, _, _, value)| (shown(&key), number(&value))).collect()
}

fn shown(key: &CompositeKey) -> String {
    let labels: Vec<_> = key.key().labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
    format!("{}{{{}}}", key.key().name(), labels.join(","))
}

fn number(value: &DebugValue) -> f64 {
    match value {
        DebugValue::Counter(count) => *count as f64,
        DebugValue::Gauge(value) => value.into_inner(),
        DebugValue::Histogram(values) => values.len() as f64,
    }
}

/// Three commands that store 1, 2 and 1 events, a repeat, a refusal and two queries.
async fn run() {
    let builder = Jangle::builder().store(MemoryStore::new()).only(module_path!()).environment_variables(false);
    let app = builder.start().await.unwrap();
    let fill = |glass: &str, times| Fill { glass: glass.into(), times };
    let id = CommandId::new();
    app.send(fill("one", 1)).id(id).await.unwrap();
    assert!(app.send(fill("one", 1)).id(id).await.unwrap().repeated);
    app.send(fill("one", 2)).await.unwrap();
    app.send(fill("one", 0)).await.unwrap_err();
    app.send(fill("cracked", 1)).await.unwrap();
    app.settle(Duration::from_secs(30)).await.unwrap();
    assert_eq!(app.query(TimesOf { glass: "one".into() }).await.unwrap(), 3);
    app.query(TimesOf { glass: "none".into() }).await.unwrap_err();
    app.shutdown().await.unwrap();
}

#[test]
fn a_small_run_is_counted_exactly() {
    let expected = [
        ("jangle_cache_hits_total{aggregate=glass}", 2.0),
        ("jangle_cache_misses_total{aggregate=glass}", 2.0),
        ("jangle_command_duration_seconds{command=Fill}", 5.0),
        ("jangle_commands_total{command=Fill,outcome=accepted}", 3.0),
        ("jangle_commands_total{command=Fill,outcome=refused}", 1.0),
        ("jangle_commands_total{command=Fill,outcome=repeated}", 1.0),
        ("jangle_commit_commands{}", 3.0),
        ("jangle_commit_duration_seconds{}", 3.0),
        ("jangle_commits_total{}", 3.0),
        ("jangle_dead_letters_total{handler=spill}", 1.0),
        ("jangle_events_appended_total{}", 4.0),
        ("jangle_handler_duration_seconds{handler=count}", 4.0),
        ("jangle_handler_duration_seconds{handler=spill}", 6.0),
        ("jangle_handler_lag_events{handler=count}", 0.0),
        ("jangle_handler_lag_events{handler=spill}", 0.0),
        ("jangle_handler_runs_total{handler=count,outcome=done}", 4.0),
        ("jangle_handler_runs_total{handler=spill,outcome=done}", 3.0),
        ("jangle_handler_runs_total{handler=spill,outcome=failed}", 3.0),
        ("jangle_queries_total{outcome=answered,query=TimesOf}", 1.0),
        ("jangle_queries_total{outcome=failed,query=TimesOf}", 1.0),
        ("jangle_query_duration_seconds{query=TimesOf}", 2.0),
    ];
    let metrics = sorted_labels(recorded(run));
    assert_eq!(metrics, expected.map(|(name, value)| (name.to_owned(), value)).into());
}

/// The recorder gives labels in no fixed order.
fn sorted_labels(metrics: Metrics) -> Metrics {
    let sorted = metrics.into_iter().map(|(key, value)| {
        let (name, labels) = key.trim_end_matches('}').split_once('{').unwrap();
        let mut labels: Vec<_> = labels.split(',').collect();
        labels.sort_unstable();
        (format!("{name}{{{}}}", labels.join(",")), value)
    });
    sorted.collect()
}

/// Two applications on one store: the one whose aggregate is behind decides again.
#[test]
fn conflicts_and_what_is_decided_again_are_counted() {
    let metrics = recorded(|| async {
        let store = MemoryStore::new();
        let start = async || {
            let builder = Jangle::builder().store(store.clone()).only(module_path!()).environment_variables(false);
            builder.start().await.unwrap()
        };
        let (first, second) = (start().await, start().await);
        let fill = || Fill { glass: "one".into(), times: 1 };
        first.send(fill()).await.unwrap();
        second.send(fill()).await.unwrap();
        assert_eq!(first.send(fill()).await.unwrap().version, 3);
        second.shutdown().await.unwrap();
        first.shutdown().await.unwrap();
    });
    assert_eq!(metrics["jangle_conflicts_total{}"], 1.0);
    assert_eq!(metrics["jangle_command_retries_total{command=Fill}"], 1.0);
    assert_eq!(metrics["jangle_commands_total{command=Fill,outcome=accepted}"], 3.0);
}

#[test]
fn every_metric_is_documented_and_described_with_its_kind_and_unit() {
    let documented = include_str!("../../jangle/src/metrics.rs");
    let recorder = DebuggingRecorder::new();
    metrics::with_local_recorder(&recorder, || {
        jangle::metrics::describe();
        for name in names::ALL {
            metrics::counter!(*name).absolute(1);
            metrics::histogram!(*name).record(1.0);
            metrics::gauge!(*name).set(1.0);
        }
    });
    let described: BTreeMap<_, _> = recorder
        .snapshotter()
        .snapshot()
        .into_vec()
        .into_iter()
        .filter_map(|(key, unit, description, _)| {
            Some((key.key().name().to_owned(), (key.kind(), unit.zip(description)?.0)))
        })
        .collect();
    let book = include_str!("../../docs/src/logs_and_metrics.md");
    for row in documented.lines().filter_map(|line| line.strip_prefix("//! |")) {
        assert!(book.contains(&format!("|{row}\n")), "|{row}");
    }
    for name in names::ALL {
        let (kind, unit) = &described[*name];
        let kind = match kind {
            MetricKind::Counter => "counter",
            MetricKind::Gauge => "gauge",
            MetricKind::Histogram => "histogram",
        };
        assert!(documented.contains(&format!("//! | `{name}` | {kind} |")), "{name} is a {kind}");
        assert_eq!(name.ends_with("_seconds"), *unit == metrics::Unit::Seconds, "{name}");
        assert_eq!(name.ends_with("_total"), kind == "counter", "{name}");
    }
}
