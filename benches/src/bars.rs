//! One table of everything, each figure beside that of plain SQLite in the same round.

use crate::{
    contestant::Contestant,
    rebuild::Rebuilt,
    report::{Results, shown},
    sample::{Sample, quantile},
    workload::Workload,
};
use comfy_table::{Cell, CellAlignment, Table, presets::UTF8_BORDERS_ONLY};
use std::fmt;

/// How a figure is computed; none where it was not measured.
type Figure = fn(&Results, Contestant) -> Option<f64>;

/// The rows: what is measured, and how it is computed.
const ROWS: [(&str, Figure); 12] = [
    ("1 client: commands/s, of group commit", |results, one| of_group_commit(results, one, Workload::One)),
    ("16 clients, 1,000 accounts: commands/s, of group commit", |results, one| {
        of_group_commit(results, one, Workload::Sixteen)
    }),
    ("16 clients, one account: commands/s, of group commit", |results, one| {
        of_group_commit(results, one, Workload::Hot)
    }),
    ("one account: commands/s, of its own on 1,000", |results, one| {
        ratio(results, (one, Workload::Hot), (one, Workload::Sixteen), rate)
    }),
    ("256 clients: commands/s, of its own at 16", |results, one| {
        ratio(results, (one, Workload::TwoFiftySix), (one, Workload::Sixteen), rate)
    }),
    ("16 clients: commits a command", |results, one| {
        median(results.samples(one, Workload::Sixteen).iter().map(Sample::commits_per_command))
    }),
    ("one account: conflicts a command that the caller sees", |results, one| {
        median(results.samples(one, Workload::Hot).iter().map(Sample::conflicts_per_command))
    }),
    ("1 client: p50, of plain SQLite's without a hop", |results, one| {
        ratio(results, (one, Workload::One), (Contestant::Own, Workload::One), Sample::p50)
    }),
    ("rebuild of a stored view: events/s, of plain upserts", rebuild),
    ("rebuild of a stored view: events/s", |results, one| {
        median(results.rebuilt(one).iter().copied().map(Rebuilt::events_per_second))
    }),
    ("noise at 16 clients: its best round, of its worst", |results, one| noise(results, one, Workload::Sixteen)),
    ("noise on one account: its best round, of its worst", |results, one| noise(results, one, Workload::Hot)),
];

/// The table.
pub(crate) struct Bars<'a>(pub(crate) &'a Results);

impl fmt::Display for Bars<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let contestants: Vec<_> = self.0.contestants().collect();
        let mut table = Table::new();
        let header = contestants.iter().map(|one| one.to_string().replace(", ", ",\n").replace(" + ", " +\n"));
        table.load_style(UTF8_BORDERS_ONLY).set_header(std::iter::once(String::new()).chain(header));
        for (name, figure) in ROWS {
            let figures = contestants.iter().map(|one| figure(self.0, *one));
            let cells = figures
                .map(|value| Cell::new(shown(value, value.map_or(0, digits))).set_alignment(CellAlignment::Right));
            table.add_row(std::iter::once(Cell::new(name)).chain(cells));
        }
        writeln!(f, "{table}")?;
        for one in contestants {
            if let Some(without) = one.without() {
                writeln!(f, "{one}: {without}")?;
            }
        }
        Ok(())
    }
}

/// How many digits behind the point say something.
fn digits(value: f64) -> usize {
    match value {
        100.0.. => 0,
        0.1.. => 2,
        _ => 3,
    }
}

fn rate(sample: &Sample) -> Option<f64> {
    Some(sample.commands_per_second())
}

fn of_group_commit(results: &Results, one: Contestant, workload: Workload) -> Option<f64> {
    ratio(results, (one, workload), (Contestant::Group, workload), rate)
}

/// The median of the ratios of each round.
fn ratio(
    results: &Results,
    (one, of): (Contestant, Workload),
    (other, beside): (Contestant, Workload),
    figure: fn(&Sample) -> Option<f64>,
) -> Option<f64> {
    let rounds = results.samples(one, of).iter().zip(results.samples(other, beside));
    median(rounds.filter_map(|(one, other)| Some(figure(one)? / figure(other)?)))
}

fn noise(results: &Results, one: Contestant, workload: Workload) -> Option<f64> {
    let rates = || results.samples(one, workload).iter().map(Sample::commands_per_second);
    Some(quantile(rates(), 1.0)? / quantile(rates(), 0.0)?)
}

fn rebuild(results: &Results, one: Contestant) -> Option<f64> {
    let rounds = results.rebuilt(one).iter().zip(results.rebuilt(Contestant::Group));
    median(rounds.map(|(one, other)| one.events_per_second() / other.events_per_second()))
}

fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    quantile(values, 0.5)
}
