//! The table of the settings.

use super::{
    error::{SettingError, SettingErrors},
    value::{Range, Value},
    variables::{Read, Variables},
};
use crate::store::PARTITIONS;
use std::{fmt, time::Duration};
use tokio::sync::Semaphore;

/// Writes each setting of the table to where it is needed: what is in force, what the builder was given, the defaults.
macro_rules! settings {
    ($($(#[doc = $meaning:literal])+ $name:ident: $kind:ty = $default:expr, $least:expr => $most:expr;)+) => {
        /// The settings that are in force in an application: [`Jangle::settings`](crate::Jangle::settings).
        ///
        /// Displayed, they are a table.
        ///
        /// ```
        #[doc = include_str!("../../doc/account.txt")]
        #[doc = include_str!("../../doc/main.txt")]
        #[doc = include_str!("../../doc/running.txt")]
        /// println!("{}", app.settings());
        /// assert!(app.settings().to_string().contains("lease                                 5s"));
        /// # Ok(())
        /// # }
        /// ```
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub struct Settings {
            $($(#[doc = $meaning])+ pub $name: $kind,)+
        }

        impl Default for Settings {
            fn default() -> Self {
                Self { $($name: $default,)+ }
            }
        }

        /// What the builder was given; the rest comes from variables and defaults.
        #[derive(Debug, Clone, Default)]
        pub(crate) struct Given {
            $(pub(crate) $name: Option<$kind>,)+
        }

        impl Given {
            /// The settings that are in force, or everything that is wrong with them.
            pub(crate) fn resolve(self, variables: &Variables) -> Result<Settings, SettingErrors> {
                let read = variables.read();
                let mut wrong = Vec::new();
                let settings = Settings {
                    $($name: {
                        let range = Range { least: $least, most: $most };
                        one(stringify!($name), self.$name, &read, &range, &mut wrong).unwrap_or($default)
                    },)+
                };
                match wrong.is_empty() {
                    true => Ok(settings),
                    false => Err(SettingErrors(wrong)),
                }
            }
        }

        impl Settings {
            /// Every setting, in a fixed order.
            ///
            /// ```
            /// use jangle::settings::Settings;
            /// let settings = Settings::default();
            /// let lease = settings.each().into_iter().find(|setting| setting.name == "lease").expect("it is one");
            /// assert_eq!(lease.variable, "JANGLE_LEASE");
            /// assert_eq!((lease.value.as_str(), lease.accepts.as_str()), ("5s", "a duration such as `30s`, from 100ms to 1h"));
            /// ```
            pub fn each(&self) -> Vec<SettingInfo> {
                let default = Self::default();
                vec![$(SettingInfo {
                    name: stringify!($name),
                    variable: variable(stringify!($name)),
                    meaning: [$($meaning.trim()),+].join(" "),
                    accepts: Range::<$kind> { least: $least, most: $most }.expected(),
                    default: default.$name.show(),
                    value: self.$name.show(),
                },)+]
            }
        }
    };
}

/// One setting: how it is named, and what it is.
///
/// ```
/// use jangle::settings::Settings;
/// for setting in Settings::default().each() {
///     println!("{} ({} unless set): {}", setting.variable, setting.default, setting.meaning);
/// #   assert!(setting.value == setting.default);
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SettingInfo {
    /// The name of the builder's method.
    pub name: &'static str,
    /// The name of the environment variable.
    pub variable: String,
    /// What it does.
    pub meaning: String,
    /// Which values it can have.
    pub accepts: String,
    /// Its value unless set.
    pub default: String,
    /// Its value.
    pub value: String,
}

const NO_TIME: Duration = Duration::ZERO;
const MILLISECOND: Duration = Duration::from_millis(1);
const ANY_TIME: Duration = Duration::MAX;
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// What a semaphore can count, and can be asked for.
const MOST_COMMANDS: usize = match Semaphore::MAX_PERMITS < u32::MAX as usize {
    true => Semaphore::MAX_PERMITS,
    false => u32::MAX as usize,
};

settings! {
    /// How long a command waits and is retried before it is given up.
    command_timeout: Duration = 30 * SECOND, NO_TIME => ANY_TIME;
    /// How long a query waits for the handlers that it was asked to wait for.
    query_timeout: Duration = 10 * SECOND, NO_TIME => ANY_TIME;
    /// How long a shutdown waits for what is running.
    shutdown_timeout: Duration = 30 * SECOND, NO_TIME => ANY_TIME;
    /// How many commands may be under way; further senders wait.
    commands_under_way: usize = 4096, 1 => MOST_COMMANDS;
    /// The largest event, in bytes of JSON.
    event_size: usize = 1 << 20, 1 => usize::MAX;
    /// How many aggregates are kept in memory.
    cached_aggregates: usize = 10_000, 1 => usize::MAX;
    /// How many bytes of events the aggregates in memory may stand for.
    cached_bytes: usize = 256 << 20, 0 => usize::MAX;
    /// How many events a handler reads at a time.
    batch_size: usize = 512, 1 => 1_000_000;
    /// How many events are kept in memory for the handlers that keep up; others read the store.
    events_ready_for_dispatch_queue_size: usize = 8192, 0 => usize::MAX;
    /// How many runs of one reaction may be under way.
    reaction_runs: usize = 64, 1 => 1_000_000;
    /// In how many lanes the events of each handler are handled side by side.
    lanes: usize = 1, 1 => PARTITIONS as usize;
    /// The longest pause between two attempts of a handler at an event, whatever its `retry` says.
    failed_events_retry_interval: Duration = ANY_TIME, MILLISECOND => ANY_TIME;
    /// How long a handler may fail at an event before that is set aside, also where its `retry` has attempts left.
    failed_events_max_age: Duration = ANY_TIME, NO_TIME => ANY_TIME;
    /// The longest pause between two attempts of a saga to go on, whatever its `retry` says.
    saga_retry_interval: Duration = 30 * SECOND, MILLISECOND => ANY_TIME;
    /// How long events for a saga wait for the one that starts it.
    saga_start_timeout: Duration = 7 * 24 * HOUR, NO_TIME => ANY_TIME;
    /// How long a lease on a handler's progress lasts.
    lease: Duration = 5 * SECOND, 100 * MILLISECOND => HOUR;
    /// How often the store is asked for events of other processes.
    poll: Duration = 50 * MILLISECOND, MILLISECOND => MINUTE;
    /// After how long a command, a run of a handler or a query is logged as slow.
    slow_after: Duration = SECOND, NO_TIME => ANY_TIME;
}

impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = self.each();
        let width = settings.iter().map(|setting| setting.name.len()).max().unwrap_or_default();
        writeln!(f, "{:width$}  value", "setting")?;
        settings.iter().try_for_each(|setting| writeln!(f, "{:width$}  {}", setting.name, setting.value))
    }
}

/// The environment variable of a setting.
pub(super) fn variable(name: &str) -> String {
    format!("JANGLE_{}", name.to_ascii_uppercase())
}

/// One setting from where it is set; none where it is not, or where it is wrong, which is noted.
fn one<T: Value>(
    name: &'static str,
    given: Option<T>,
    variables: &Read,
    range: &Range<T>,
    wrong: &mut Vec<SettingError>,
) -> Option<T> {
    if let Some(value) = given {
        return match range.holds(&value) {
            true => Some(value),
            false => {
                wrong.push(SettingError::of_builder(name, &value.show(), range.expected()));
                None
            }
        };
    }
    let variable = variable(name);
    let text = variables.get(&variable)?;
    let value = text.to_str().and_then(|text| T::read(text.trim())).filter(|value| range.holds(value));
    if value.is_none() {
        wrong.push(SettingError::of_variable(name, variable, text, range.expected()));
    }
    value
}
