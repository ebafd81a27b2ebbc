//! Settings come from the builder, else from environment variables, else they are the defaults.
#![allow(clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{
    Jangle, JangleBuilder, MemoryStore, StartError,
    settings::{SettingErrors, Settings},
};
use jangle_tests::accounts;
use std::{ffi::OsString, time::Duration};

const SECOND: Duration = Duration::from_secs(1);

fn builder<const N: usize>(variables: [(&str, &str); N]) -> JangleBuilder {
    Jangle::builder().store(MemoryStore::new()).only(accounts::PATH).environment_variables_from(variables)
}

async fn settings(builder: JangleBuilder) -> Settings {
    let app = builder.start().await.unwrap();
    let settings = app.settings().clone();
    app.shutdown().await.unwrap();
    settings
}

async fn wrong(builder: JangleBuilder) -> SettingErrors {
    match builder.start().await {
        Err(StartError::Settings(wrong)) => wrong,
        other => panic!("the settings were taken: {other:?}"),
    }
}

#[tokio::test]
async fn without_builder_and_variables_everything_has_its_default() {
    assert_eq!(settings(builder([])).await, Settings::default());
}

#[tokio::test]
async fn a_variable_sets_what_the_builder_does_not() {
    let settings = settings(builder([("JANGLE_BATCH_SIZE", "7"), ("JANGLE_LEASE", "2s")]).batch_size(9)).await;
    assert_eq!((settings.batch_size, settings.lease), (9, 2 * SECOND));
}

#[tokio::test]
async fn the_variable_of_what_the_builder_sets_is_not_read() {
    assert_eq!(settings(builder([("JANGLE_BATCH_SIZE", "seven")]).batch_size(9)).await.batch_size, 9);
}

/// Each variable sets the field of its name, and no other.
#[tokio::test]
async fn every_setting_has_a_variable_of_its_name() {
    for setting in Settings::default().each() {
        assert_eq!(setting.variable, format!("JANGLE_{}", setting.name.to_uppercase()));
        let other = if setting.accepts.contains("duration") { "17s" } else { "17" };
        let now = settings(builder([(setting.variable.as_str(), other)])).await.each();
        let changed: Vec<_> = now.iter().filter(|one| one.value != one.default).collect();
        assert_eq!(changed.len(), 1, "{}", setting.name);
        assert_eq!((changed[0].name, changed[0].value.as_str()), (setting.name, other));
    }
}

