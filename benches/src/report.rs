//! The table.

use crate::{
    contestant::Contestant,
    rebuild::Rebuilt,
    sample::{Sample, quantile},
    workload::Workload,
};
use comfy_table::{Cell, CellAlignment, Table, presets::UTF8_BORDERS_ONLY};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

const COLUMNS: [&str; 10] = [
    "",
    "commands/s\nmin",
    "\nmedian",
    "\nmax",
    "commits a\ncommand",
    "CPU µs a\ncommand",
    "p50\nµs",
    "p99\nµs",
    "of group\ncommit",
    "of own\nconnections",
];

/// The samples of each cell, by round.
#[derive(Debug, Default)]
pub(crate) struct Results {
    cells: BTreeMap<Workload, BTreeMap<Contestant, Vec<Sample>>>,
    rebuilt: BTreeMap<Contestant, Vec<Rebuilt>>,
}

impl Results {
    pub(crate) fn add(&mut self, workload: Workload, contestant: Contestant, sample: Sample) {
        self.cells.entry(workload).or_default().entry(contestant).or_default().push(sample);
    }

    pub(crate) fn add_rebuilt(&mut self, contestant: Contestant, rebuilt: Rebuilt) {
        self.rebuilt.entry(contestant).or_default().push(rebuilt);
    }

    /// Whatever was measured.
    pub(crate) fn contestants(&self) -> impl Iterator<Item = Contestant> {
        let measured = self.cells.values().flat_map(BTreeMap::keys).chain(self.rebuilt.keys());
        measured.copied().collect::<BTreeSet<_>>().into_iter()
    }

    /// The samples of a cell, by round.
    pub(crate) fn samples(&self, contestant: Contestant, workload: Workload) -> &[Sample] {
        self.cells.get(&workload).and_then(|cells| cells.get(&contestant)).map_or(&[], Vec::as_slice)
    }

    /// The rebuilds of its view, by round.
    pub(crate) fn rebuilt(&self, contestant: Contestant) -> &[Rebuilt] {
        self.rebuilt.get(&contestant).map_or(&[], Vec::as_slice)
    }
}

impl fmt::Display for Results {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (workload, cells) in &self.cells {
            let mut table = Table::new();
            table.load_style(UTF8_BORDERS_ONLY).set_header(COLUMNS);
            for (contestant, samples) in cells {
                let cells = row(samples, cells).into_iter();
                let cells = cells.map(|cell| Cell::new(cell).set_alignment(CellAlignment::Right));
                table.add_row(std::iter::once(Cell::new(contestant.to_string())).chain(cells));
            }
            writeln!(f, "\n{workload}\n{table}")?;
            for samples in cells.values() {
                let lags = samples.iter().filter_map(|sample| sample.view_lag);
                if let Some(lag) = quantile(lags, 0.5) {
                    writeln!(f, "the view had everything {} ms after the last answer (median)", lag.as_millis())?;
                }
            }
        }
        writeln!(f, "\nratios: the median of those of each round")
    }
}

fn row(samples: &[Sample], beside: &BTreeMap<Contestant, Vec<Sample>>) -> [String; COLUMNS.len() - 1] {
    let rate = |share| shown(quantile(samples.iter().map(Sample::commands_per_second), share), 0);
    let latency = |share| {
        let micros = samples.iter().flat_map(|sample| sample.micros.iter().copied());
        shown(quantile(micros, share).map(f64::from), 0)
    };
    let ratio = |to| {
        let others = beside.get(&to).into_iter().flatten();
        let ratios =
            samples.iter().zip(others).map(|(one, other)| one.commands_per_second() / other.commands_per_second());
        shown(quantile(ratios, 0.5), 2)
    };
    [
        rate(0.0),
        rate(0.5),
        rate(1.0),
        shown(quantile(samples.iter().map(Sample::commits_per_command), 0.5), 3),
        shown(quantile(samples.iter().filter_map(Sample::work_per_command), 0.5), 1),
        latency(0.5),
        latency(0.99),
        ratio(Contestant::Group),
        ratio(Contestant::Own),
    ]
}

pub(crate) fn shown(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.digits$}"))
}
