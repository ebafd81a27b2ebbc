//! A log that is kept in memory.

use jangle::logging::Logging;
use serde_json::Value;
use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};
use tracing::subscriber::DefaultGuard;

/// What was written.
#[derive(Clone, Default)]
pub(crate) struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Written {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    pub(crate) fn lines(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The messages from `target`, with their levels.
    pub(crate) fn told(&self, target: &str) -> Vec<(String, String)> {
        let lines = self.lines().into_iter().filter(|line| line["target"] == target);
        lines.map(|line| (text(&line["level"]), text(&line["message"]))).collect()
    }

    /// The lines with this message.
    pub(crate) fn with(&self, message: &str) -> Vec<Value> {
        self.lines().into_iter().filter(|line| line["message"] == message).collect()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Logs what this thread does until the guard is dropped.
pub(crate) fn log(logging: Logging) -> (Written, DefaultGuard) {
    let written = Written::default();
    let subscriber = logging.writer(written.clone()).subscriber().unwrap();
    (written, tracing::subscriber::set_default(subscriber))
}

pub(crate) fn json(filter: &str) -> (Written, DefaultGuard) {
    log(jangle::logging::json().filter(filter))
}