#[tokio::test]
async fn a_builder_method_sets_the_field_of_its_name() {
    let all = builder([])
        .command_timeout(SECOND)
        .query_timeout(2 * SECOND)
        .shutdown_timeout(3 * SECOND)
        .commands_under_way(4)
        .event_size(5)
        .cached_aggregates(6)
        .cached_bytes(7)
        .batch_size(8)
        .events_ready_for_dispatch_queue_size(9)
        .reaction_runs(10)
        .lanes(11)
        .failed_events_retry_interval(12 * SECOND)
        .failed_events_max_age(13 * SECOND)
        .saga_retry_interval(14 * SECOND)
        .saga_start_timeout(15 * SECOND)
        .lease(16 * SECOND)
        .poll(17 * SECOND)
        .slow_after(18 * SECOND);
    let values = settings(all).await.each().into_iter().map(|setting| setting.value);
    let expected =
        ["1s", "2s", "3s", "4", "5", "6", "7", "8", "9", "10", "11", "12s", "13s", "14s", "15s", "16s", "17s", "18s"];
    assert_eq!(values.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn durations_have_units_or_are_seconds() {
    let cases = [
        ("30s", 30 * SECOND),
        ("500ms", SECOND / 2),
        ("2m", 120 * SECOND),
        ("1h", 3600 * SECOND),
        ("1.5 h", 5400 * SECOND),
        ("30", 30 * SECOND),
        ("0.5", SECOND / 2),
        (" 0.25s ", SECOND / 4),
        ("unlimited", Duration::MAX),
    ];
    for (text, expected) in cases {
        assert_eq!(settings(builder([("JANGLE_QUERY_TIMEOUT", text)])).await.query_timeout, expected, "{text}");
    }
}

/// What is shown can be given again.
#[tokio::test]
async fn a_shown_duration_reads_as_itself() {
    for millis in [0, 1, 250, 1_000, 1_500, 60_000, 90_000, 7_200_000] {
        let first = settings(builder([]).query_timeout(Duration::from_millis(millis))).await;
        let shown = first.each().into_iter().find(|setting| setting.name == "query_timeout").unwrap().value;
        let again = settings(builder([("JANGLE_QUERY_TIMEOUT", shown.as_str())])).await;
        assert_eq!(again.query_timeout, Duration::from_millis(millis), "{shown}");
    }
}

#[tokio::test]
async fn what_is_no_duration_is_an_error_that_says_what_is() {
    let texts = ["", "soon", "-1", "+1", "1e3", "inf", "1 day", "s", "1..2", "30 s s", "99999999999999999999999h"];
    for text in texts {
        let wrong = wrong(builder([("JANGLE_QUERY_TIMEOUT", text)])).await.to_string();
        let expected = format!(
            "the environment variable JANGLE_QUERY_TIMEOUT is `{text}`; it must be a duration such as `30s`, 0s or more"
        );
        assert_eq!(wrong, expected);
    }
}

#[tokio::test]
async fn what_is_no_number_or_out_of_range_is_an_error_that_says_what_is_not() {
    for text in ["", "many", "-1", "1.5", "0", "1000001", "99999999999999999999999"] {
        let wrong = wrong(builder([("JANGLE_BATCH_SIZE", text)])).await.to_string();
        let expected = format!(
            "the environment variable JANGLE_BATCH_SIZE is `{text}`; it must be a whole number, from 1 to 1000000"
        );
        assert_eq!(wrong, expected);
    }
}

#[tokio::test]
async fn everything_that_is_wrong_is_reported_together() {
    let variables = [("JANGLE_EVENT_SIZE", "big"), ("JANGLE_LEASE", "99ms"), ("JANGLE_BATCH_SIZE", "10")];
    let wrong = wrong(builder(variables).poll(Duration::ZERO)).await;
    let told: Vec<_> = wrong.iter().map(|wrong| (wrong.setting, wrong.variable.is_some(), &*wrong.value)).collect();
    assert_eq!(told, [("event_size", true, "big"), ("lease", true, "99ms"), ("poll", false, "0s")]);
    assert_eq!(wrong.to_string().lines().count(), 4);
}

#[tokio::test]
async fn a_long_value_is_told_by_its_beginning_and_on_one_line() {
    let value = format!("1\n{}", "9".repeat(10_000));
    let wrong = wrong(builder([("JANGLE_POLL", value.as_str())])).await;
    let told = wrong.iter().next().unwrap().value.clone();
    assert_eq!(told, format!("1\\n{}…", "9".repeat(62)));
}

#[cfg(unix)]
#[tokio::test]
async fn a_value_that_is_not_unicode_is_an_error() {
    use std::os::unix::ffi::OsStringExt;
    let value = OsString::from_vec(vec![b'1', 0xff]);
    let builder = builder([]).environment_variables_from([(OsString::from("JANGLE_BATCH_SIZE"), value)]);
    let wrong = wrong(builder).await.to_string();
    assert!(wrong.starts_with("the environment variable JANGLE_BATCH_SIZE is `1\u{fffd}`; it must be"), "{wrong}");
    assert!(wrong.ends_with("from 1 to 1000000, and written in UTF-8"), "{wrong}");
}

/// The settings of two applications in one process are their own.
#[tokio::test]
async fn settings_are_read_when_an_application_starts() {
    let first = builder([("JANGLE_BATCH_SIZE", "7")]);
    let second = builder([("JANGLE_BATCH_SIZE", "8")]);
    assert_eq!((settings(second).await.batch_size, settings(first).await.batch_size), (8, 7));
}

/// The ends of the ranges are values like others: the arithmetic on them does not overflow.
#[tokio::test]
async fn an_application_runs_with_the_longest_durations() {
    let settings = Settings::default().each().into_iter();
    let durations = settings.filter(|setting| setting.accepts.contains("duration"));
    let longest = |variable: &str| match variable {
        "JANGLE_LEASE" => "1h",
        "JANGLE_POLL" => "1m",
        _ => "unlimited",
    };
    let variables: Vec<_> = durations.map(|setting| (setting.variable.clone(), longest(&setting.variable))).collect();
    assert_eq!(variables.len(), 10);
    let app = builder([]).environment_variables_from(variables).start().await.unwrap();
    let receipt = app.send(accounts::deposit("ann", 1)).await.unwrap();
    app.query(accounts::GetBook { account: "ann".into() }).after(&receipt).await.unwrap();
    app.settle(Duration::MAX).await.unwrap();
    app.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_the_builder_is_told_last_is_in_force() {
    assert_eq!(settings(builder([]).batch_size(7).batch_size(8)).await.batch_size, 8);
}

/// Where the table is not as the code says, this shows how it must be.
#[test]
fn the_documented_table_is_that_of_the_code() {
    let rows = Settings::default().each().into_iter().map(|setting| {
        let jangle::settings::SettingInfo { name, variable, meaning, accepts, default, .. } = setting;
        format!("| `{name}` | `{variable}` | {default} | {meaning} | {accepts} |\n")
    });
    let table = rows.collect::<String>();
    let documented = include_str!("../../docs/src/settings.md");
    let begin = "| method | variable | default | meaning | accepts |\n|---|---|---|---|---|\n";
    assert!(documented.contains(&format!("{begin}{table}\n")), "{begin}{table}");
}

/// A handler that always fails, and what bounds its attempts.
mod failing {
    use super::*;
    use jangle::{Environment, SystemEnvironment, Timestamp, prelude::*};
    use serde::{Deserialize, Serialize};
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    };
    use uuid::Uuid;

    const MINUTE: Duration = Duration::from_secs(60);

    mod bell {
        use super::*;

        #[derive(Debug, Serialize, Deserialize, Command)]
        pub(super) struct Ring {
            #[aggregate_id]
            pub(super) bell: String,
        }

        #[derive(Debug, Serialize, Deserialize, Event)]
        pub(super) struct Rung;

        #[derive(Debug, Default)]
        pub(super) struct Bell;

        #[aggregate]
        impl Bell {
            #[validate_command]
            fn ring(&self, _: Ring) -> Rung {
                Rung
            }
            #[reconstitute]
            fn rung(&mut self, _: &Rung) {}
        }
    }
    use bell::{Ring, Rung};

    /// How often the handlers ran.
    #[derive(Debug, Clone, Default)]
    struct Attempts(Arc<AtomicU32>);

    impl Attempts {
        fn next(&self) -> HandlerError {
            HandlerError::msg(format!("attempt {}", self.0.fetch_add(1, Ordering::SeqCst) + 1))
        }
        fn count(&self) -> u32 {
            self.0.load(Ordering::SeqCst)
        }
    }

    mod patient {
        use super::*;

        #[event_handler(retry(attempts = 3, first = "1h", max = "1h"))]
        async fn fails_hourly(_: Recorded<Rung>, attempts: State<Attempts>) -> Result<(), HandlerError> {
            Err(attempts.next())
        }
    }

    mod eager {
        use super::*;

        #[event_handler(retry(attempts = 1000, first = "1ms", max = "1ms"))]
        async fn fails_for_ever(_: Recorded<Rung>, attempts: State<Attempts>) -> Result<(), HandlerError> {
            Err(attempts.next())
        }
    }

    /// A clock that is a minute further after each attempt.
    struct MinuteByMinute(Attempts);

    impl Environment for MinuteByMinute {
        fn now(&self) -> Timestamp {
            SystemEnvironment.now().after(self.0.count() * MINUTE)
        }
        fn new_id(&self) -> Uuid {
            SystemEnvironment.new_id()
        }
    }

    /// The attempts until the event is set aside.
    async fn attempts(handlers: &str, set: impl FnOnce(JangleBuilder) -> JangleBuilder) -> u32 {
        let attempts = Attempts::default();
        let builder = Jangle::builder()
            .store(MemoryStore::new())
            .only(format!("{}::{handlers}", module_path!()))
            .only(concat!(module_path!(), "::bell"))
            .environment(MinuteByMinute(attempts.clone()))
            .environment_variables(false)
            .state(attempts.clone());
        let app = set(builder).start().await.unwrap();
        app.send(Ring { bell: "one".into() }).await.unwrap();
        app.settle(30 * SECOND).await.unwrap();
        app.shutdown().await.unwrap();
        attempts.count()
    }

    #[tokio::test]
    async fn the_retry_interval_bounds_the_pause_between_attempts() {
        let attempts = attempts("patient", |builder| builder.failed_events_retry_interval(Duration::from_millis(1)));
        assert_eq!(attempts.await, 3);
    }

    #[tokio::test]
    async fn an_event_that_fails_for_the_maximal_age_is_set_aside() {
        // It first fails in minute 1, and is 3 minutes old in minute 4.
        assert_eq!(attempts("eager", |builder| builder.failed_events_max_age(3 * MINUTE)).await, 4);
    }

    #[tokio::test]
    async fn with_a_maximal_age_of_zero_the_first_failure_is_the_last() {
        assert_eq!(attempts("eager", |builder| builder.failed_events_max_age(Duration::ZERO)).await, 1);
    }
}

/// A lease without end would never pass to another process, and without polls nobody would hear of the others' events.
#[tokio::test]
async fn leases_and_polls_have_an_end() {
    let cases = [
        ("JANGLE_LEASE", ["unlimited", "3601s"], "from 100ms to 1h"),
        ("JANGLE_POLL", ["unlimited", "61s"], "from 1ms to 1m"),
    ];
    for (variable, values, range) in cases {
        for value in values {
            let wrong = wrong(builder([(variable, value)])).await.to_string();
            let expected = format!(
                "the environment variable {variable} is `{value}`; it must be a duration such as `30s`, {range}"
            );
            assert_eq!(wrong, expected);
        }
    }
    let longest = settings(builder([("JANGLE_LEASE", "1h"), ("JANGLE_POLL", "1m")])).await;
    assert_eq!((longest.lease, longest.poll), (Duration::from_secs(3600), Duration::from_secs(60)));
}
