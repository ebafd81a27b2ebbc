//! What is told of each step.

use super::support::json;
use jangle::{AskError, CommandId, JangleBuilder, SendError, prelude::*};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);
/// What must not be told. It is in commands, events, replies, refusals, queries, rows, states and metadata.
const SECRET: &str = "8f3kq";

#[derive(Debug, Clone, Serialize, Deserialize, Command)]
struct Write {
    #[aggregate_id]
    page: String,
    text: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, Command)]
struct Tear {
    #[aggregate_id]
    page: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, Event)]
#[event(name = "notes.written")]
struct Noted {
    text: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Page {
    text: String,
}

#[aggregate(snapshot_every = 2)]
impl Page {
    #[validate_command]
    fn write(&self, command: Write) -> Result<(Noted, Reply<String>), String> {
        match command.text.is_empty() {
            true => Err(format!("nothing is to be written after {}", self.text)),
            false => Ok((Noted { text: command.text }, Reply(self.text.clone()))),
        }
    }
    #[validate_command]
    fn tear(&self, _: Tear) -> Noted {
        panic!("this page is not to be torn")
    }
    #[reconstitute]
    fn noted(&mut self, event: &Noted) {
        self.text.push_str(&event.text);
    }
}

#[derive(Debug, Clone, View)]
struct Copy {
    #[key]
    #[expect(dead_code, reason = "rows are found by it")]
    page: String,
    #[merge(latest)]
    text: Option<String>,
}

#[event_handler]
async fn copy(event: Recorded<Noted>, copies: Merge<Copy>) -> Result<(), HandlerError> {
    copies.merge(Copy::at(event.aggregate_id()).text(event.text.clone())).await?;
    Ok(())
}

mod failing {
    use super::*;

