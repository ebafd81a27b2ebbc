//! Appending: laws 1, 2 and 4.

use crate::{
    on_every_store,
    store_common::{Outcome, accepted, after, append, event, first_event, one, receipt, stored, stream, with_receipt},
};
use jangle::{
    CommandId,
    store::{Answer, Append, AppendResult, Appended, Store, Stored},
};
use std::sync::Arc;

on_every_store! {
    an_append_over_several_streams_is_stored_whole,
    versions_go_on_where_the_stream_ends,
    another_version_is_a_conflict_and_stores_nothing,
    earlier_appends_of_the_batch_count,
    an_undone_append_takes_with_it_what_was_decided_on_it_and_nothing_else,
    a_command_id_takes_effect_once,
    a_command_id_takes_effect_once_within_a_batch,
    a_receipt_is_found_before_the_version_is_compared,
    a_refusal_is_kept_and_its_command_never_decided_again,
    an_accepted_command_without_events_leaves_a_receipt,
    a_stream_that_must_be_new_must_be_empty,
    a_stream_is_new_only_once_within_an_append,
    an_append_that_is_dropped_stores_none_of_its_events,
    an_append_without_events_confirms_the_version,
    a_batch_of_nothing_is_answered_with_nothing,
    of_concurrent_appends_on_one_version_one_is_stored,
}

async fn an_append_over_several_streams_is_stored_whole(store: Arc<dyn Store>) -> Outcome {
    let (a, b) = (stream("a"), stream("b"));
    let events = vec![event(&a, "1"), event(&b, "2"), event(&a, "3")];
    let appended = stored(&*store, append(&a, 0, events)).await?;
    assert_eq!(appended.events, [(1, 1), (1, 2), (2, 3)]);
    assert_eq!((appended.version, appended.position), (2, 3));
    let all: Vec<_> = store.read_all(0, 10).await?.into_iter().map(|event| (event.stream, event.version)).collect();
    assert_eq!(all, [(a.clone(), 1), (b, 1), (a, 2)]);
    Ok(())
}

async fn versions_go_on_where_the_stream_ends(store: Arc<dyn Store>) -> Outcome {
    let a = stream("a");
    for version in 0..20 {
        assert_eq!(stored(&*store, one(&a, version)).await?.version, version + 1);
    }
    let versions: Vec<_> = store.read_stream(a, 0, 100).await?.into_iter().map(|event| event.version).collect();
    assert_eq!(versions, (1..=20).collect::<Vec<_>>());
    Ok(())
}

async fn another_version_is_a_conflict_and_stores_nothing(store: Arc<dyn Store>) -> Outcome {
    let a = stream("a");
    stored(&*store, one(&a, 0)).await?;
    let id = CommandId::new();
    for expected in [0, 2, u64::MAX] {
        let results = store.append(vec![with_receipt(id, accepted("1"), one(&a, expected))]).await?;
        assert_eq!(results, [AppendResult::Conflict { actual: 1 }]);
    }
    assert_eq!(store.head().await?, 1);
    assert_eq!(store.receipt(id).await?, None);
    Ok(())
}

async fn earlier_appends_of_the_batch_count(store: Arc<dyn Store>) -> Outcome {
    let a = stream("a");
    let results = store.append(vec![one(&a, 0), after(vec![0], one(&a, 1)), one(&a, 1)]).await?;
    let appended =
        |version| AppendResult::Appended(Appended { version, position: version, events: vec![(version, version)] });
    assert_eq!(results, [appended(1), appended(2), AppendResult::Conflict { actual: 2 }]);
    Ok(())
}

