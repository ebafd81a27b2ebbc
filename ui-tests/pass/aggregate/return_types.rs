use jangle::prelude::*;
use serde::{Deserialize, Serialize};

macro_rules! commands {
    ($($name:ident)*) => { $(
        #[derive(Serialize, Deserialize, Command)]
        struct $name(#[aggregate_id] String);
    )* };
}

commands! { Nothing One Maybe Many Several Refusable Answering Elsewhere }

#[derive(Serialize, Deserialize, Event)]
struct Happened;

#[derive(Default)]
struct Thing;

#[aggregate]
impl Thing {
    #[validate_command]
    fn nothing(&self, _: Nothing) {}

    #[validate_command]
    fn one(&self, _: One) -> Happened {
        Happened
    }

    #[validate_command]
    fn maybe(&self, _: Maybe, cx: &CommandContext) -> Option<Happened> {
        (cx.version() > 0).then_some(Happened)
    }

    #[validate_command]
    fn many(&self, _: Many) -> Vec<Happened> {
        vec![Happened, Happened]
    }

    #[validate_command]
    fn several(&self, _: Several) -> (Happened, Option<Happened>, Vec<Happened>) {
        (Happened, None, Vec::new())
    }

    #[validate_command]
    fn refusable(&self, _: Refusable) -> Result<Option<Happened>, std::fmt::Error> {
        Ok(None)
    }

    #[validate_command]
    fn answering(&self, _: Answering) -> Result<(Happened, Reply<Vec<u8>>), String> {
        Ok((Happened, Reply(vec![1])))
    }

    #[validate_command]
    fn elsewhere(&self, command: Elsewhere) -> (On<Self, Happened>, Reply<()>) {
        (On::create(command.0, Happened), Reply(()))
    }

    #[reconstitute]
    fn happened(&mut self, _: &Happened) {}
}

fn main() {
    assert_eq!(Thing::META.name, "thing");
    let events: Vec<_> = Thing::COMMANDS.iter().map(|command| (command.name(), command.events().len())).collect();
    let expected = [
        ("Nothing", 0),
        ("One", 1),
        ("Maybe", 1),
        ("Many", 1),
        ("Several", 3),
        ("Refusable", 1),
        ("Answering", 1),
        ("Elsewhere", 1),
    ];
    assert_eq!(events, expected);
}
