//! Everything that is wrong with a model is told at once, with places.

use jangle::{StartError, prelude::*};
use jangle_tests::{accounts::Deposited, on_every_store, stores::Reopen};

const PATH: &str = module_path!();

/// Two aggregates that know nothing of each other, each with an event type `Opened`.
mod names {
    macro_rules! thing {
        ($module:ident, $command:ident, $aggregate:ident) => {
            pub(crate) mod $module {
                use jangle::prelude::*;
                use serde::{Deserialize, Serialize};

                #[derive(Debug, Serialize, Deserialize, Command)]
                pub(crate) struct $command(#[aggregate_id] String);

                #[derive(Debug, Serialize, Deserialize, Event)]
                pub(crate) struct Opened;

                #[derive(Debug, Default)]
                pub(crate) struct $aggregate;

                #[aggregate]
                impl $aggregate {
                    #[validate_command]
                    fn open(&self, _command: $command) -> Opened {
                        Opened
                    }

                    #[reconstitute]
                    fn opened(&mut self, _event: &Opened) {}
                }
            }
        };
    }

    thing!(tills, OpenTill, Till);
    thing!(doors, OpenDoor, Door);
}

mod cased {
    use super::*;

    #[derive(Debug, Clone, PartialEq, View)]
    #[view(name = "Totals")]
    pub(crate) struct Upper {
        #[key]
        account: String,
        #[merge(sum)]
        amount: i64,
    }

    #[derive(Debug, Clone, PartialEq, View)]
    #[view(name = "totals")]
    pub(crate) struct Lower {
        #[key]
        account: String,
        #[merge(count)]
        times: u64,
    }

    #[event_handler]
    async fn total(event: Recorded<Deposited>, upper: Merge<Upper>, lower: Merge<Lower>) -> Result<(), HandlerError> {
        upper.merge(Upper::at(event.aggregate_id()).amount(event.amount)).await?;
        lower.merge(Lower::at(event.aggregate_id()).times()).await?;
        Ok(())
    }
}

async fn mistakes(stores: impl Reopen, module: &str) -> String {
    let builder = Jangle::builder().store(stores.open().await).only(format!("{PATH}::{module}"));
    match builder.start().await {
        Err(StartError::Model(errors)) => errors.to_string(),
        other => panic!("{other:?}"),
    }
}

async fn two_event_types_under_one_stored_name_are_refused(stores: impl Reopen) {
    let told = mistakes(stores, "names").await;
    assert!(told.contains("`Opened`"), "{told}");
}

async fn one_aggregate_of_those_two_alone_is_accepted(stores: impl Reopen) {
    for module in ["tills", "doors"] {
        let only = format!("{PATH}::names::{module}");
        Jangle::builder().store(stores.open().await).only(only).start().await.unwrap();
    }
}

async fn views_whose_names_differ_in_case_alone_are_refused(stores: impl Reopen) {
    let told = mistakes(stores, "cased").await;
    assert!(told.to_lowercase().contains("`totals`"), "{told}");
}

/// One of each mistake.
mod wrong {
    use jangle::prelude::*;
    use serde::{Deserialize, Serialize};

    pub(super) const PATH: &str = module_path!();

