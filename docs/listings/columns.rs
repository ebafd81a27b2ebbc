//! Columns that become empty again, and columns of a type of one's own.

// ANCHOR: imports
use jangle::{
    prelude::*,
    view::{ColumnValue, Value, ValueType, ViewError},
};
use serde::{Deserialize, Serialize};
// ANCHOR_END: imports

#[derive(Debug, Clone, Serialize, Deserialize, Command)]
struct CheckIn {
    #[aggregate_id]
    room: String,
    guest: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, Command)]
struct CheckOut(#[aggregate_id] String);

#[derive(Debug, Clone, Serialize, Deserialize, Event)]
#[event(name = "hotel.checked_in")]
struct CheckedIn {
    guest: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, Event)]
#[event(name = "hotel.checked_out")]
struct CheckedOut;

#[derive(Debug, Default)]
struct Room;

#[aggregate(name = "room")]
impl Room {
    #[validate_command]
    fn check_in(&self, command: CheckIn) -> CheckedIn {
        CheckedIn { guest: command.guest }
    }

    #[validate_command]
    fn check_out(&self, _: CheckOut) -> CheckedOut {
        CheckedOut
    }

    #[reconstitute]
    fn checked_in(&mut self, _: &CheckedIn) {}

    #[reconstitute]
    fn checked_out(&mut self, _: &CheckedOut) {}
}

// ANCHOR: own_type
#[derive(Debug, Clone, Copy, PartialEq)]
enum Cleaning {
    Ready,
    Needed,
}

/// It is stored as text, which stays readable when variants come and go.
impl ColumnValue for Cleaning {
    const TYPE: ValueType = ValueType::Text;

    fn into_value(self) -> Result<Value, ViewError> {
        let text = match self {
            Self::Ready => "ready",
            Self::Needed => "needed",
        };
        Ok(Value::Text(text.to_owned()))
    }

    fn from_value(value: &Value) -> Result<Self, ViewError> {
        match String::from_value(value)?.as_str() {
            "ready" => Ok(Self::Ready),
            "needed" => Ok(Self::Needed),
            other => Err(ViewError::OutOfRange { value: other.to_owned() }),
        }
    }
}
// ANCHOR_END: own_type

// ANCHOR: emptied
#[derive(Debug, Clone, PartialEq, View)]
struct Occupancy {
    #[key]
    room: String,
    #[merge(latest)]
    guest: Option<String>,
    #[merge(latest)]
    is_taken: Option<bool>,
    #[merge(latest)]
    cleaning: Option<Cleaning>,
}

impl Occupancy {
    /// Who is there now: `guest` alone is who came last.
    fn now(&self) -> Option<&str> {
        self.guest.as_deref().filter(|_| self.is_taken == Some(true))
    }
}

#[event_handler]
async fn fill_rooms(
    event: Recorded<CheckedIn>,
    rooms: Merge<Occupancy>,
) -> Result<(), HandlerError> {
    let room = Occupancy::at(event.aggregate_id());
    let change = room.guest(&event.guest).is_taken(true).cleaning(Cleaning::Ready);
    rooms.merge(change).await?;
    Ok(())
}

#[event_handler]
async fn empty_rooms(
    event: Recorded<CheckedOut>,
    rooms: Merge<Occupancy>,
) -> Result<(), HandlerError> {
    let room = Occupancy::at(event.aggregate_id());
    rooms.merge(room.is_taken(false).cleaning(Cleaning::Needed)).await?;
    Ok(())
}
// ANCHOR_END: emptied

#[derive(Debug, Clone, Serialize, Deserialize, Query)]
#[query(response = Option<Occupancy>)]
struct OccupancyOf(String);

#[query_handler]
async fn occupancy_of(
    query: OccupancyOf,
    rooms: View<Occupancy>,
) -> Result<Option<Occupancy>, QueryError> {
    Ok(rooms.get(&query.0).await?)
}

#[tokio::test]
async fn a_latest_column_is_emptied_by_another_one()
-> Result<(), Box<dyn std::error::Error>> {
    let app = Jangle::builder().store(MemoryStore::new()).start().await?;
    let came = app.send(CheckIn { room: "12".into(), guest: "ann".into() }).await?;
    let room = app.query(OccupancyOf("12".into())).after(&came).await?;
    assert_eq!(room.as_ref().and_then(Occupancy::now), Some("ann"));
    assert_eq!(room.and_then(|room| room.cleaning), Some(Cleaning::Ready));

    let left = app.send(CheckOut("12".into())).await?;
    let room = app.query(OccupancyOf("12".into())).after(&left).await?;
    assert_eq!(room.as_ref().and_then(Occupancy::now), None);
    assert_eq!(room.as_ref().and_then(|room| room.guest.as_deref()), Some("ann"));
    assert_eq!(room.and_then(|room| room.cleaning), Some(Cleaning::Needed));
    Ok(())
}
