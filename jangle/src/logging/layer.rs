//! What turns events of `tracing` into lines.

use super::{
    field::Field,
    json, pretty,
    record::{Record, Values},
};
use std::{
    io::Write,
    sync::{Mutex, PoisonError},
};
use tracing::{
    Event, Subscriber,
    span::{Attributes, Id, Record as Recorded},
};
use tracing_subscriber::{
    Layer,
    layer::Context,
    registry::{LookupSpan, SpanRef},
};

/// How a line looks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Format {
    Json,
    Pretty { is_coloured: bool },
}

/// Writes a line for each event.
pub(super) struct LogLayer {
    format: Format,
    fields: Vec<Field>,
    writer: Mutex<Box<dyn Write + Send>>,
}

impl LogLayer {
    pub(super) fn new(format: Format, fields: Vec<Field>, writer: Box<dyn Write + Send>) -> Self {
        Self { format, fields, writer: Mutex::new(writer) }
    }

    /// A log that cannot be written must not stop what it is about.
    fn write(&self, line: &str) {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = writer.write_all(line.as_bytes()).and_then(|()| writer.flush());
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for LogLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut values = Values::default();
        attributes.record(&mut values);
        span.extensions_mut().replace(values);
    }

    fn on_record(&self, id: &Id, recorded: &Recorded<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(values) = span.extensions_mut().get_mut::<Values>() {
            recorded.record(values);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut values = Values::default();
        event.record(&mut values);
        let of_span = |span: SpanRef<'_, S>| {
            let values = span.extensions().get::<Values>().cloned().unwrap_or_default();
            (span.name(), values)
        };
        let spans = context.event_scope(event).into_iter().flat_map(|scope| scope.from_root()).map(of_span).collect();
        let metadata = event.metadata();
        let record = Record {
            timestamp: jiff::Timestamp::now(),
            level: *metadata.level(),
            target: metadata.target().to_owned(),
            file: metadata.file().map(str::to_owned),
            line: metadata.line(),
            thread: thread(),
            spans,
            values,
        };
        self.write(&match self.format {
            Format::Json => json::line(&record, &self.fields),
            Format::Pretty { is_coloured } => pretty::line(&record, &self.fields, is_coloured),
        });
    }
}

fn thread() -> String {
    let thread = std::thread::current();
    thread.name().map_or_else(|| format!("{:?}", thread.id()), str::to_owned)
}
