//! Law 11: an event that is not known, or not what it was, is passed over only where the builder says so.

use jangle::prelude::*;
use jangle_tests::{on_every_store, stores::Reopen};
use serde::{Deserialize, Serialize};
use std::time::Duration;

#[derive(Debug, Clone, Serialize, Deserialize, Command)]
struct Fill {
    #[aggregate_id]
    box_: String,
    pieces: u64,
}

/// The program as it was.
mod before {
    use super::*;

    pub(super) const PATH: &str = module_path!();

    #[derive(Debug, Serialize, Deserialize, Command)]
    pub(super) struct Pack(#[aggregate_id] pub(super) String);

    #[derive(Debug, Serialize, Deserialize, Event)]
    #[event(name = "box.labelled")]
    pub(super) struct Labelled {
        text: String,
    }

    #[derive(Debug, Serialize, Deserialize, Event)]
    #[event(name = "box.filled")]
    pub(super) struct Filled {
        what: String,
    }

    #[derive(Debug, Default)]
    pub(super) struct Packed;

    #[aggregate(name = "box")]
    impl Packed {
        #[validate_command]
        fn pack(&self, _command: Pack) -> (Labelled, Filled) {
            (Labelled { text: "fragile".to_owned() }, Filled { what: "glasses".to_owned() })
        }

        #[reconstitute]
        fn labelled(&mut self, _event: &Labelled) {}

        #[reconstitute]
        fn filled(&mut self, _event: &Filled) {}
    }
}

/// The program as it is: without one event, and with another shape of the other one.
mod after {
    use super::*;

    pub(super) const PATH: &str = module_path!();

    #[derive(Debug, Serialize, Deserialize, Event)]
    #[event(name = "box.filled", version = 2)]
    pub(super) struct Filled {
        pieces: u64,
    }

    #[derive(Debug, Default)]
    pub(super) struct Carton {
        pieces: u64,
    }

    #[aggregate(name = "box")]
    impl Carton {
        #[validate_command]
        fn fill(&self, command: Fill) -> (Filled, Reply<u64>) {
            (Filled { pieces: command.pieces }, Reply(self.pieces + command.pieces))
        }

        #[reconstitute]
        fn filled(&mut self, event: &Filled) {
            self.pieces += event.pieces;
        }
    }

    #[derive(Debug, Clone, PartialEq, View)]
    pub(super) struct Pieces {
        #[key]
        name: String,
        #[merge(sum)]
        pub(super) pieces: u64,
    }

    #[event_handler(id = "pieces", retry(attempts = 1))]
    async fn count(event: Recorded<Filled>, pieces: Merge<Pieces>) -> Result<(), HandlerError> {
        pieces.merge(Pieces::at(event.aggregate_id()).pieces(event.pieces)).await?;
        Ok(())
    }

    #[derive(Debug, Serialize, Deserialize, Query)]
    #[query(response = u64)]
    pub(super) struct PiecesOf(pub(super) String);

    #[query_handler]
    async fn pieces_of(query: PiecesOf, pieces: View<Pieces>) -> Result<u64, QueryError> {
        Ok(pieces.get(&query.0).await?.map_or(0, |row| row.pieces))
    }
}

fn fill(name: &str) -> Fill {
    Fill { box_: name.into(), pieces: 3 }
}

async fn pack(stores: &impl Reopen) {
    let app = Jangle::builder().store(stores.open().await).only(before::PATH).start().await.unwrap();
    assert_eq!(app.send(before::Pack("one".into())).await.unwrap().version, 2);
    app.shutdown().await.unwrap();
}

async fn start(stores: &impl Reopen, ignored: &[&str]) -> Jangle {
    let builder = Jangle::builder().store(stores.open().await).only(after::PATH);
    let builder = ignored.iter().fold(builder, |builder, name| builder.ignore_event(*name));
    builder.start().await.unwrap()
}

async fn law_11_an_aggregate_that_meets_an_unknown_event_is_not_rebuilt_unless_it_is_ignored(stores: impl Reopen) {
    pack(&stores).await;
    for (ignored, named) in [(&[][..], "box.labelled"), (&["box.labelled"], "box.filled")] {
        let app = start(&stores, ignored).await;
        let sent = app.send(fill("one")).await;
        let Err(SendError::Rebuild { reason, .. }) = sent else { panic!("{sent:?}") };
        assert!(reason.contains(named), "{reason}");
        app.shutdown().await.unwrap();
    }
    let app = start(&stores, &["box.labelled", "box.filled"]).await;
    let receipt = app.send(fill("one")).await.unwrap();
    assert_eq!((receipt.version, receipt.reply), (3, 3), "versions count what is passed over, the state does not");
    app.shutdown().await.unwrap();
    let app = start(&stores, &["box.labelled", "box.filled"]).await;
    assert_eq!(app.send(fill("one")).await.unwrap().reply, 6, "what can be decoded is applied, also under that name");
    app.shutdown().await.unwrap();
}

async fn law_11_a_handler_sets_aside_what_it_cannot_decode_unless_it_is_ignored(stores: impl Reopen) {
    pack(&stores).await;
    let app = start(&stores, &["box.labelled", "box.filled"]).await;
    let receipt = app.send(fill("one")).await.unwrap();
    assert_eq!(app.query(after::PiecesOf("one".into())).after(&receipt).await.unwrap(), 3);
    app.shutdown().await.unwrap();
}

async fn law_11_a_handler_that_does_not_ignore_it_names_it(stores: impl Reopen) {
    pack(&stores).await;
    let app = start(&stores, &[]).await;
    let receipt = app.send(fill("two")).await.unwrap();
    let told = app.query(after::PiecesOf("two".into())).after(&receipt).await.unwrap_err().to_string();
    assert!(told.contains("`box.filled`") && told.contains("pieces"), "{told}");
    assert!(app.settle(Duration::from_secs(10)).await.is_ok(), "it is set aside, and nothing waits for it");
    app.shutdown().await.unwrap();
}

on_every_store!(
    law_11_an_aggregate_that_meets_an_unknown_event_is_not_rebuilt_unless_it_is_ignored,
    law_11_a_handler_sets_aside_what_it_cannot_decode_unless_it_is_ignored,
    law_11_a_handler_that_does_not_ignore_it_names_it,
);
