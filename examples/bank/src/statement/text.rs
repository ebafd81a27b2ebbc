//! The text of a statement: its records, and where in the file each field is.

use super::Mistake;
use crate::shown;
use csv::{ByteRecord, ReaderBuilder};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A file's bytes, and where its lines begin.
pub(super) struct Text<'a> {
    bytes: &'a [u8],
    starts: Vec<usize>,
}

/// A record: one line, taken apart.
pub(super) struct Record<'a> {
    /// Its line, from 1.
    pub(super) line: usize,
    raw: &'a [u8],
    fields: ByteRecord,
}

impl<'a> Text<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        let is_end = |index: usize| match bytes[index] {
            b'\n' => true,
            b'\r' => bytes.get(index + 1) != Some(&b'\n'),
            _ => false,
        };
        let starts = std::iter::once(0).chain((0..bytes.len()).filter(|&index| is_end(index)).map(|end| end + 1));
        Self { bytes, starts: starts.collect() }
    }

    /// The records that are not blank; after a quote that is not closed in its line, nothing more can be told apart.
    pub(super) fn records(&self) -> impl Iterator<Item = Result<Record<'a>, Mistake>> {
        let mut reader = ReaderBuilder::new().delimiter(b';').flexible(true).has_headers(false).from_reader(self.bytes);
        let mut broken = false;
        std::iter::from_fn(move || {
            let from = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
            let mut fields = ByteRecord::new();
            if broken || !matches!(reader.read_byte_record(&mut fields), Ok(true)) {
                return None;
            }
            let (line, raw) = self.line_from(from);
            let record = Record { line, raw, fields };
            let unclosed = record.unclosed_quote();
            broken = unclosed.is_some();
            Some(unclosed.map_or(Ok(record), Err))
        })
    }

    /// The first line at or after `from` that is not blank: its number and its bytes, without its end.
    fn line_from(&self, from: usize) -> (usize, &'a [u8]) {
        let begin = (from..self.bytes.len()).find(|&index| !is_line_end(self.bytes[index])).unwrap_or(self.bytes.len());
        let line = self.starts.partition_point(|&start| start <= begin);
        let rest = &self.bytes[begin..];
        let end = rest.iter().position(|&byte| is_line_end(byte)).unwrap_or(rest.len());
        (line, &rest[..end])
    }
}

fn is_line_end(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}

impl Record<'_> {
    pub(super) fn len(&self) -> usize {
        self.fields.len()
    }

    /// The field's text.
    pub(super) fn text(&self, index: usize) -> Result<&str, Mistake> {
        let bytes = self.fields.get(index).unwrap_or_default();
        std::str::from_utf8(bytes).map_err(|error| {
            let byte = bytes.get(error.valid_up_to()).copied().unwrap_or_default();
            self.mistake(index, "text in UTF-8", format!("the byte 0x{byte:02x}"))
        })
    }

    /// A mistake in the field, which holds `found`.
    pub(super) fn wrong(&self, index: usize, expected: impl Into<String>, found: &str) -> Mistake {
        self.mistake(index, expected, shown(found))
    }

    /// A mistake at the field; behind the last one, at the end of the line.
    pub(super) fn mistake(&self, index: usize, expected: impl Into<String>, found: impl Into<String>) -> Mistake {
        Mistake::new(self.line, self.column(index), expected, found)
    }

    /// The character in the line where the field begins, from 1.
    pub(super) fn column(&self, index: usize) -> usize {
        let end = self.starts().nth(index).map_or(self.raw.len(), |(start, _)| start);
        characters(&self.raw[..end]) + 1
    }

    fn unclosed_quote(&self) -> Option<Mistake> {
        if !self.raw.contains(&b'"') {
            return None;
        }
        let (start, _) = self.starts().find(|(_, closed)| !closed)?;
        let column = characters(&self.raw[..start]) + 1;
        Some(Mistake::new(self.line, column, "a quote that is closed in its line", "the end of the line"))
    }

    /// Where each field of the line begins, and whether its quote, if it has one, is closed.
    fn starts(&self) -> impl Iterator<Item = (usize, bool)> {
        let mut next = Some(0);
        std::iter::from_fn(move || {
            let start = next?;
            let field = &self.raw[start..];
            let quoted = field.first() == Some(&b'"');
            let close = if quoted { closing_quote(field) } else { Some(0) };
            let from = close.unwrap_or(field.len());
            next = field[from..].iter().position(|&byte| byte == b';').map(|end| start + from + end + 1);
            Some((start, close.is_some()))
        })
    }
}

/// The index of the quote that ends the field; two in a row stand for one in the text.
fn closing_quote(field: &[u8]) -> Option<usize> {
    let mut index = 1;
    while index < field.len() {
        match (field[index], field.get(index + 1)) {
            (b'"', Some(b'"')) => index += 2,
            (b'"', _) => return Some(index),
            _ => index += 1,
        }
    }
    None
}

fn characters(bytes: &[u8]) -> usize {
    String::from_utf8_lossy(bytes).chars().count()
}
