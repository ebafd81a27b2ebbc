//! What `start` says of models and states that are wrong. Each mistake is a module of its own, and a page of the book.
#![allow(clippy::unwrap_used, dead_code, reason = "the mistakes are compiled, and never used")]

/// Holds an error against what the book prints. Readers have their code in `src`.
fn shown(name: &str, text: &str) {
    let text = text.replace("docs/tests/../listings/mistakes/", "src/") + "\n";
    jangle_book::shown(&format!("mistakes/{name}.txt"), &text);
}

/// The mistakes, and the pages that show them.
macro_rules! mistakes {
    ($($name:ident)*) => { $(
        mod $name {
            use super::shown;
            include!(concat!("../listings/mistakes/", stringify!($name), ".rs"));

            #[tokio::test]
            async fn is_told_as_the_book_prints_it() {
                let path = module_path!();
                let error = Jangle::builder().store(MemoryStore::new()).only(path).start().await.unwrap_err();
                shown(stringify!($name), &error.to_string());
            }
        }
    )* };
}

mistakes! {
    one_name_for_two_aggregates
    one_id_for_two_handlers
    one_name_for_two_views
    one_command_for_two_aggregates
    one_query_for_two_handlers
    one_stored_name_for_two_events
    missing_state
}

/// A view outside the module that the application is narrowed to.
mod elsewhere {
    use jangle::prelude::*;

    #[derive(Debug, View)]
    pub struct Openings {
        #[key]
        pub door: String,
        #[merge(count)]
        pub times: u64,
    }
}

mod view_outside {
    use super::shown;
    include!("../listings/mistakes/view_outside.rs");

    #[tokio::test]
    async fn is_told_as_the_book_prints_it() {
        let error = Jangle::builder().store(MemoryStore::new()).only(module_path!()).start().await.unwrap_err();
        shown("view_outside", &error.to_string());
    }
}

#[tokio::test]
async fn an_empty_model_is_told_as_the_book_prints_it() {
    use jangle::prelude::*;
    let error = Jangle::builder().store(MemoryStore::new()).only("shop::orders").start().await.unwrap_err();
    shown("empty_model", &error.to_string());
}

#[tokio::test]
async fn a_setting_out_of_range_is_told_as_the_book_prints_it() {
    use jangle::prelude::*;
    let error = Jangle::builder().store(MemoryStore::new()).commands_under_way(0).start().await.unwrap_err();
    shown("setting", &error.to_string());
}