    #[event_handler(retry(attempts = 3, first = "1ms", max = "1ms"))]
    async fn refuse(_: Recorded<Noted>) -> Result<(), HandlerError> {
        Err(HandlerError::msg("the printer is out of ink"))
    }
}

#[derive(Debug, Clone, Serialize, Deserialize, Query)]
#[query(response = Option<String>)]
struct TextOf {
    page: String,
}

#[query_handler]
async fn text_of(query: TextOf, copies: View<Copy>) -> Result<Option<String>, QueryError> {
    if query.page == "burnt" {
        return Err(QueryError::msg("there was a fire"));
    }
    Ok(copies.get(&query.page).await?.and_then(|copy| copy.text))
}

/// Reads nothing, so that an answer after a receipt waits for all handlers.
#[derive(Debug, Clone, Serialize, Deserialize, Query)]
#[query(response = bool)]
struct IsPrinted;

#[query_handler]
async fn is_printed(_: IsPrinted) -> Result<bool, QueryError> {
    Ok(true)
}

fn builder(store: &MemoryStore) -> JangleBuilder {
    Jangle::builder().store(store.clone()).only(module_path!()).environment_variables(false)
}

fn write(page: &str) -> Write {
    Write { page: page.into(), text: SECRET.into() }
}

/// All that an application does, as far as one process shows it.
async fn everything(store: &MemoryStore) {
    let app = builder(store).slow_after(Duration::ZERO).start().await.unwrap();
    let id = CommandId::new();
    let receipt = app.send(write("one")).id(id).metadata("why", SECRET).correlation(SECRET).await.unwrap();
    assert!(app.send(write("one")).id(id).await.unwrap().repeated);
    app.send(write("one")).await.unwrap();
    let refused = app.send(Write { page: "one".into(), text: String::new() }).await;
    assert!(matches!(refused, Err(SendError::Refused(text)) if text.contains(SECRET)));
    assert!(app.send(Tear { page: "one".into() }).await.is_err());
    assert!(app.send(write("one")).expect_version(7).await.is_err());
    app.settle(30 * SECOND).await.unwrap();
    let text = app.query(TextOf { page: "one".into() }).await.unwrap();
    assert_eq!(text.as_deref(), Some(SECRET));
    assert!(app.query(TextOf { page: "burnt".into() }).await.is_err());
    assert!(matches!(app.query(TextOf { page: SECRET.into() }).await, Ok(None)));
    assert!(receipt.version == 1);
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn in_normal_operation_only_start_and_end_are_told_above_debug() {
    let (log, _guard) = json("info");
    let app = builder(&MemoryStore::new()).start().await.unwrap();
    app.send(write("one")).await.unwrap();
    app.query(TextOf { page: "one".into() }).await.unwrap();
    app.shutdown().await.unwrap();
    let told: Vec<_> = log.lines().into_iter().filter(|line| line["target"] != "jangle::delivery").collect();
    let messages: Vec<_> = told.iter().map(|line| line["message"].as_str().unwrap()).collect();
    let expected = ["an application has started", "an application is shutting down", "an application has shut down"];
    assert_eq!(messages, expected);
    let fields = &told[0]["fields"];
    let counts = ["aggregates", "commands", "handlers", "queries", "views"].map(|name| fields[name].as_u64().unwrap());
    assert_eq!(counts, [1, 2, 2, 2, 1]);
}

#[tokio::test]
async fn every_step_of_a_command_is_told_at_debug() {
    let (log, _guard) = json("off,jangle::command=debug");
    let app = builder(&MemoryStore::new()).start().await.unwrap();
    let id = CommandId::new();
    app.send(write("one")).id(id).await.unwrap();
    let told: Vec<_> = log.told("jangle::command").into_iter().map(|(_, message)| message).collect();
    let steps = [
        "a command arrived",
        "an aggregate was looked up",
        "an aggregate was rebuilt",
        "a command was decided",
        "an event was applied",
        "a batch was committed",
        "a command was answered",
    ];
    assert_eq!(told, steps);
    let decided = &log.with("a command was decided")[0];
    let mut expected =
        json!({ "command": "Write", "aggregate": "page", "aggregate_id": "one", "version": 0, "events": 1 });
    expected["command_id"] = id.to_string().into();
    assert_eq!(decided["fields"], expected);
    let span = json!({ "command": "Write", "aggregate": "page", "aggregate_id": "one", "command_id": id.to_string() });
    assert_eq!(decided["spans"], json!([{ "name": "command", "fields": span }]));
    let committed = &log.with("a batch was committed")[0]["fields"];
    assert_eq!((&committed["commands"], &committed["events"]), (&json!(1), &json!(1)));
    let answered = &log.with("a command was answered")[0]["fields"];
    assert_eq!((&answered["outcome"], &answered["version"]), (&json!("accepted"), &json!(1)));
    assert!(answered["duration_us"].is_u64());
}

#[tokio::test]
async fn the_outcome_of_each_command_is_told() {
    let (log, _guard) = json("off,jangle::command=debug");
    everything(&MemoryStore::new()).await;
    let answers = log.lines().into_iter().filter(|line| {
        ["a command was answered", "a command failed"].iter().any(|message| line["message"] == *message)
    });
    let outcomes: Vec<_> = answers.map(|line| line["fields"]["outcome"].as_str().unwrap().to_owned()).collect();
    assert_eq!(outcomes, ["accepted", "repeated", "accepted", "refused", "failed", "stale_version"]);
    let failed = &log.with("a command failed")[0];
    assert_eq!(
        (&failed["level"], &failed["error"][0]),
        (&json!("ERROR"), &json!("the validator panicked: this page is not to be torn"))
    );
}

#[tokio::test]
async fn a_failing_handler_is_a_warning_for_each_attempt_and_an_error_in_the_end() {
    let (log, _guard) = json("off,jangle::delivery=warn");
    let app = builder(&MemoryStore::new()).start().await.unwrap();
    app.send(write("one")).await.unwrap();
    app.settle(30 * SECOND).await.unwrap();
    let told: Vec<_> =
        log.lines().iter().map(|line| (line["level"].clone(), line["fields"]["attempt"].clone())).collect();
    let expected = [("WARN", 1), ("WARN", 2), ("ERROR", 3)].map(|(level, attempt)| (json!(level), json!(attempt)));
    assert_eq!(told, expected);
    let last = &log.with("a handler failed; the event is set aside")[0];
    let fields = json!({ "handler": "refuse", "event": "notes.written", "aggregate": "page", "aggregate_id": "one",
        "position": 1, "attempt": 3 });
    assert_eq!((&last["fields"], &last["error"]), (&fields, &json!(["the printer is out of ink"])));
}

#[tokio::test]
async fn snapshots_are_told_when_they_are_taken_and_when_they_do_not_fit() {
    let (log, _guard) = json("off,jangle::command=info");
    let store = MemoryStore::new();
    let app = builder(&store).start().await.unwrap();
    app.send(write("one")).await.unwrap();
    app.send(write("one")).await.unwrap();
    app.shutdown().await.unwrap();
    let other = MemoryStore::new();
    // Another history: the snapshot is of events that are not there.
    let app = builder(&store).event_store(other).view_store(MemoryStore::new()).start().await.unwrap();
    app.send(write("one")).await.unwrap();
    let expected = [
        ("INFO", "a snapshot was taken"),
        ("WARN", "a snapshot is broken, outdated or of another history; rebuilding from the events"),
    ];
    assert_eq!(log.told("jangle::command"), expected.map(|(level, message)| (level.to_owned(), message.to_owned())));
    assert_eq!(log.lines()[0]["fields"], json!({ "aggregate": "page", "aggregate_id": "one", "version": 2 }));
}

#[tokio::test]
async fn a_handler_that_another_process_left_is_told() {
    let (log, _guard) = json("off,jangle::delivery=info");
    let store = MemoryStore::new();
    let first = builder(&store).start().await.unwrap();
    let second = builder(&store).start().await.unwrap();
    first.shutdown().await.unwrap();
    second.send(write("one")).await.unwrap();
    second.settle(30 * SECOND).await.unwrap();
    let taken = log.with("a handler was taken over from another process");
    let mut handlers: Vec<_> = taken.iter().map(|line| line["fields"]["handler"].as_str().unwrap()).collect();
    handlers.sort_unstable();
    assert_eq!(handlers, ["copy", "refuse"]);
}

#[tokio::test]
async fn what_takes_longer_than_the_limit_is_a_warning() {
    let (log, _guard) = json("warn");
    everything(&MemoryStore::new()).await;
    for message in ["a command was slow", "a handler was slow", "a query was slow"] {
        assert!(log.with(message).iter().all(|line| line["level"] == "WARN"), "{message}");
        assert!(!log.with(message).is_empty(), "{message}");
    }
}

#[tokio::test]
async fn a_query_that_fails_is_an_error_and_one_that_cannot_be_answered_yet_a_warning() {
    let (log, _guard) = json("off,jangle::query=debug");
    let app = builder(&MemoryStore::new()).start().await.unwrap();
    app.query(TextOf { page: "one".into() }).await.unwrap();
    app.query(TextOf { page: "burnt".into() }).await.unwrap_err();
    let receipt = app.send(write("one")).await.unwrap();
    let lacking = app.query(IsPrinted).after(&receipt).await;
    assert!(matches!(lacking, Err(AskError::SetAside { .. })), "{lacking:?}");
    let told = [("DEBUG", "a query was answered"), ("ERROR", "a query failed"), ("WARN", "a query was given up")];
    assert_eq!(log.told("jangle::query"), told.map(|(level, message)| (level.to_owned(), message.to_owned())));
    assert_eq!(log.lines()[1]["error"], json!(["there was a fire"]));
}

#[tokio::test]
async fn nothing_that_users_store_is_told_at_any_level() {
    let (log, _guard) = json("trace");
    everything(&MemoryStore::new()).await;
    let text = log.text();
    assert!(text.lines().count() > 40);
    // The id of an aggregate is a name, and is told; here one query asks for the secret as such.
    let told: Vec<_> = text.lines().filter(|line| line.contains(SECRET)).collect();
    assert_eq!(told, Vec::<&str>::new());
}

#[tokio::test]
async fn every_message_is_documented() {
    let documented = include_str!("../../../jangle/src/logging/mod.rs");
    let (log, _guard) = json("debug");
    everything(&MemoryStore::new()).await;
    for line in log.lines() {
        let (target, message) = (line["target"].as_str().unwrap(), line["message"].as_str().unwrap());
        assert!(documented.contains(message), "{target}: {message}");
        assert!(documented.contains(&format!("`{target}`")), "{target}: {message}");
        for field in line["fields"].as_object().into_iter().flatten().map(|(name, _)| name) {
            assert!(documented.contains(&format!("`{field}`")), "{message}: {field}");
        }
    }
}

#[tokio::test]
async fn a_variable_that_looks_like_a_known_one_is_a_warning() {
    let (log, _guard) = json("warn");
    let variables =
        ["JANGLE_BATCHSIZE", "jangle_lease", "JANGLE_QUERY_TIMOUT", "JANGLE_SHOP", "BATCH_SIZE", "JANGLE_LOG"];
    let variables = variables.map(|name| (name, "1"));
    let app = builder(&MemoryStore::new()).environment_variables_from(variables).start().await.unwrap();
    app.shutdown().await.unwrap();
    let told: Vec<_> = log.lines().into_iter().map(|line| line["fields"].clone()).collect();
    let expected = [
        json!({ "variable": "JANGLE_BATCHSIZE", "known": "JANGLE_BATCH_SIZE" }),
        json!({ "variable": "JANGLE_QUERY_TIMOUT", "known": "JANGLE_QUERY_TIMEOUT" }),
        json!({ "variable": "jangle_lease", "known": "JANGLE_LEASE" }),
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn settings_that_are_no_defaults_are_told() {
    let (log, _guard) = json("off,jangle::app=debug");
    let builder = builder(&MemoryStore::new()).environment_variables_from([("JANGLE_LEASE", "2s")]);
    builder.batch_size(7).start().await.unwrap().shutdown().await.unwrap();
    let told: Vec<_> = log.with("a setting").into_iter().map(|line| line["fields"].clone()).collect();
    let expected = [json!({ "setting": "batch_size", "value": "7" }), json!({ "setting": "lease", "value": "2s" })];
    assert_eq!(told, expected);
}
