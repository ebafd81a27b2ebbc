//! The names of all checks, and the macro that makes tests of them.

/// Gives the checks of every store to the macro `$then`: file, law, names.
#[doc(hidden)]
#[macro_export]
macro_rules! __store_checks {
    ([$($then:tt)*] $($given:tt)*) => { $($then)*! { $($given)*
        appending "1, durable" [
            an_append_over_several_streams_is_stored_whole
            versions_go_on_where_the_stream_ends
            an_append_is_stored_once
            positions_rise_in_the_order_of_appends
            a_stream_that_must_be_new_must_be_empty
            a_stream_is_new_only_once_within_an_append
            an_append_that_is_dropped_stores_none_of_its_events
            a_batch_of_nothing_is_answered_with_nothing
        ]
        conflicts "3, linearizable" [
            another_version_is_a_conflict_and_stores_nothing
            earlier_appends_of_the_batch_count
            an_undone_append_takes_with_it_what_was_decided_on_it_and_nothing_else
            what_an_undone_append_was_to_leave_under_its_id_is_not_stored
            an_append_without_events_confirms_the_version
        ]
        receipts "2, once by id" [
            a_command_id_takes_effect_once
            a_command_id_takes_effect_once_within_a_batch
            a_receipt_is_found_before_the_version_is_compared
            a_receipt_is_stored_with_its_events_or_not_at_all
            another_request_under_an_id_stores_nothing_and_shows_the_first_ones_hash
            an_accepted_command_without_events_leaves_a_receipt
        ]
        receipts "4, a refusal is an answer" [
            a_refusal_is_kept_and_its_command_never_decided_again
        ]
        reading "1, durable" [
            an_event_is_read_as_it_was_stored
            a_stream_is_read_page_by_page
            all_events_are_read_page_by_page
            events_are_read_at_their_positions
            the_head_is_the_highest_position
            each_type_of_aggregates_is_named_once
            what_is_not_there_is_read_as_nothing
        ]
        texts "1, durable" [
            streams_and_events_may_have_any_name
            a_store_keeps_long_texts
        ]
        racing "3, linearizable" [
            of_concurrent_appends_on_one_version_one_is_stored
        ]
        racing "2, once by id" [
            of_concurrent_repeats_one_takes_effect
        ]
        racing "6, none skipped" [
            no_reader_passes_an_event_that_becomes_visible_later
        ]
        racing "7, exactly once" [
            of_concurrent_claims_one_owns_the_lane
            of_concurrent_moves_from_one_checkpoint_one_is_stored
        ]
        snapshots "12, snapshots are a cache" [
            a_snapshot_is_loaded_as_it_was_saved
            an_older_snapshot_of_the_same_code_does_not_replace_a_newer_one
            a_snapshot_of_other_code_replaces_any
            a_discarded_snapshot_is_gone
        ]
        sagas "8, once in effect" [
            an_event_that_comes_twice_is_received_once
            an_event_may_come_for_two_sagas
            events_wait_by_position_whatever_their_order
            a_saga_is_loaded_as_it_was_saved
            an_event_that_was_seen_leaves_the_inbox_and_does_not_come_again
            an_event_that_was_let_go_leaves_the_inbox
            a_save_of_another_version_stores_nothing
            an_own_event_that_is_there_refuses_the_save
            an_event_that_is_not_waiting_cannot_be_seen
            what_came_since_it_was_loaded_wakes_a_saga_that_would_rest
            a_saga_is_due_when_its_time_has_come_and_no_earlier
            what_is_to_follow_holds_the_lowest_position
            sagas_are_listed_by_type_and_status_and_page_by_page
            a_type_that_is_rebuilt_is_forgotten_and_rests
            of_concurrent_saves_of_one_version_one_is_stored
        ]
        views "7, exactly once" [
            the_same_schema_has_the_same_generation
            another_schema_begins_a_new_generation
            an_earlier_schema_finds_its_rows_again
            a_view_that_was_not_prepared_is_an_error
            rows_and_progress_are_stored_together
            rows_of_a_refused_commit_are_not_stored
            rows_of_several_views_are_stored_together
            a_commit_that_fails_moves_nothing
            a_row_may_have_a_key_and_nothing_else
        ]
        merging "10, any order" [
            rows_are_the_same_in_any_order_and_batching
            a_column_that_nothing_was_merged_into_holds_nothing
            numbers_above_64_bits_are_kept
            values_of_every_type_are_read_as_they_were_merged
        ]
        scanning "10, any order" [
            rows_are_scanned_in_the_order_of_their_keys
            a_scan_is_narrowed_by_the_beginning_of_the_key
            a_scan_goes_on_behind_a_key
            text_keys_are_ordered_by_their_bytes
        ]
        lanes "7, exactly once" [
            a_new_lane_begins_where_the_claim_says
            a_valid_lease_keeps_others_out
            a_lease_that_is_over_goes_to_the_next_with_a_higher_epoch
            the_owner_may_claim_again_and_gets_a_higher_epoch
            a_renewed_lease_stays
            a_lease_that_was_lost_is_not_renewed
            a_lease_that_was_given_back_is_free
            only_its_own_epoch_gives_a_lease_back
            ranges_handlers_and_generations_are_lanes_of_their_own
        ]
        progress "7, exactly once" [
            progress_moves_from_what_is_stored
            an_earlier_owner_moves_nothing
            a_move_from_another_checkpoint_is_refused
            a_move_backwards_is_refused
            a_lane_that_nobody_claimed_does_not_move
            of_several_moves_all_or_none_are_stored
            exceptions_are_kept_by_position
            an_exception_is_removed_exactly_once
            a_refused_commit_changes_no_exception
            the_event_at_the_checkpoint_is_kept
        ]
        dead_letters "5, delivered" [
            dead_letters_are_listed_by_handler_and_position_and_page_by_page
            what_is_to_be_done_about_a_dead_letter_is_kept_until_it_is_done
            what_is_to_be_done_concerns_dead_letters_of_one_handler
        ]
        dividing "7, exactly once" [
            a_new_handler_has_all_partitions_at_the_position_of_the_division
            free_ranges_are_cut_and_joined_and_keep_their_position
            ranges_at_different_positions_stay_apart
            an_owned_range_stays_as_it_is
            exceptions_go_with_their_partition
            an_owner_before_a_division_moves_nothing_after_it
            partitions_that_another_lane_has_are_not_claimed
            a_former_id_hands_its_progress_on_once_it_is_free
            a_former_id_begins_nothing_anew
            progress_names_the_first_event_that_waits_and_the_first_that_is_dead
        ]
        dividing "11, unknown events" [
            a_lane_of_unknown_events_is_not_claimed
        ]
    } };
}