async fn an_undone_append_takes_with_it_what_was_decided_on_it_and_nothing_else(store: Arc<dyn Store>) -> Outcome {
    let [a, b, c, d] = ["a", "b", "c", "d"].map(stream);
    let batch = vec![
        one(&a, 7),
        after(vec![0], append(&b, 0, vec![event(&b, "{}")])),
        after(vec![1], append(&c, 0, vec![event(&c, "{}")])),
        after(vec![], one(&d, 0)),
        after(vec![3], one(&d, 1)),
        after(vec![3, 2], one(&d, 2)),
    ];
    let results = store.append(batch).await?;
    assert_eq!(results[..3], [AppendResult::Conflict { actual: 0 }, AppendResult::Undone, AppendResult::Undone]);
    assert!(matches!(results[3..5], [AppendResult::Appended(_), AppendResult::Appended(_)]), "{results:?}");
    assert_eq!(results[5], AppendResult::Undone);
    let all: Vec<_> = store.read_all(0, 10).await?.into_iter().map(|event| (event.stream, event.version)).collect();
    assert_eq!(all, [(d.clone(), 1), (d, 2)]);
    Ok(())
}

async fn a_command_id_takes_effect_once(store: Arc<dyn Store>) -> Outcome {
    let a = stream("a");
    let id = CommandId::new();
    stored(&*store, one(&stream("other"), 0)).await?;
    stored(&*store, with_receipt(id, accepted("42"), append(&a, 0, vec![event(&a, "1"), event(&a, "2")]))).await?;
    let kept = store.receipt(id).await?.ok_or("there is no receipt")?;
    let place = Stored { version: 2, position: 3, events: vec![2, 3] };
    assert_eq!(kept.outcome, Answer::Accepted { reply: Some("42".to_owned()), stored: place });
    assert_eq!((&*kept.command, &kept.stream), ("open", &a));
    let again = store.append(vec![with_receipt(id, accepted("43"), one(&a, 2))]).await?;
    assert_eq!(again, [AppendResult::Repeated(kept)]);
    assert_eq!(store.head().await?, 3);
    Ok(())
}

async fn a_command_id_takes_effect_once_within_a_batch(store: Arc<dyn Store>) -> Outcome {
    let a = stream("a");
    let id = CommandId::new();
    let batch = vec![
        with_receipt(id, accepted("1"), one(&a, 0)),
        with_receipt(id, accepted("2"), one(&a, 1)),
        after(vec![1], one(&a, 1)),
    ];
    let results = store.append(batch).await?;
    let kept = store.receipt(id).await?.ok_or("there is no receipt")?;
    assert_eq!(results[1..], [AppendResult::Repeated(kept), AppendResult::Undone]);
    assert_eq!(store.head().await?, 1);
    Ok(())
}

async fn a_receipt_is_found_before_the_version_is_compared(store: Arc<dyn Store>) -> Outcome {
    let a = stream("a");
    let repeated = with_receipt(CommandId::new(), accepted("1"), one(&a, 0));
    stored(&*store, repeated.clone()).await?;
    let again = store.append(vec![repeated]).await?;
    assert!(matches!(again[..], [AppendResult::Repeated(_)]), "{again:?}");
    Ok(())
}

async fn a_refusal_is_kept_and_its_command_never_decided_again(store: Arc<dyn Store>) -> Outcome {
    let a = stream("a");
    let id = CommandId::new();
    let refused = Answer::Refused { text: "there is no money".to_owned() };
    let appended = stored(&*store, with_receipt(id, refused, append(&a, 0, vec![]))).await?;
    assert_eq!(appended, Appended { version: 0, position: 0, events: vec![] });
    let kept = store.receipt(id).await?.ok_or("there is no receipt")?;
    assert_eq!(kept.outcome, Answer::Refused { text: "there is no money".to_owned() });
    let again = store.append(vec![with_receipt(id, accepted("1"), one(&a, 0))]).await?;
    assert_eq!(again, [AppendResult::Repeated(kept)]);
    assert_eq!(store.head().await?, 0);
    Ok(())
}

async fn an_accepted_command_without_events_leaves_a_receipt(store: Arc<dyn Store>) -> Outcome {
    let a = stream("a");
    stored(&*store, one(&a, 0)).await?;
    let id = CommandId::new();
    let receipt = receipt(id, &a, Answer::Accepted { reply: None, stored: () });
    stored(&*store, Append { receipt: Some(receipt), ..append(&a, 1, vec![]) }).await?;
    let kept = store.receipt(id).await?.ok_or("there is no receipt")?;
    let place = Stored { version: 1, position: 1, events: vec![] };
    assert_eq!(kept.outcome, Answer::Accepted { reply: None, stored: place });
    Ok(())
}

