//! Dead letters, and what is to be done about them.

use super::{
    kit::{at, claim, committed, lane, owned, owner, step},
    violation::{Broken, Outcome, same},
};
use crate::store::{DeadLetterFilter, Exception, ExceptionChange, ExceptionState, Move, Remedy, Store};
use std::sync::Arc;

fn exception(position: u64, state: ExceptionState) -> Exception {
    let error = format!("error {position}");
    Exception { position, partition: 4, attempts: 3, state, failing_since: Some(at(-60)), error }
}

/// A lane of `handler` with these exceptions; answers its epoch.
async fn with_exceptions(store: &dyn Store, handler: &str, exceptions: &[Exception]) -> Outcome<u64> {
    let lane = lane(handler);
    let epoch = owned(store, claim(&lane, owner())).await?;
    let exceptions = exceptions.iter().cloned().map(ExceptionChange::Put).collect();
    committed(store, "a move with exceptions", vec![Move { exceptions, ..step(&lane, epoch, 0, 9) }], vec![]).await?;
    Ok(epoch)
}

const DEAD: ExceptionState = ExceptionState::Dead;

async fn listed(store: &dyn Store, filter: DeadLetterFilter) -> Outcome<Vec<(String, u64, Option<Remedy>)>> {
    let letters = store.dead_letters(filter).await?;
    let told = letters.into_iter().map(|of| (of.lane.handler.to_string(), of.exception.position, of.remedy));
    Ok(told.collect())
}

fn every() -> DeadLetterFilter {
    DeadLetterFilter::default()
}

fn letter(handler: &str, position: u64, remedy: Option<Remedy>) -> (String, u64, Option<Remedy>) {
    (handler.to_owned(), position, remedy)
}

pub(super) async fn dead_letters_are_listed_by_handler_and_position_and_page_by_page(store: Arc<dyn Store>) -> Outcome {
    let waits = [exception(4, ExceptionState::Retry(at(5))), exception(5, ExceptionState::Behind)];
    let dead = [exception(2, DEAD), exception(7, DEAD)];
    with_exceptions(&*store, "a", &[&waits[..], &dead[..]].concat()).await?;
    with_exceptions(&*store, "b", &[exception(2, DEAD)]).await?;
    let all = [letter("a", 2, None), letter("b", 2, None), letter("a", 7, None)];
    same("all dead letters", listed(&*store, every()).await?, all.to_vec())?;
    let of_handler = DeadLetterFilter { handler: Some("b".into()), ..every() };
    same("those of a handler", listed(&*store, of_handler).await?, all[1..2].to_vec())?;
    let of_event = DeadLetterFilter { position: Some(7), ..every() };
    same("those of an event", listed(&*store, of_event).await?, all[2..].to_vec())?;
    let page = DeadLetterFilter { after: 2, limit: 1, ..every() };
    same("the next page", listed(&*store, page).await?, all[2..].to_vec())?;
    same("the first of two", listed(&*store, DeadLetterFilter { limit: 2, ..every() }).await?, all[..2].to_vec())?;
    let first = store.dead_letters(every()).await?.into_iter().next();
    let found = first.ok_or_else(|| Broken::new("the first dead letter", "one", &None::<Exception>))?;
    same("the exception of a dead letter", found.exception, exception(2, DEAD))
}

pub(super) async fn what_is_to_be_done_about_a_dead_letter_is_kept_until_it_is_done(store: Arc<dyn Store>) -> Outcome {
    let epoch = with_exceptions(&*store, "a", &[exception(2, DEAD), exception(3, DEAD)]).await?;
    same("how many are to be retried", store.remedy("a".into(), Some(2), Remedy::Retry).await?, 1)?;
    same("how many are to be discarded", store.remedy("a".into(), Some(3), Remedy::Discard).await?, 1)?;
    let with_remedy = DeadLetterFilter { with_remedy: true, ..every() };
    let both = vec![letter("a", 2, Some(Remedy::Retry)), letter("a", 3, Some(Remedy::Discard))];
    same("what is to be done", listed(&*store, with_remedy.clone()).await?, both)?;
    let again = ExceptionChange::Put(exception(2, ExceptionState::Retry(at(1))));
    let exceptions = vec![again, ExceptionChange::Remove(3)];
    let done = Move { exceptions, ..step(&lane("a"), epoch, 9, 9) };
    committed(&*store, "a move that does it", vec![done], vec![]).await?;
    same("what is to be done after that", listed(&*store, with_remedy.clone()).await?, vec![])?;
    let dead = Move { exceptions: vec![ExceptionChange::Put(exception(2, DEAD))], ..step(&lane("a"), epoch, 9, 9) };
    committed(&*store, "a move that sets it aside again", vec![dead], vec![]).await?;
    same("what is to be done about one that died again", listed(&*store, with_remedy).await?, vec![])?;
    same("the dead letters", listed(&*store, every()).await?, vec![letter("a", 2, None)])
}

pub(super) async fn what_is_to_be_done_concerns_dead_letters_of_one_handler(store: Arc<dyn Store>) -> Outcome {
    let waits = exception(4, ExceptionState::Retry(at(5)));
    with_exceptions(&*store, "a", &[exception(2, DEAD), exception(3, DEAD), waits]).await?;
    with_exceptions(&*store, "b", &[exception(2, DEAD)]).await?;
    same("one that is not dead", store.remedy("a".into(), Some(4), Remedy::Retry).await?, 0)?;
    same("one that is not there", store.remedy("a".into(), Some(8), Remedy::Retry).await?, 0)?;
    same("all of a handler", store.remedy("a".into(), None, Remedy::Retry).await?, 2)?;
    let expected = vec![letter("a", 2, Some(Remedy::Retry)), letter("b", 2, None), letter("a", 3, Some(Remedy::Retry))];
    same("the dead letters", listed(&*store, every()).await?, expected)
}
