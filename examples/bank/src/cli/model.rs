//! The command that shows what the program consists of.

use super::{
    Failure,
    listing::{Cell, Form, Format, Listing},
    print,
};
use jangle::{
    Jangle,
    model::{HandlerEntry, Meta, Model},
};

/// `bank model`: it needs no store.
pub(super) fn model(format: Format) -> Result<(), Failure> {
    let model = Jangle::builder().model();
    let text = match format.form {
        Form::Csv => everything(&model).csv()?,
        Form::Json => everything(&model).json()?,
        Form::Table => for_people(&model),
    };
    Ok(print(&text)?)
}

/// One item.
struct Item {
    kind: &'static str,
    name: &'static str,
    /// What it belongs to, or what it is about.
    of: String,
    /// What it leads to.
    to: Vec<&'static str>,
    place: Meta,
}

fn items(model: &Model) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    items.extend(model.commands().map(|command| Item {
        kind: "command",
        name: command.name(),
        of: command.aggregate().to_owned(),
        to: command.events(),
        place: command.meta,
    }));
    items.extend(model.unhandled_commands().map(|meta| bare("command without an aggregate", meta)));
    items.extend(model.aggregates().map(|aggregate| bare("aggregate", aggregate.meta)));
    items.extend(
        model
            .events()
            .iter()
            .map(|event| Item { of: format!("version {}", event.schema_version), ..bare("event", event.meta) }),
    );
    items.extend(model.handlers().map(|handler| Item {
        kind: handler_kind(handler),
        name: handler.meta.name,
        of: handler.event_type.to_owned(),
        to: handler.writes().collect(),
        place: handler.meta,
    }));
    items.extend(model.queries().map(|query| Item {
        kind: "query",
        name: query.query,
        of: query.reads().collect::<Vec<_>>().join(" "),
        to: Vec::new(),
        place: query.meta,
    }));
    items.extend(model.views().map(|view| bare("view", view.meta)));
    items
}

fn bare(kind: &'static str, meta: Meta) -> Item {
    Item { kind, name: meta.name, of: String::new(), to: Vec::new(), place: meta }
}

fn handler_kind(handler: &HandlerEntry) -> &'static str {
    if handler.is_projection() { "projection" } else { "reaction" }
}

/// What programs rely on.
fn everything(model: &Model) -> Listing<6> {
    let rows = items(model).into_iter().map(|item| {
        [
            Cell::text(item.kind),
            Cell::text(item.name),
            filled(&item.of),
            filled(&item.to.join(" ")),
            Cell::text(item.place.file),
            Cell::Number(item.place.line.into()),
        ]
    });
    Listing { columns: ["kind", "name", "of", "to", "file", "line"], rows: rows.collect() }
}

fn filled(text: &str) -> Cell {
    if text.is_empty() { Cell::Nothing } else { Cell::text(text) }
}

/// The diagram, and a table for each kind.
fn for_people(model: &Model) -> String {
    let items = items(model);
    let folder = common_folder(&items);
    let mut text = format!("{}\nPlaces are in {folder}\n", model.to_mermaid());
    let kinds: [(&[&str], [&'static str; 4]); 6] = [
        (&["command", "command without an aggregate"], ["command", "decided_by", "results_in", "place"]),
        (&["aggregate"], ["aggregate", "", "", "place"]),
        (&["event"], ["event", "schema", "", "place"]),
        (&["projection", "reaction"], ["event_handler", "follows", "writes", "place"]),
        (&["query"], ["query", "reads", "", "place"]),
        (&["view"], ["view", "", "", "place"]),
    ];
    for (kinds, columns) in kinds {
        let rows = items.iter().filter(|item| kinds.contains(&item.kind)).flat_map(|item| rows(item, &folder));
        text += &Listing { columns, rows: rows.collect() }.table();
    }
    text
}

/// A row for an item; what it leads to, a row each.
fn rows(item: &Item, folder: &str) -> Vec<[Cell; 4]> {
    let place = item.place.file.strip_prefix(folder).unwrap_or(item.place.file);
    let place = format!("{place}:{}", item.place.line);
    let first = item.to.first().map_or(Cell::Nothing, Cell::text);
    let mut rows = vec![[Cell::text(item.name), filled(&item.of), first, Cell::Text(place)]];
    let rest = item.to.iter().skip(1);
    rows.extend(rest.map(|name| [Cell::Nothing, Cell::Nothing, Cell::text(name), Cell::Nothing]));
    rows
}

/// The folder that all items are below.
fn common_folder(items: &[Item]) -> String {
    let folder = |item: &Item| item.place.file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut folders = items.iter().map(folder);
    let first: Vec<&str> = folders.next().unwrap_or_default().split('/').collect();
    let shared = folders.fold(first, |shared, folder| {
        shared.into_iter().zip(folder.split('/')).take_while(|(one, other)| one == other).map(|(one, _)| one).collect()
    });
    shared.iter().map(|part| format!("{part}/")).collect()
}
