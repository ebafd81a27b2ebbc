//! One event of the log, with the values of its fields.

use serde_json::Value;
use std::{error::Error, fmt};
use tracing::{
    Level,
    field::{Field, Visit},
};

/// What an event says.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) timestamp: jiff::Timestamp,
    pub(super) level: Level,
    pub(super) target: String,
    pub(super) file: Option<String>,
    pub(super) line: Option<u32>,
    /// Its name, or its number.
    pub(super) thread: String,
    /// The outermost first.
    pub(super) spans: Vec<(&'static str, Values)>,
    pub(super) values: Values,
}

/// The values of an event or a span, in the order in which they were given.
#[derive(Debug, Clone, Default)]
pub(super) struct Values {
    pub(super) message: Option<String>,
    pub(super) fields: Vec<(&'static str, Value)>,
    /// The text of the field `error`, and of its causes.
    pub(super) error: Vec<String>,
}

impl Values {
    fn set(&mut self, field: &Field, value: Value) {
        let name = field.name();
        if is_private(name) {
            return;
        }
        match (name, value) {
            ("message", Value::String(text)) => self.message = Some(text),
            ("error", Value::String(text)) => self.error = vec![text],
            (name, value) => match self.fields.iter_mut().find(|(known, _)| *known == name) {
                Some((_, known)) => *known = value,
                None => self.fields.push((name, value)),
            },
        }
    }
}

impl Visit for Values {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        let value = match field.name() {
            "detail" => detail(text),
            _ => Value::String(text),
        };
        self.set(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.set(field, value.into());
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        let errors = std::iter::successors(Some(value), |&error| error.source());
        let chain: Vec<String> = errors.map(ToString::to_string).collect();
        match field.name() {
            "error" => self.error = chain,
            _ => self.set(field, Value::from(chain)),
        }
    }
}

/// A `detail` that is a map or a list as JSON stays one; any other is text.
fn detail(text: String) -> Value {
    match serde_json::from_str(&text) {
        Ok(mut value @ (Value::Object(_) | Value::Array(_))) => {
            remove_private(&mut value);
            value
        }
        _ => Value::String(text),
    }
}

fn is_private(key: &str) -> bool {
    key.starts_with('_')
}

/// Removes the keys that begin with `_`, in maps and lists at any depth.
fn remove_private(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| !is_private(key));
            map.iter_mut().for_each(|(_, value)| remove_private(value));
        }
        Value::Array(values) => values.iter_mut().for_each(remove_private),
        _ => {}
    }
}

/// Fields as a JSON object in their order.
pub(super) struct AsObject<'a>(pub(super) &'a [(&'static str, Value)]);

impl serde::Serialize for AsObject<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}
