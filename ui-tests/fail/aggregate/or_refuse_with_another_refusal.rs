use jangle::prelude::*;

#[derive(Clone, serde::Serialize, serde::Deserialize, Command)]
struct Register {
    #[aggregate_id]
    user: String,
    email: String,
}

#[derive(Clone, serde::Serialize, serde::Deserialize, Event)]
struct Registered;

#[derive(Clone, serde::Serialize, serde::Deserialize, Event)]
struct Claimed;

#[derive(Debug)]
struct Taken;

#[derive(Default)]
struct Email;

#[aggregate]
impl Email {
    #[reconstitute]
    fn claimed(&mut self, _event: &Claimed) {}
}

#[derive(Default)]
struct User;

#[aggregate]
impl User {
    #[validate_command]
    fn register(&self, command: Register) -> Result<(Registered, On<Email, Claimed, OrRefuse<Taken>>), String> {
        Ok((Registered, On::create(command.email, Claimed).or_refuse(Taken)))
    }

    #[reconstitute]
    fn registered(&mut self, _event: &Registered) {}
}

fn main() {}
