use jangle::prelude::*;
use serde::{Deserialize, Serialize};

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

#[derive(Serialize, Deserialize, Event)]
struct Entered;

#[derive(Default)]
struct Visit;

#[saga(title = "visit", deadline = "soon")]
impl Visit {
    #[reconstitute]
    fn entered(&self, _: &Entered) {}

    #[event_receiver(by = visit, by_aggregate)]
    fn open(&mut self, event: &Rang) -> Dispatch<Open, Entered, ()> {
        dispatch(Open { door: event.visit.clone() }).accepted(|_| Entered).refused(|_| ())
    }

    #[event_receiver(starts)]
    async fn opened(&self, _: Opened) {}

    #[event_receiver(when = entered)]
    fn entered_again<T>(&self, _: &Entered) -> Complete {
        Complete
    }

    #[on_deadline]
    fn late(&self, _: &Rang) -> Complete {
        Complete
    }

    #[on_deadline]
    const fn too_late(&self) {}
}

// Nothing that depends on the block is blamed for its mistakes.
async fn read(app: Jangle) {
    let _ = app.saga::<Visit>("7").await;
}

fn main() {}
