// Everything that is registered can be read when the program runs, also from a crate that forbids unsafe code.
#![forbid(unsafe_code)]

use jangle::{__private::ENTRIES, model::Entry, prelude::*};

jangle::link!(serde);
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Event)]
struct Opened;

#[derive(Serialize, Deserialize, Command)]
#[command(name = "open_it")]
struct Open(#[aggregate_id] String);

#[derive(Default)]
struct Door;

#[aggregate(name = "the_door")]
impl Door {
    #[reconstitute]
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Default)]
struct Visit;

#[saga(name = "the_saga")]
impl Visit {
    #[event_receiver(by_aggregate)]
    fn opened(&self, _: &Opened) {}
}

#[derive(View)]
#[view(name = "the_doors")]
struct Doors {
    #[key]
    door: String,
    #[merge(count)]
    opened: u64,
}

#[event_handler(id = "the_handler")]
async fn opened(event: Recorded<Opened>, doors: Merge<Doors>) -> Result<(), HandlerError> {
    doors.merge(Doors::at(event.aggregate_id()).opened()).await?;
    Ok(())
}

#[derive(Serialize, Deserialize, Query)]
#[query(response = u64)]
struct Count(String);

#[query_handler]
async fn the_count(query: Count, doors: View<Doors>) -> Result<u64, QueryError> {
    Ok(doors.get(&query.0).await?.map_or(0, |row| row.opened + row.door.len() as u64))
}

fn main() {
    let metas = ENTRIES.iter().map(Entry::meta);
    let mut names: Vec<_> = metas.map(|meta| (meta.name, meta.kind, source(meta.line))).collect();
    names.sort();
    let expected = [
        ("Count", "Count", "#[derive(Serialize, Deserialize, Query)]"),
        ("Opened", "Opened", "#[derive(Serialize, Deserialize, Event)]"),
        ("link", "link!", "jangle::link!(serde);"),
        ("open_it", "Open", "#[derive(Serialize, Deserialize, Command)]"),
        ("the_count", "the_count", "#[query_handler]"),
        ("the_door", "Door", "#[aggregate(name = \"the_door\")]"),
        ("the_doors", "Doors", "#[derive(View)]"),
        ("the_handler", "opened", "#[event_handler(id = \"the_handler\")]"),
        ("the_saga", "Visit", "#[saga(name = \"the_saga\")]"),
    ];
    assert_eq!(names, expected);
}

/// The line of this file.
fn source(line: u32) -> &'static str {
    include_str!("all_kinds.rs").lines().nth(line as usize - 1).unwrap_or_default()
}