async fn a_stream_that_must_be_new_must_be_empty(store: Arc<dyn Store>) -> Outcome {
    let (a, name) = (stream("a"), StreamName::of("taken"));
    stored(&*store, append(&a, 0, vec![event(&a, "{}"), first_event(&name.0)])).await?;
    let results = store.append(vec![append(&a, 1, vec![event(&a, "{}"), first_event(&name.0)])]).await?;
    assert_eq!(results, [AppendResult::Exists { stream: name.0 }]);
    assert_eq!(store.head().await?, 2);
    Ok(())
}

struct StreamName(jangle::store::StreamId);

impl StreamName {
    fn of(name: &str) -> Self {
        Self(jangle::store::StreamId::new("name", name))
    }
}

async fn a_stream_is_new_only_once_within_an_append(store: Arc<dyn Store>) -> Outcome {
    let (a, name) = (stream("a"), StreamName::of("taken"));
    let results = store.append(vec![append(&a, 0, vec![first_event(&name.0), first_event(&name.0)])]).await?;
    assert_eq!(results, [AppendResult::Exists { stream: name.0 }]);
    let results = store.append(vec![append(&a, 0, vec![event(&a, "{}"), first_event(&a)])]).await?;
    assert_eq!(results, [AppendResult::Exists { stream: a }]);
    assert_eq!(store.head().await?, 0);
    Ok(())
}

async fn an_append_that_is_dropped_stores_none_of_its_events(store: Arc<dyn Store>) -> Outcome {
    let (a, b, name) = (stream("a"), stream("b"), StreamName::of("taken"));
    stored(&*store, append(&name.0, 0, vec![first_event(&name.0)])).await?;
    let id = CommandId::new();
    let dropped = append(&a, 0, vec![event(&a, "{}"), event(&b, "{}"), first_event(&name.0)]);
    let batch = vec![with_receipt(id, accepted("1"), dropped), after(vec![0], one(&a, 1)), one(&b, 0)];
    let results = store.append(batch).await?;
    assert_eq!(results[..2], [AppendResult::Exists { stream: name.0 }, AppendResult::Undone]);
    assert!(matches!(results[2], AppendResult::Appended(_)), "{results:?}");
    assert_eq!(store.read_stream(a, 0, 10).await?, []);
    assert_eq!(store.read_stream(b, 0, 10).await?.len(), 1);
    assert_eq!(store.receipt(id).await?, None);
    Ok(())
}

async fn an_append_without_events_confirms_the_version(store: Arc<dyn Store>) -> Outcome {
    let (a, b) = (stream("a"), stream("b"));
    stored(&*store, one(&a, 0)).await?;
    stored(&*store, one(&b, 0)).await?;
    assert_eq!(stored(&*store, append(&a, 1, vec![])).await?, Appended { version: 1, position: 2, events: vec![] });
    let results = store.append(vec![append(&a, 0, vec![]), append(&a, 1, vec![])]).await?;
    assert_eq!(results[0], AppendResult::Conflict { actual: 1 });
    assert!(matches!(results[1], AppendResult::Appended(_)), "{results:?}");
    Ok(())
}

async fn a_batch_of_nothing_is_answered_with_nothing(store: Arc<dyn Store>) -> Outcome {
    assert_eq!(store.append(vec![]).await?, []);
    Ok(())
}

async fn of_concurrent_appends_on_one_version_one_is_stored(store: Arc<dyn Store>) -> Outcome {
    let a = stream("a");
    for version in 0..10 {
        let mut racing = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let (store, append) = (Arc::clone(&store), one(&a, version));
            racing.spawn(async move { store.append(vec![append]).await });
        }
        let mut won = 0;
        while let Some(result) = racing.join_next().await {
            match result??.as_slice() {
                [AppendResult::Appended(_)] => won += 1,
                [AppendResult::Conflict { actual }] => assert_eq!(*actual, version + 1),
                other => return Err(format!("{other:?}").into()),
            }
        }
        assert_eq!(won, 1);
    }
    Ok(())
}
