use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Command)]
struct Open(#[aggregate_id] String);

#[derive(Serialize, Deserialize, Event)]
struct Opened;

#[derive(Default)]
struct Door<T>(T);

// One type of a generic one is an aggregate as any other.
#[aggregate(name = "small_door")]
impl Door<u8> {
    #[cfg(debug_assertions)]
    #[validate_command]
    fn open(&self, command: Open) -> Opened {
        let _ = command.0;
        Opened
    }

    #[cfg(not(debug_assertions))]
    #[validate_command]
    fn open(&self, _: Open) -> () {}

    #[reconstitute]
    fn opened(&mut self, _: &Opened) -> () {
        self.0 += Self::WIDTH;
    }

    const WIDTH: u8 = 1;

    #[cfg(any())]
    #[reconstitute]
    fn never(&mut self, _: &Missing) {}
}

fn main() {
    assert_eq!(Door::<u8>::META.name, "small_door");
    assert_eq!((Door::<u8>::COMMANDS.len(), Door::<u8>::EVENTS.len()), (1, 1));
    assert!(Door::<u8>::SNAPSHOT.is_none());
    let mut door = Door(0);
    door.opened(&Opened);
    assert_eq!(door.0, 1);
}
