use jangle::prelude::*;
use serde::{Deserialize, Serialize};
use std::time::Duration;

#[derive(Serialize, Deserialize, Command)]
struct Open(#[aggregate_id] String);

#[derive(Serialize, Deserialize, Command)]
struct Close(#[aggregate_id] String);

#[derive(Serialize, Deserialize, Event)]
struct Opened;

#[derive(Default)]
struct Door;

#[aggregate]
impl Door {
    #[validate_command]
    fn open(&self, _: Open) -> Result<(Opened, Reply<u32>), String> {
        Ok((Opened, Reply(7)))
    }

    #[validate_command]
    fn close(&self, _: Close) {}

    #[reconstitute]
    fn opened(&mut self, _: &Opened) {}
}

#[derive(Serialize, Deserialize)]
struct Guest {
    id: u64,
}

#[derive(Serialize, Deserialize, Event)]
struct Rang {
    guest: Guest,
}

#[derive(Serialize, Deserialize, Event)]
struct Entered {
    width: u32,
}

#[derive(Serialize, Deserialize, Event)]
struct TurnedAway {
    why: String,
}

#[derive(Default)]
struct Visit<T> {
    width: T,
}

// One type of a generic one is a saga as any other.
#[saga(name = "small_visit", deadline = "5m", retry(attempts = 3, first = "1s", factor = 1, max = "1m"))]
impl Visit<u32> {
    #[reconstitute]
    fn entered(&mut self, event: &Entered) {
        self.width = event.width;
    }

    #[reconstitute]
    fn turned_away(&mut self, _: &TurnedAway) -> () {}

    // Two receivers for one event: all that match run.
    #[event_receiver(by = guest.id)]
    fn open(&self, event: &Rang) -> (Dispatch<Open, Entered, TurnedAway>, Option<Dispatch<Close, (), ()>>) {
        let door = event.guest.id.to_string();
        let open = dispatch(Open(door.clone()))
            .undo_with(Close(door.clone()))
            .accepted(|width| Entered { width })
            .refused(|why| TurnedAway { why });
        let close = dispatch(Close(door)).accepted(|()| ()).refused(|never| match never {});
        (open, Some(close))
    }

    #[event_receiver(by = guest.id, requires(Entered), unless(TurnedAway, Opened))]
    fn rang_inside(&self, _: &Rang) -> Either<Complete, Wait> {
        Either::Left(Complete)
    }

    // The id of the event's aggregate is the saga's.
    #[event_receiver(by_aggregate, starts)]
    fn opened(&self, _: &Opened) {}

    // Its own events.
    #[event_receiver]
    fn stay(&self, event: &Entered) -> Either<Complete, Either<Wait, ()>> {
        match event.width == self.width {
            true => Either::Left(Complete),
            false => Either::Right(Either::Left(Wait)),
        }
    }

    #[event_receiver]
    fn give_up(&self, event: &TurnedAway) -> Fail {
        Fail { why: event.why.clone() }
    }

    #[on_deadline]
    fn late(&self) -> (Fail,) {
        (Fail { why: "it took too long".into() },)
    }

    fn helper(&self) {}
}

fn main() {
    use jangle::saga::Saga;
    type Small = Visit<u32>;
    Visit { width: 1 }.helper();
    assert_eq!((Small::META.name, Small::META.kind), ("small_visit", "Visit"));
    assert_eq!(Small::DEADLINE, Some(Duration::from_secs(300)));
    assert_eq!((Small::RETRY.attempts, Small::RETRY.max), (3, Duration::from_secs(60)));
    assert_eq!((Small::EVENTS.len(), Small::RECEIVERS.len()), (2, 5));
}
