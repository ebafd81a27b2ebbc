use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Event)]
struct Unit;

#[derive(Serialize, Deserialize, Event)]
#[event(name = "door.opened", version = 3)]
struct Tuple(String);

#[derive(Serialize, Deserialize, Event)]
#[event(name = "door.moved")]
enum Moved {
    Open,
    Shut { by: String },
}

fn main() {
    assert_eq!((Unit::NAME, Unit::TYPE, Unit::SCHEMA_VERSION), ("Unit", "Unit", 1));
    assert_eq!((Tuple::NAME, Tuple::TYPE, Tuple::SCHEMA_VERSION), ("door.opened", "Tuple", 3));
    assert_eq!(Moved::NAME, "door.moved");
    let _ = (Moved::Open, Moved::Shut { by: String::new() });
}
