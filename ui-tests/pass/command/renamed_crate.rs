// Only this name is in scope.
extern crate jangle as renamed;

pub mod inner {
    pub use ::jangle as facade;
}

#[derive(serde::Serialize, serde::Deserialize, renamed::Command, Debug)]
#[command(crate = crate::inner::facade)]
struct Open {
    #[aggregate_id]
    id: String,
}

#[derive(serde::Serialize, serde::Deserialize, renamed::Event)]
#[event(crate = crate::inner::facade)]
struct Opened;

#[derive(Default)]
struct Door;

#[renamed::aggregate(crate = crate::inner::facade)]
impl Door {
    #[renamed::validate_command]
    fn open(&self, _command: Open) -> Opened {
        Opened
    }

    #[renamed::reconstitute]
    fn opened(&mut self, _event: &Opened) {}
}

#[derive(serde::Serialize, serde::Deserialize, renamed::Event)]
#[event(crate = crate::inner::facade)]
struct Entered;

#[derive(Default)]
struct Visit;

#[renamed::saga(crate = crate::inner::facade, deadline = "1h")]
impl Visit {
    #[renamed::reconstitute]
    fn entered(&mut self, _: &Entered) {}

    #[renamed::event_receiver(by_aggregate)]
    fn open(&self, _: &Opened) -> renamed::saga::Dispatch<Open, Entered, ()> {
        renamed::saga::dispatch(Open { id: "front".into() }).accepted(|_| Entered).refused(|_| ())
    }

    #[renamed::event_receiver]
    fn done(&self, _: &Entered) -> renamed::saga::Complete {
        renamed::saga::Complete
    }

    #[renamed::on_deadline]
    fn late(&self) {}
}

#[derive(renamed::View)]
#[view(crate = crate::inner::facade)]
struct Doors {
    #[key]
    door: String,
    #[merge(sum)]
    opened: i64,
}

#[renamed::event_handler(crate = crate::inner::facade)]
async fn count(event: renamed::Recorded<Opened>, doors: renamed::Merge<Doors>) -> Result<(), renamed::HandlerError> {
    doors.merge(Doors::at(event.aggregate_id()).opened(1)).await?;
    Ok(())
}

#[derive(serde::Serialize, serde::Deserialize, renamed::Query)]
#[query(crate = crate::inner::facade, response = i64)]
struct Opening(String);

#[renamed::query_handler(crate = crate::inner::facade)]
async fn opening(query: Opening, doors: renamed::View<Doors>) -> Result<i64, renamed::QueryError> {
    Ok(doors.get(&query.0).await?.map_or(0, |row| row.opened + row.door.len() as i64))
}

fn main() {}
