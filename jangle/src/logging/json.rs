//! A line as a JSON object.

use super::{
    field::Field,
    record::{AsObject, Record, Values},
};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// The line, with its end.
pub(super) fn line(record: &Record, fields: &[Field]) -> String {
    // Text, numbers and lists of these always have a JSON form.
    let mut line = serde_json::to_string(&Line { record, fields }).unwrap_or_default();
    line.push('\n');
    line
}

struct Line<'a> {
    record: &'a Record,
    fields: &'a [Field],
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Record { timestamp, level, target, file, line, thread, spans, values } = self.record;
        let mut map = serializer.serialize_map(None)?;
        for field in self.fields {
            let key = field.key();
            match field {
                Field::Timestamp => map.serialize_entry(key, &format_args!("{timestamp:.6}"))?,
                Field::Level => map.serialize_entry(key, level.as_str())?,
                Field::Target => map.serialize_entry(key, target)?,
                Field::Message => map.serialize_entry(key, values.message.as_deref().unwrap_or_default())?,
                Field::File if file.is_some() => map.serialize_entry(key, file)?,
                Field::Line if line.is_some() => map.serialize_entry(key, line)?,
                Field::Thread => map.serialize_entry(key, thread)?,
                Field::Process => map.serialize_entry(key, &std::process::id())?,
                Field::Spans if !spans.is_empty() => {
                    let spans: Vec<_> = spans.iter().map(|(name, values)| Span { name, values }).collect();
                    map.serialize_entry(key, &spans)?;
                }
                Field::Fields if !values.fields.is_empty() => map.serialize_entry(key, &AsObject(&values.fields))?,
                Field::Error if !values.error.is_empty() => map.serialize_entry(key, &values.error)?,
                Field::File | Field::Line | Field::Spans | Field::Fields | Field::Error => {}
            }
        }
        map.end()
    }
}

#[derive(serde::Serialize)]
struct Span<'a> {
    name: &'a str,
    #[serde(serialize_with = "fields")]
    #[serde(rename = "fields")]
    values: &'a Values,
}

fn fields<S: Serializer>(values: &Values, serializer: S) -> Result<S::Ok, S::Error> {
    AsObject(&values.fields).serialize(serializer)
}
