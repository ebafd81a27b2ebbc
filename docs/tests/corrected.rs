//! What the pages on compile errors say to write: it compiles, and an application starts with it.
#![allow(clippy::unwrap_used, dead_code, reason = "the programs are compiled and started, and nothing is sent")]

/// The programs, and the state that one of them takes.
macro_rules! corrected {
    ($($name:ident $(($state:ident))?)*) => { $(
        mod $name {
            include!(concat!("../listings/corrected/", stringify!($name), ".rs"));

            #[tokio::test]
            async fn starts() {
                let builder = Jangle::builder().store(MemoryStore::new()).only(module_path!());
                builder$(.state($state))?.start().await.unwrap();
            }
        }
    )* };
}

corrected! {
    aggregate_id_missing
    attribute_outside_aggregate
    column_without_law
    command_by_reference
    command_validated_by_two_aggregates
    command_validated_twice
    command_without_aggregate
    event_never_yielded
    event_without_reconstitute
    generic_items
    handler_signature
    latest_without_option
    law_and_type
    not_an_outcome
    not_serialisable
    projection_that_reads
    query_answered_twice
    query_that_writes
    query_without_handler
    saga_outcome
    unfinished_dispatch
    unknown_keys
    unknown_parameter(Bell)
    unsupported_shapes
    view_without_key
    wrong_receiver
}
