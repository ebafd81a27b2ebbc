//! How a line looks.

use super::support::{json, log};
use jangle::{
    Timestamp,
    logging::{self, Field},
};
use serde_json::json;
use std::error::Error;

/// An error with a cause.
#[derive(Debug, thiserror::Error)]
#[error("the shelf is broken")]
struct Broken(#[source] std::num::ParseIntError);

fn broken() -> Broken {
    Broken("x".parse::<u8>().unwrap_err())
}

#[test]
fn an_event_is_one_json_object_on_one_line() {
    let (written, _log) = json("info");
    let before = jangle::Environment::now(&jangle::SystemEnvironment);
    tracing::info!(target: "shop", shelf = 7, full = true, share = 0.5, name = "left", "counted");
    let line = &written.lines()[0];
    assert_eq!(
        (&line["level"], &line["target"], &line["message"]),
        (&json!("INFO"), &json!("shop"), &json!("counted"))
    );
    assert_eq!(line["fields"], json!({ "shelf": 7, "full": true, "share": 0.5, "name": "left" }));
    assert!(line["file"].as_str().unwrap().ends_with("lines.rs"));
    assert!(line["line"].as_u64().unwrap() > 20);
    assert_eq!(line["process"], std::process::id());
    let thread = std::thread::current().name().unwrap().to_owned();
    assert_eq!(line["thread"], thread);
    let at: Timestamp = line["timestamp"].as_str().unwrap().parse().unwrap();
    assert!(at >= before);
    assert_eq!(line["timestamp"].as_str().unwrap().len(), "2026-08-21T09:30:00.123456Z".len());
}

#[test]
fn without_a_choice_all_fields_are_there_in_their_order() {
    let (written, _log) = json("info");
    let _span = tracing::info_span!("counting").entered();
    let error = broken();
    tracing::info!(error = &error as &(dyn Error + 'static), shelf = 7, "counted");
    assert_eq!(keys(&written.text()), Field::ALL.iter().map(|field| field.key()).collect::<Vec<_>>());
}

#[test]
fn chosen_fields_appear_in_the_order_given() {
    let chosen = [Field::Message, Field::Fields, Field::Level];
    let (written, _log) = log(logging::json().filter("info").fields(chosen));
    tracing::info!(shelf = 7, "counted");
    assert_eq!(written.text(), "{\"message\":\"counted\",\"fields\":{\"shelf\":7},\"level\":\"INFO\"}\n");
}

/// The keys of a line in their order.
fn keys(line: &str) -> Vec<&'static str> {
    let place = |key: &&str| line.find(&format!("\"{key}\":"));
    let mut keys: Vec<_> = Field::ALL.iter().map(|field| field.key()).filter(|key| place(key).is_some()).collect();
    keys.sort_by_key(place);
    keys
}

#[test]
fn keys_that_begin_with_an_underscore_are_left_out_at_any_depth() {
    let (written, _log) = json("info");
    let _span = tracing::info_span!("counting", shelf = 7, _place = "hidden").entered();
    let detail =
        json!({ "a": 1, "_b": "hidden", "list": [{ "c": 2, "_d": "hidden", "deep": [[{ "_e": "hidden" }]] }] });
    tracing::info!(%detail, _own = "hidden", "counted");
    let line = &written.lines()[0];
    assert_eq!(line["fields"], json!({ "detail": { "a": 1, "list": [{ "c": 2, "deep": [[{}]] }] } }));
    assert_eq!(line["spans"], json!([{ "name": "counting", "fields": { "shelf": 7 } }]));
    assert!(!written.text().contains("hidden"));
}

#[test]
fn a_detail_that_is_no_map_or_list_is_text() {
    let (written, _log) = json("info");
    tracing::info!(detail = "7", "counted");
    tracing::info!(detail = "{7", "counted");
    tracing::info!(other = "{}", "counted");
    let fields: Vec<_> = written.lines().into_iter().map(|line| line["fields"].clone()).collect();
    assert_eq!(fields, [json!({ "detail": "7" }), json!({ "detail": "{7" }), json!({ "other": "{}" })]);
}

#[test]
fn a_message_may_hold_anything_beside_details() {
    let (written, _log) = json("info");
    let message = "100 % of {it}\n\"quoted\" \\ \u{1b}[31m \u{0} é";
    tracing::info!(detail = %json!({ "percent": "%s" }), "{message}");
    assert_eq!(written.text().lines().count(), 1);
    assert_eq!(written.lines()[0]["message"], message);
}

#[test]
fn an_error_is_told_with_its_causes() {
    let (written, _log) = json("info");
    let error = broken();
    tracing::error!(error = &error as &(dyn Error + 'static), "cannot count");
    tracing::error!(%error, "cannot count");
    let errors: Vec<_> = written.lines().into_iter().map(|line| line["error"].clone()).collect();
    assert_eq!(
        errors,
        [json!(["the shelf is broken", "invalid digit found in string"]), json!(["the shelf is broken"])]
    );
}

#[test]
fn spans_are_told_from_the_outermost_with_what_was_recorded_later() {
    let (written, _log) = json("info");
    let outer = tracing::info_span!("outer", a = 1, b = tracing::field::Empty).entered();
    let _inner = tracing::info_span!("inner").entered();
    outer.record("b", 2);
    outer.record("a", 3);
    tracing::info!("counted");
    let spans = json!([{ "name": "outer", "fields": { "a": 3, "b": 2 } }, { "name": "inner", "fields": {} }]);
    assert_eq!(written.lines()[0]["spans"], spans);
}

#[test]
fn levels_hold_for_the_targets_that_they_are_given_for() {
    let (written, _log) = json(" warn, shop=debug, shop::till = off");
    tracing::info!(target: "other", "no");
    tracing::warn!(target: "other", "other warns");
    tracing::debug!(target: "shop::shelf", "the shop tells more");
    tracing::trace!(target: "shop::shelf", "no");
    tracing::error!(target: "shop::till", "no");
    let told: Vec<_> = written.lines().into_iter().map(|line| line["message"].clone()).collect();
    assert_eq!(told, ["other warns", "the shop tells more"]);
}

#[test]
fn a_filter_that_cannot_be_read_is_an_error() {
    for (filter, part) in [("loud", "loud"), ("info,shop=loud", "shop=loud"), ("", ""), ("3", "3"), ("=info", "=info")]
    {
        let error = logging::json().filter(filter).subscriber().err().unwrap().to_string();
        assert!(error.starts_with(&format!("the filter of the log has `{part}`; it takes `off`, `error`")), "{error}");
    }
    let long = "x".repeat(1000);
    assert!(logging::json().filter(long).subscriber().err().unwrap().to_string().len() < 300);
}

#[test]
fn a_line_for_people_has_no_colours_where_it_is_written_to_a_file() {
    let (written, _log) = log(logging::pretty().filter("info").fields([Field::Level, Field::Message, Field::Fields]));
    tracing::warn!(shelf = 7, name = "far left", "almost\n\u{1b}[31mempty");
    assert_eq!(written.text(), " WARN almost\\n\\u{1b}[31mempty shelf=7 name=\"far left\"\n");
}

#[test]
fn a_log_can_be_a_layer_beside_others() {
    use super::support::Written;
    use tracing_subscriber::layer::SubscriberExt;
    let (all, some) = (Written::default(), Written::default());
    let subscriber = tracing_subscriber::registry()
        .with(logging::json().filter("debug").writer(all.clone()).layer().unwrap())
        .with(logging::json().filter("error").writer(some.clone()).layer().unwrap());
    let _log = tracing::subscriber::set_default(subscriber);
    let _span = tracing::debug_span!("counting", shelf = 7).entered();
    tracing::debug!("counted");
    tracing::error!("cannot count");
    assert_eq!((all.lines().len(), some.lines().len()), (2, 1));
    assert_eq!(all.lines()[0]["spans"], json!([{ "name": "counting", "fields": { "shelf": 7 } }]));
}
