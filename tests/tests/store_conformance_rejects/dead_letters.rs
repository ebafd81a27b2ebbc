//! Faults of dead letters.

use jangle::{
    MemoryStore,
    store::{DeadLetterFilter, Remedy, StoredDeadLetter, ViewStore},
};
use jangle_tests::planted::{Answer, Fault};
use std::sync::Arc;

/// Lists without looking at the filter.
struct ListsAll;

impl Fault for ListsAll {
    fn dead_letters<'a>(&'a self, right: &'a MemoryStore, _: DeadLetterFilter) -> Answer<'a, Vec<StoredDeadLetter>> {
        right.dead_letters(DeadLetterFilter::default())
    }
}

/// Does what is to be done about one event for all of the handler's.
struct RemediesAll;

impl Fault for RemediesAll {
    fn remedy<'a>(
        &'a self,
        right: &'a MemoryStore,
        handler: Arc<str>,
        _position: Option<u64>,
        remedy: Remedy,
    ) -> Answer<'a, u64> {
        right.remedy(handler, None, remedy)
    }
}

/// Forgets what is to be done.
struct Forgets;

impl Fault for Forgets {
    fn dead_letters<'a>(
        &'a self,
        right: &'a MemoryStore,
        filter: DeadLetterFilter,
    ) -> Answer<'a, Vec<StoredDeadLetter>> {
        Box::pin(async move {
            let mut letters = right.dead_letters(filter).await?;
            letters.iter_mut().for_each(|letter| letter.remedy = None);
            Ok(letters)
        })
    }
}

finds! {
    a_filter_is_ignored: ListsAll => dead_letters_are_listed_by_handler_and_position_and_page_by_page;
    one_remedy_is_for_all: RemediesAll => what_is_to_be_done_concerns_dead_letters_of_one_handler;
    a_remedy_is_forgotten: Forgets => what_is_to_be_done_about_a_dead_letter_is_kept_until_it_is_done;
}
