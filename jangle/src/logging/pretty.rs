//! A line for people.

use super::{
    field::Field,
    record::{Record, Values},
};
use serde_json::Value;
use tracing::Level;

/// The line, with its end.
pub(super) fn line(record: &Record, fields: &[Field], is_coloured: bool) -> String {
    let Record { timestamp, level, target, file, line, thread, spans, values } = record;
    let mut parts = Vec::with_capacity(fields.len());
    for field in fields {
        match field {
            Field::Timestamp => parts.push(format!("{timestamp:.6}")),
            Field::Level if is_coloured => parts.push(format!("\x1b[{}m{level:>5}\x1b[0m", colour(*level))),
            Field::Level => parts.push(format!("{level:>5}")),
            Field::Target => parts.push(format!("{target}:")),
            Field::Message => parts.push(escaped(values.message.as_deref().unwrap_or_default())),
            Field::File => parts.extend(file.iter().map(|file| format!("file={file}"))),
            Field::Line => parts.extend(line.iter().map(|line| format!("line={line}"))),
            Field::Thread => parts.push(format!("thread={}", shown_text(thread))),
            Field::Process => parts.push(format!("process={}", std::process::id())),
            Field::Spans => parts.extend(spans.iter().map(|(name, values)| format!("{name}{{{}}}", pairs(values)))),
            Field::Fields if values.fields.is_empty() => {}
            Field::Fields => parts.push(pairs(values)),
            Field::Error if values.error.is_empty() => {}
            Field::Error => parts.push(format!("error={}", shown_text(&values.error.join(": ")))),
        }
    }
    let mut text = parts.join(" ");
    text.push('\n');
    text
}

fn pairs(values: &Values) -> String {
    let pairs: Vec<_> = values.fields.iter().map(|(name, value)| format!("{name}={}", shown(value))).collect();
    pairs.join(" ")
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => shown_text(text),
        other => other.to_string(),
    }
}

/// In quotes where it would not be one word.
fn shown_text(text: &str) -> String {
    let is_word = !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "-_.:/+<>".contains(c));
    if is_word { text.to_owned() } else { format!("{text:?}") }
}

/// On one line, and without what a terminal would obey.
fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c.is_control() {
            true => shown.extend(c.escape_default()),
            false => shown.push(c),
        }
    }
    shown
}

/// The colours of ANSI terminals (ECMA-48).
fn colour(level: Level) -> u8 {
    const RED: u8 = 31;
    const YELLOW: u8 = 33;
    const CYAN: u8 = 36;
    const WHITE: u8 = 37;
    match level {
        Level::ERROR => RED,
        Level::WARN => YELLOW,
        Level::INFO => CYAN,
        _ => WHITE,
    }
}