    #[derive(Debug, Serialize, Deserialize, Command)]
    struct OpenTill(#[aggregate_id] String);

    #[derive(Debug, Serialize, Deserialize, Command)]
    #[command(name = "close")]
    struct CloseTill(#[aggregate_id] String);

    #[derive(Debug, Serialize, Deserialize, Command)]
    #[command(name = "close")]
    struct CloseDrawer(#[aggregate_id] String);

    #[derive(Debug, Serialize, Deserialize, Event)]
    #[event(name = "opened")]
    struct TillOpened;

    #[derive(Debug, Serialize, Deserialize, Event)]
    #[event(name = "opened")]
    struct DrawerOpened;

    #[derive(Debug, Serialize, Deserialize, Event)]
    struct Forgotten;

    #[derive(Debug, Default)]
    struct Till;

    #[aggregate(name = "till")]
    impl Till {
        #[validate_command]
        fn open(&self, _command: OpenTill) -> TillOpened {
            TillOpened
        }

        #[validate_command]
        fn close(&self, _command: CloseTill) {}

        #[reconstitute]
        fn opened(&mut self, _event: &TillOpened) {}
    }

    #[derive(Debug, Default)]
    struct Drawer;

    #[aggregate(name = "till")]
    impl Drawer {
        #[validate_command]
        fn open(&self, _command: OpenTill) -> DrawerOpened {
            DrawerOpened
        }

        #[validate_command]
        fn close(&self, _command: CloseDrawer) {}

        #[reconstitute]
        fn opened(&mut self, _event: &DrawerOpened) {}
    }

    #[derive(Debug, Clone, PartialEq, View)]
    #[view(name = "openings")]
    struct Openings {
        #[key]
        till: String,
        #[merge(count)]
        times: u64,
    }

    #[derive(Debug, Clone, PartialEq, View)]
    #[view(name = "openings")]
    struct Others {
        #[key]
        till: String,
        #[merge(count)]
        times: u64,
    }

    struct Bell;
    struct Light;

    #[event_handler(id = "count")]
    async fn count(event: Recorded<TillOpened>, openings: Merge<Openings>) -> Result<(), HandlerError> {
        openings.merge(Openings::at(event.aggregate_id()).times()).await?;
        Ok(())
    }

    #[event_handler(id = "count")]
    async fn ring(_event: Recorded<TillOpened>, _bell: State<Bell>) -> Result<(), HandlerError> {
        Ok(())
    }

    #[event_handler]
    async fn remember(_event: Recorded<Forgotten>) -> Result<(), HandlerError> {
        Ok(())
    }

    #[derive(Debug, Serialize, Deserialize, Query)]
    #[query(response = u64, name = "how_many")]
    struct HowManyTills;

    #[derive(Debug, Serialize, Deserialize, Query)]
    #[query(response = u64, name = "how_many")]
    struct HowManyDrawers;

    #[query_handler]
    async fn tills(_query: HowManyTills, _light: State<Light>) -> Result<u64, QueryError> {
        Ok(1)
    }

    #[query_handler]
    async fn tills_again(_query: HowManyTills) -> Result<u64, QueryError> {
        Ok(1)
    }

    #[query_handler]
    async fn drawers(_query: HowManyDrawers) -> Result<u64, QueryError> {
        Ok(1)
    }
}

async fn start_tells_everything_that_is_wrong_at_once(stores: impl Reopen) {
    let started = Jangle::builder().store(stores.open().await).only(wrong::PATH).start().await;
    let Err(StartError::Model(errors)) = started else { panic!("{started:?}") };
    let expected = [
        ("2 aggregates decide the command `OpenTill`", 3, "remove its `#[validate_command]` method"),
        ("2 query handlers answer the query `HowManyTills`", 3, "remove all but one"),
        ("2 aggregates are named `till`", 2, "`#[aggregate(name = \"…\")]`"),
        ("2 event handlers have the id `count`", 2, "`#[event_handler(id = \"…\")]`"),
        ("2 views are named `openings`", 2, "`#[view(name = \"…\")]`"),
        ("2 commands are named `close`", 2, "`#[command(name = \"…\")]`"),
        ("2 queries are named `how_many`", 2, "`#[query(name = \"…\")]`"),
        ("2 events are stored as `opened`", 2, "`#[event(name = \"…\")]`"),
        ("the event handler `remember`", 2, "waits for the event `Forgotten`"),
        ("the event handler `ring`", 1, "Bell>`, which the builder was not given; add `.state(…)`"),
        ("the query handler `tills`", 1, "Light>`, which the builder was not given; add `.state(…)`"),
    ];
    let told: Vec<&str> = errors.iter().collect();
    assert_eq!(told.len(), expected.len(), "{errors}");
    for (error, (begins, places, what_to_do)) in told.iter().zip(expected) {
        assert!(error.starts_with(begins) && error.contains(what_to_do), "{begins}: {error}");
        assert_eq!(error.matches("mistakes.rs:").count(), places, "{error}");
    }
}

mod silent {
    // The second one has items, under the name of its package.
    jangle::link!(tempfile, uuid = "jangle-tests");

    pub(super) const PATH: &str = module_path!();
}

#[test]
fn a_linked_crate_that_contributes_nothing_is_named() {
    let model = Jangle::builder().only(silent::PATH).only(elsewhere::PATH).model();
    let told = model.check().unwrap_err();
    let about: Vec<_> = told.iter().filter(|error| error.contains("link!")).collect();
    assert_eq!(about.len(), 1, "{told}");
    assert!(about[0].contains("the crate `tempfile`") && about[0].contains("mistakes.rs:"), "{told}");
}

/// A handler, and no aggregate: what another program stores is handled here.
mod elsewhere {
    use jangle::prelude::*;
    use serde::{Deserialize, Serialize};

    pub(super) const PATH: &str = module_path!();

    #[derive(Debug, Serialize, Deserialize, Event)]
    struct Arrived;

    #[event_handler]
    async fn greet(_event: Recorded<Arrived>) -> Result<(), HandlerError> {
        Ok(())
    }
}

async fn a_program_without_aggregates_handles_what_another_one_stores(stores: impl Reopen) {
    let app = Jangle::builder().store(stores.open().await).only(elsewhere::PATH).start().await.unwrap();
    app.shutdown().await.unwrap();
}

#[test]
fn a_mistyped_module_path_is_named_also_beside_a_good_one() {
    let model = Jangle::builder().only(elsewhere::PATH).only("mistakes::elsewhre").model();
    let told = model.check().unwrap_err().to_string();
    assert!(told.contains("`mistakes::elsewhre`") && !told.contains(elsewhere::PATH), "{told}");
}

on_every_store!(
    start_tells_everything_that_is_wrong_at_once,
    a_program_without_aggregates_handles_what_another_one_stores,
    two_event_types_under_one_stored_name_are_refused,
    one_aggregate_of_those_two_alone_is_accepted,
    views_whose_names_differ_in_case_alone_are_refused,
);

mod former {
    use super::*;

    #[event_handler(id = "letters", formerly = "mails")]
    async fn letters(_event: Recorded<Deposited>) -> Result<(), HandlerError> {
        Ok(())
    }

    #[event_handler(id = "mails")]
    async fn mails(_event: Recorded<Deposited>) -> Result<(), HandlerError> {
        Ok(())
    }

    #[event_handler(id = "cards", formerly = "mails")]
    async fn cards(_event: Recorded<Deposited>) -> Result<(), HandlerError> {
        Ok(())
    }
}

#[test]
fn a_former_id_is_that_of_one_handler_and_of_no_other() {
    let model = Jangle::builder().only(format!("{PATH}::former")).only(jangle_tests::accounts::PATH).model();
    let errors = model.check().unwrap_err().to_string();
    assert!(errors.contains("2 event handlers were formerly `mails`"), "{errors}");
    assert_eq!(errors.matches("was formerly `mails`, which is the id of").count(), 2, "{errors}");
}
