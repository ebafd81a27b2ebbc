//! Lists: as a table for people, as JSON or CSV for programs.

use bank::{Money, group};
use clap::{Args, ValueEnum};
use comfy_table::{
    CellAlignment,
    ColumnConstraint::{self, Absolute, LowerBoundary},
    ContentArrangement, Row, Table, Width,
    presets::UTF8_BORDERS_ONLY,
};
use serde_json::{Map, Value};
use std::io::{self, IsTerminal};

/// How wide a table is where no terminal says.
const WIDTH: u16 = 80;

/// The blanks beside a cell's text.
const PADDING: u16 = 2;

/// The columns that are cut where a table is too wide; figures and ids are not.
const GIVE_WAY: [&str; 2] = ["name", "details"];

/// The form of a list.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Format {
    /// table, json or csv
    #[arg(long = "format", value_name = "FORMAT", default_value = "table", hide_possible_values = true)]
    pub(super) form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    Table,
    Json,
    Csv,
}

/// One value of a list.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    Text(String),
    Number(u64),
    Money(Money),
    Nothing,
}

/// A list: named columns, and rows with a cell for each.
#[derive(Debug)]
pub(super) struct Listing<const N: usize> {
    pub(super) columns: [&'static str; N],
    pub(super) rows: Vec<[Cell; N]>,
}

impl Cell {
    pub(super) fn text(text: impl ToString) -> Self {
        Self::Text(text.to_string())
    }

    pub(super) fn maybe<T>(value: Option<T>, cell: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::Nothing, cell)
    }

    /// For people.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => group(&number.to_string()),
            Self::Money(money) => money.grouped(),
            Self::Nothing => String::new(),
        }
    }

    fn plain(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Money(money) => money.to_string(),
            Self::Nothing => String::new(),
        }
    }

    /// Money is text, because a number of JSON may be read as a floating-point one.
    fn json(&self) -> Value {
        match self {
            Self::Number(number) => Value::from(*number),
            Self::Nothing => Value::Null,
            Self::Text(_) | Self::Money(_) => Value::String(self.plain()),
        }
    }

    fn is_right(&self) -> bool {
        matches!(self, Self::Number(_) | Self::Money(_))
    }
}

impl<const N: usize> Listing<N> {
    /// The list in CSV, with a header.
    pub(super) fn csv(&self) -> io::Result<String> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(self.columns)?;
        for row in &self.rows {
            writer.write_record(row.each_ref().map(Cell::plain))?;
        }
        let bytes = writer.into_inner().map_err(|error| error.into_error())?;
        String::from_utf8(bytes).map_err(io::Error::other)
    }

    /// The list as a JSON array of objects.
    pub(super) fn json(&self) -> String {
        let objects: Vec<Value> = self.rows.iter().map(|row| self.object(row)).collect();
        format!("{:#}\n", Value::Array(objects))
    }

    /// The first row as a JSON object.
    pub(super) fn first_json(&self) -> String {
        format!("{:#}\n", self.rows.first().map_or(Value::Null, |row| self.object(row)))
    }

    fn object(&self, row: &[Cell; N]) -> Value {
        let pairs = self.columns.iter().zip(row).map(|(name, cell)| ((*name).to_owned(), cell.json()));
        Value::Object(pairs.collect::<Map<_, _>>())
    }

    /// The list as a table, without the columns that hold nothing.
    pub(super) fn table(&self) -> String {
        let nothing = |index: &usize| self.rows.iter().all(|row| matches!(row[*index], Cell::Nothing));
        let used: Vec<usize> = (0..N).filter(|index| self.rows.is_empty() || !nothing(index)).collect();
        let mut table = bare_table();
        for row in &self.rows {
            let mut shown = Row::from(used.iter().map(|&index| aligned(&row[index])).collect::<Vec<_>>());
            shown.max_height(1);
            table.add_row(shown);
        }
        let contents = table.column_max_content_widths();
        let headings = used.iter().map(|&index| self.columns[index].replace('_', " "));
        table.set_header(headings);
        if is_too_wide(&table) {
            for (place, &index) in used.iter().enumerate() {
                if let Some(column) = table.column_mut(place) {
                    let content = contents.get(place).copied().unwrap_or_default();
                    let (left, right) = (u16::from(place == 0), u16::from(place + 1 == used.len()));
                    column.set_padding((left, right));
                    column.set_constraint(constraint(self.columns[index], content, left + right));
                }
            }
        }
        for (place, &index) in used.iter().enumerate() {
            if let Some(column) = table.column_mut(place)
                && self.rows.iter().any(|row| row[index].is_right())
            {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        format!("{table}\n")
    }

    /// The first row as a table of two columns: names and values.
    pub(super) fn first_upright(&self) -> String {
        let mut table = bare_table();
        let cells = self.rows.iter().take(1).flatten();
        for (name, cell) in self.columns.iter().zip(cells).filter(|(_, cell)| !matches!(cell, Cell::Nothing)) {
            table.add_row(vec![comfy_table::Cell::new(name.replace('_', " ")), aligned(cell)]);
        }
        for column in table.column_iter_mut() {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
        format!("{table}\n")
    }
}

/// How wide a column is, with its padding, in a table that has not room for everything.
fn constraint(name: &str, content: u16, padding: u16) -> ColumnConstraint {
    // A heading breaks between its words only.
    let word = name.split('_').map(|word| word.len() as u16).max().unwrap_or_default();
    match GIVE_WAY.contains(&name) {
        true => LowerBoundary(Width::Fixed(word.saturating_add(padding))),
        false => Absolute(Width::Fixed(content.max(word).saturating_add(padding))),
    }
}

fn is_too_wide(table: &Table) -> bool {
    let contents = table.column_max_content_widths();
    let width: usize = contents.iter().map(|&content| usize::from(content) + usize::from(PADDING)).sum();
    // A border on each side, and a line between columns.
    table.width().is_some_and(|room| width + contents.len() + 1 > usize::from(room))
}

fn aligned(cell: &Cell) -> comfy_table::Cell {
    let alignment = if cell.is_right() { CellAlignment::Right } else { CellAlignment::Left };
    comfy_table::Cell::new(cell.shown()).set_alignment(alignment)
}

fn bare_table() -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY.with_rounded_corners());
    table.set_content_arrangement(ContentArrangement::Dynamic).set_truncation_indicator("…");
    if !io::stdout().is_terminal() {
        table.set_width(WIDTH);
    }
    table
}
