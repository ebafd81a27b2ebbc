use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Command)]
struct Ring {
    #[aggregate_id]
    door: String,
    visit: String,
}

#[derive(Serialize, Deserialize, Event)]
struct Rang {
    visit: String,
}

#[derive(Serialize, Deserialize, Command)]
struct Open {
    #[aggregate_id]
    door: String,
}

#[derive(Serialize, Deserialize, Event)]
struct Opened;

#[derive(Default)]
struct Door {
    locked: bool,
}

#[aggregate]
impl Door {
    #[validate_command]
    fn ring(&self, command: Ring) -> Rang {
        Rang { visit: command.visit }
    }

    #[validate_command]
    fn open(&self, _: Open) -> Result<Opened, String> {
        if self.locked { Err("it is locked".into()) } else { Ok(Opened) }
    }

    #[reconstitute]
    fn rang(&mut self, _: &Rang) {}

    #[reconstitute]
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Serialize, Deserialize, Event)]
struct Entered;

#[derive(Serialize, Deserialize, Event)]
struct TurnedAway {
    why: String,
}

#[derive(Default)]
struct Visit;

#[saga]
impl Visit {
    #[reconstitute]
    fn entered(&mut self, _: &Entered) {}

    #[reconstitute]
    fn turned_away(&mut self, _: &TurnedAway) {}

    #[event_receiver(by = visit)]
    fn open(&self, event: &Rang) -> Dispatch<Open, Entered, TurnedAway> {
        dispatch(Open { door: event.visit.clone() })
            .accepted(|_| Entered)
            .refused(|why| TurnedAway { why })
    }

    #[event_receiver]
    fn give_up(&self, event: &TurnedAway) -> Fail {
        Fail { why: event.why.clone() }
    }
}
