// Everything that is registered can be read when the program runs, also from a crate that forbids unsafe code.
#![forbid(unsafe_code)]

use jangle::{__private::ENTRIES, model::Entry, prelude::*};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Event)]
struct Opened;

#[derive(Default)]
struct Door;

#[aggregate(name = "the_door")]
impl Door {
    #[reconstitute]
    fn opened(&mut self, _: &Opened) {}
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
    let mut names: Vec<_> = ENTRIES
        .iter()
        .map(|entry| match entry {
            Entry::Aggregate(entry) => entry.meta,
            Entry::Handler(entry) => entry.meta,
            Entry::Query(entry) => entry.meta,
            Entry::View(entry) => entry.meta,
        })
        .map(|meta| (meta.name, meta.kind, meta.line))
        .collect();
    names.sort();
    let expected =
        [("the_count", "the_count", 38), ("the_door", "Door", 13), ("the_doors", "Doors", 19), ("the_handler", "opened", 28)];
    assert_eq!(names, expected);
}
