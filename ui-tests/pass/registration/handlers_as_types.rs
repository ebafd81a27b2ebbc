// A handler's name names a function and a type, in whatever module and visibility, and under conditions.
#![deny(warnings)]

use jangle::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize, Event)]
struct Opened;

#[derive(Debug, Default)]
struct Door;

#[aggregate]
impl Door {
    #[reconstitute]
    fn opened(&mut self, _event: &Opened) {}
}

pub mod handlers {
    use super::Opened;
    use jangle::prelude::*;

    // Its event is less visible than the function.
    #[event_handler]
    pub(crate) async fn ring(_event: Recorded<Opened>) -> Result<(), HandlerError> {
        Ok(())
    }

    #[event_handler]
    #[cfg(any())]
    pub(crate) async fn never(_event: Recorded<Opened>) -> Result<(), HandlerError> {
        Ok(())
    }

    #[derive(Debug, serde::Serialize, serde::Deserialize, Query)]
    #[query(response = u32)]
    pub struct Doors;

    #[query_handler]
    pub(super) async fn r#yield(_query: Doors) -> Result<u32, QueryError> {
        Ok(1)
    }

    // Not to be named outside, and asked all the same.
    #[query_handler]
    async fn hidden(_query: Gates) -> Result<u32, QueryError> {
        Ok(2)
    }

    #[derive(Debug, serde::Serialize, serde::Deserialize, Query)]
    #[query(response = u32)]
    pub struct Gates;
}

use handlers::{Doors, Gates, ring, r#yield};

fn asks(app: &Jangle) {
    let _ = (app.query(Doors), app.query(Gates));
}

fn main() {
    let _ = (asks, r#yield(Doors));
    let model = Jangle::builder().with::<Door>().with::<ring>().with::<r#yield>().model();
    model.check().unwrap();
    assert_eq!((model.handlers().count(), model.queries().count()), (1, 1));
}