/// The same of stores that can be opened again.
#[doc(hidden)]
#[macro_export]
macro_rules! __durable_store_checks {
    ([$($then:tt)*] $($given:tt)*) => { $($then)*! { $($given)*
        reopening "1, durable" [
            acknowledged_events_outlive_the_store
            positions_go_on_behind_those_of_the_closed_store
        ]
        reopening "2, once by id" [
            a_repeat_gets_the_first_answer_after_reopening
        ]
        reopening "7, exactly once" [
            rows_and_progress_are_together_after_reopening
            epochs_go_on_after_reopening
        ]
    } };
}

/// Makes a test of each promise that a store gives, in a module of its own.
///
/// The closure yields a new, empty store each time. Each test runs on a runtime of its own, with the drivers that the
/// program's `tokio` has.
///
/// ```
/// use jangle::MemoryStore;
///
/// jangle::testing::store_conformance!(mod memory, || async { MemoryStore::new() });
/// # fn main() {}
/// ```
///
/// A store that outlives its process is tested with `durable`, where the closure yields a new, empty
/// [`Durable`](crate::testing::Durable); further tests then close the store and open it again.
#[doc(hidden)]
#[macro_export]
macro_rules! __store_conformance {
    (mod $module:ident, durable, $place:expr $(,)?) => {
        mod $module {
            #[allow(unused_imports, reason = "the expression may name what stands around the module")]
            use super::*;

            #[allow(dead_code, reason = "only tests call it")]
            fn conforms(name: &str) {
                let place = $place;
                let run = |check: &'static $crate::testing::StoreCheck| async {
                    check.run_durable(place().await).await
                };
                $crate::__store_conformance!(@judge name, run)
            }

            $crate::__store_checks!([$crate::__store_conformance] @tests);
            $crate::__durable_store_checks!([$crate::__store_conformance] @tests);
        }
    };
    (mod $module:ident, $store:expr $(,)?) => {
        mod $module {
            #[allow(unused_imports, reason = "the expression may name what stands around the module")]
            use super::*;

            #[allow(dead_code, reason = "only tests call it")]
            fn conforms(name: &str) {
                let store = $store;
                let run = |check: &'static $crate::testing::StoreCheck| async { check.run(store().await).await };
                $crate::__store_conformance!(@judge name, run)
            }

            $crate::__store_checks!([$crate::__store_conformance] @tests);
        }
    };
    (@judge $name:ident, $run:ident) => {
        match $crate::testing::conforms($name, $run) {
            Ok(Ok(())) => {}
            Ok(Err(violation)) => panic!("{violation}"),
            Err(error) => panic!("the check {} cannot be run: {error}", $name),
        }
    };
    (@tests $($file:ident $law:literal [$($name:ident)*])*) => { $($(
        #[test]
        fn $name() {
            conforms(stringify!($name));
        }
    )*)* };
}
