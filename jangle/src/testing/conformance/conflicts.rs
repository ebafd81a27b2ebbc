//! What an append was decided on.

use super::{
    kit::{accepted, after, all_events, append, event, one, stored, stream, versions, with_receipt},
    violation::{Outcome, holds, same},
};
use crate::{
    CommandId,
    store::{AppendResult, Store},
};
use std::sync::Arc;

pub(super) async fn another_version_is_a_conflict_and_stores_nothing(store: Arc<dyn Store>) -> Outcome {
    let a = stream("a");
    stored(&*store, one(&a, 0)).await?;
    let id = CommandId::new();
    for expected in [0, 2, u64::MAX] {
        let results = store.append(vec![with_receipt(id, accepted("1"), one(&a, expected))]).await?;
        same("an append on another version", results, [AppendResult::Conflict { actual: 1 }])?;
    }
    same("the versions of the stream", versions(&store.read_stream(a, 0, 10).await?), [1])?;
    same("the receipt of an append that was not stored", store.receipt(id).await?, None)
}

pub(super) async fn earlier_appends_of_the_batch_count(store: Arc<dyn Store>) -> Outcome {
    let a = stream("a");
    let results = store.append(vec![one(&a, 0), after(vec![0], one(&a, 1)), one(&a, 1)]).await?;
    let shape = matches!(
        &results[..],
        [AppendResult::Appended(first), AppendResult::Appended(second), AppendResult::Conflict { actual: 2 }]
            if (first.version, second.version) == (1, 2)
    );
    holds("two appends in turn, and one beside the second", "versions 1 and 2, and a conflict at 2", &results, shape)
}

pub(super) async fn an_undone_append_takes_with_it_what_was_decided_on_it_and_nothing_else(
    store: Arc<dyn Store>,
) -> Outcome {
    let [a, b, c, d] = ["a", "b", "c", "d"].map(stream);
    let batch = vec![
        one(&a, 7),
        after(vec![0], one(&b, 0)),
        after(vec![1], one(&c, 0)),
        one(&d, 0),
        after(vec![3], one(&d, 1)),
        after(vec![3, 2], one(&d, 2)),
    ];
    let results = store.append(batch).await?;
    let shape = matches!(
        &results[..],
        [
            AppendResult::Conflict { actual: 0 },
            AppendResult::Undone,
            AppendResult::Undone,
            AppendResult::Appended(_),
            AppendResult::Appended(_),
            AppendResult::Undone
        ]
    );
    let expected = "a conflict, two `Undone`, two `Appended`, one `Undone`";
    holds("a batch of which two depend on a conflict, one on that and what is stored", expected, &results, shape)?;
    let found: Vec<_> = all_events(&*store).await?.into_iter().map(|event| (event.stream, event.version)).collect();
    same("all events", found, [(d.clone(), 1), (d, 2)])
}

pub(super) async fn what_an_undone_append_was_to_leave_under_its_id_is_not_stored(store: Arc<dyn Store>) -> Outcome {
    let (a, id) = (stream("a"), CommandId::new());
    let undone = with_receipt(id, accepted("1"), one(&a, 0));
    let results = store.append(vec![one(&stream("b"), 7), after(vec![0], undone.clone())]).await?;
    same("an append that depends on a conflict", results.get(1), Some(&AppendResult::Undone))?;
    same("its receipt", store.receipt(id).await?, None)?;
    stored(&*store, undone).await?;
    Ok(())
}

pub(super) async fn an_append_without_events_confirms_the_version(store: Arc<dyn Store>) -> Outcome {
    let (a, b) = (stream("a"), stream("b"));
    stored(&*store, one(&a, 0)).await?;
    let last = stored(&*store, append(&b, 0, vec![event(&b)])).await?;
    let confirmed = stored(&*store, append(&a, 1, vec![])).await?;
    same("the version that is confirmed", confirmed.version, 1)?;
    same("the store's highest position", confirmed.position, last.position)?;
    let results = store.append(vec![append(&a, 0, vec![]), append(&a, 1, vec![])]).await?;
    let shape = matches!(&results[..], [AppendResult::Conflict { actual: 1 }, AppendResult::Appended(_)]);
    holds("confirmations of versions 0 and 1 at version 1", "a conflict and `Appended`", &results, shape)
}
