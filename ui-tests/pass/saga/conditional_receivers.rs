use jangle::{prelude::*, saga::Saga};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Event)]
struct Rang;

#[derive(Serialize, Deserialize, Command)]
struct Open(#[aggregate_id] String);

#[derive(Serialize, Deserialize, Event)]
struct Opened;

#[derive(Serialize, Deserialize, Event)]
struct Entered;

#[derive(Default)]
struct Door;

#[aggregate]
impl Door {
    #[validate_command]
    fn open(&self, _: Open) -> Opened {
        Opened
    }

    #[reconstitute]
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Default)]
struct Visit;

#[saga(deadline = "1h")]
impl Visit {
    #[cfg(all())]
    #[reconstitute]
    fn entered(&mut self, _: &Entered) {}

    #[cfg(any())]
    #[reconstitute]
    fn never_entered(&mut self, _: &Missing) {}

    #[cfg(all())]
    #[event_receiver(by_aggregate)]
    fn rang(&self, _: &Rang) -> Dispatch<Open, Entered, ()> {
        dispatch(Open("front".into())).accepted(|_| Entered).refused(|_| ())
    }

    #[cfg(any())]
    #[event_receiver(by_aggregate)]
    fn rang(&self, _: &Rang) -> Missing {}

    #[cfg(any())]
    #[event_receiver]
    fn never(&self, _: &Missing) {}

    #[event_receiver]
    fn done(&self, _: &Entered) -> Complete {
        Complete
    }

    #[cfg(any())]
    #[on_deadline]
    fn late(&self) -> Missing {}

    #[cfg(not(any()))]
    #[on_deadline]
    fn late(&self) -> Complete {
        Complete
    }
}

fn main() {
    assert_eq!((Visit::EVENTS.len(), Visit::RECEIVERS.len()), (1, 2));
    assert!(Visit::EXPIRED.is_some());
    assert_eq!(Visit::META.name, "visit");
}
