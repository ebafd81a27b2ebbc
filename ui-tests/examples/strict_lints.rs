//! A program under stricter lints than most, of which none may blame code that the macros wrote. `cargo clippy` checks it.
#![forbid(unsafe_code)]
#![deny(
    clippy::absolute_paths,
    clippy::all,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::missing_docs_in_private_items,
    clippy::nursery,
    clippy::pedantic,
    let_underscore_drop,
    missing_debug_implementations,
    missing_docs,
    single_use_lifetimes,
    unreachable_pub,
    unused_qualifications,
    unused_results,
    warnings
)]

/// A door, which can be opened.
pub mod door {
    use jangle::prelude::{
        Command, Complete, Dispatch, Either, Event, Fail, HandlerError, Merge, Metadata, On, Query, QueryError,
        Recorded, Reply, View, aggregate, dispatch, event_handler, query_handler, saga,
    };
    use serde::{Deserialize, Serialize};
    use std::io::Error;

    /// Opens a door.
    #[derive(Debug, Clone, Serialize, Deserialize, Command)]
    #[command(name = "open_door")]
    pub struct Open(#[aggregate_id] pub u64);

    /// A door was opened.
    #[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq, Event)]
    #[event(name = "door.opened", version = 2)]
    pub enum Opened {
        /// Ajar.
        Ajar,
        /// Wide.
        Wide,
    }

    /// A door.
    #[derive(Debug, Default, Serialize, Deserialize)]
    pub struct Door {
        /// Whether it is.
        open: bool,
    }

    #[aggregate(snapshot_every = 10, snapshot_version = 3)]
    impl Door {
        /// Opens it.
        #[validate_command]
        fn open(&self, _command: Open) -> Result<(Opened, Option<On<Self, Opened>>, Vec<Opened>, Reply<u32>), Error> {
            Ok((Opened::Ajar, None, vec![Opened::Wide], Reply(1)))
        }

        /// It was opened.
        #[reconstitute]
        fn opened(&mut self, event: &Opened) {
            self.open = *event == Opened::Wide;
        }
    }

    /// Somebody came in.
    #[derive(Debug, Clone, Copy, Serialize, Deserialize, Event)]
    pub struct Entered;

    /// A visit.
    #[derive(Debug, Default)]
    pub struct Visit {
        /// How often somebody entered.
        entered: u32,
    }

    #[saga(deadline = "1h", retry(attempts = 3))]
    impl Visit {
        /// Somebody came in.
        #[reconstitute]
        fn count(&mut self, _: &Entered) {
            self.entered += 1;
        }

        /// Opens the door again.
        #[event_receiver(by_aggregate)]
        fn open(&self, _event: &Opened) -> Option<Either<Dispatch<Open, Entered, ()>, Complete>> {
            let sent = dispatch(Open(7)).accepted(|_| Entered).refused(|_| ());
            Some(Either::Left(sent))
        }

        /// It is over.
        #[event_receiver]
        fn done(&self, _event: &Entered) -> Complete {
            Complete
        }

        /// It took too long.
        #[on_deadline]
        fn late(&self) -> Fail {
            Fail { why: String::from("nobody came") }
        }
    }

    /// What is known of doors.
    #[derive(Debug, PartialEq, Eq, View)]
    pub struct DoorRow {
        /// Which.
        #[key]
        pub id: u64,
        /// When.
        #[key]
        pub day: String,
        /// Whether it is open.
        #[merge(latest)]
        pub is_open: Option<bool>,
        #[merge(max)]
        /// Named as a conversion is.
        pub into_width: i64,
        /// Named as a keyword is.
        #[merge(count)]
        pub r#type: u64,
        /// Whether it was ever wide open.
        #[merge(any)]
        pub at: bool,
    }

    /// Writes the view.
    #[event_handler(retry(attempts = 3, first = "1s"))]
    async fn follow(event: Recorded<Opened>, doors: Merge<DoorRow>, _metadata: Metadata) -> Result<(), HandlerError> {
        let wide = *event == Opened::Wide;
        doors.merge(DoorRow::at(7_u64, "today").is_open(true).into_width(3).r#type().at(wide)).await?;
        Ok(())
    }

    /// Does nothing.
    #[event_handler(id = "other", retry(attempts = 3, first = "1s", max = "2m", factor = 3))]
    async fn react(_event: Recorded<Opened>) -> Result<(), HandlerError> {
        Ok(())
    }

    /// How often doors were opened.
    #[derive(Debug, Clone, Serialize, Deserialize, Query)]
    #[query(response = u64, name = "count_doors")]
    pub struct CountDoors;

    /// Answers it.
    #[query_handler]
    async fn count_doors(_query: CountDoors, doors: View<DoorRow>) -> Result<u64, QueryError> {
        Ok(doors.get(&(7, String::from("today"))).await?.map_or(0, |row| row.r#type))
    }
}

/// Names what the macros have written.
fn main() {
    use jangle::{Aggregate, Command};
    assert_eq!((door::Open::NAME, door::Door::META.name), ("open_door", "door"));
}
