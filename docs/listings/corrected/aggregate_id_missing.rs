use jangle::prelude::*;
use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Serialize, Deserialize)]
struct Seat {
    row: u32,
    number: u32,
}

impl fmt::Display for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.row, self.number)
    }
}

#[derive(Serialize, Deserialize, Command)]
struct Reserve {
    #[aggregate_id]
    seat: Seat,
}

#[derive(Serialize, Deserialize, Event)]
struct Reserved;

#[derive(Default)]
struct Place;

#[aggregate]
impl Place {
    #[validate_command]
    fn reserve(&self, _command: Reserve) -> Reserved {
        Reserved
    }

    #[reconstitute]
    fn reserved(&mut self, _event: &Reserved) {}
}
