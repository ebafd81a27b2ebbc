use jangle::prelude::*;

#[derive(Clone, serde::Serialize, serde::Deserialize, Command)]
struct Order {
    #[aggregate_id]
    id: String,
}

#[derive(Clone, serde::Serialize, serde::Deserialize, Event)]
struct Issued;

#[derive(Default)]
struct Card;

#[derive(Default)]
struct Account;

#[aggregate]
impl Account {
    #[validate_command]
    fn order(&self, command: Order) -> On<Card, Issued> {
        On::new(command.id, Issued)
    }
}

fn main() {}
