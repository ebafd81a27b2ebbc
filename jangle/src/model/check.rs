//! What the compiler cannot see: mistakes between items that never meet in code. All of them are reported together, each
//! with the places of the items and with what to write.

use super::{Entry, Meta, Model};
use crate::{
    error::ModelErrors,
    event::ParamKind::{Merge, State, View},
};
use std::{
    any::TypeId,
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
};

pub(super) fn check(model: &Model) -> Result<(), ModelErrors> {
    let mut errors = Vec::new();
    nothing_there(&mut errors, model);
    linked_in_vain(&mut errors, model);
    decided_twice(&mut errors, model);
    answered_twice(&mut errors, model);
    named_alike(&mut errors, model);
    never_yielded(&mut errors, model);
    missing_views(&mut errors, model);
    missing_states(&mut errors, model);
    if errors.is_empty() { Ok(()) } else { Err(ModelErrors(errors)) }
}

fn nothing_there(errors: &mut Vec<String>, model: &Model) {
    if !model.candidates.iter().any(|entry| entry.acts()) {
        errors.push(
            "it is empty: no crate that is linked has an aggregate, a handler or a view; a crate that is never named in code is left out, so write `use your_crate as _;` or `jangle::link!(your_crate);`"
                .to_owned(),
        );
        return;
    }
    for path in &model.choice.only {
        if !model.entries.iter().any(|entry| entry.acts() && entry.meta().is_within(path)) {
            errors.push(format!(
                "it is empty in the module `{path}`, which `.only(\"{path}\")` names: no aggregate, handler or view that is linked stands there; correct the path, or where the crate is never named in code write `use your_crate as _;`"
            ));
        }
    }
}

/// A crate's entries are known by the name that Rust gives to the crate, or by that of its package.
fn linked_in_vain(errors: &mut Vec<String>, model: &Model) {
    let contributors: BTreeSet<String> = model
        .candidates
        .iter()
        .filter(|entry| !matches!(entry, Entry::Link(_)))
        .flat_map(|entry| [entry.meta().crate_name().to_owned(), as_crate(entry.meta().package)])
        .collect();
    for entry in &model.entries {
        let Entry::Link(link) = entry else { continue };
        for name in link.crates.iter().filter(|name| !contributors.contains(&as_crate(name))) {
            errors.push(format!(
                "the crate `{name}`, which {} expects, contributes nothing: it has no command, event, query, aggregate, handler or view; take it out of `link!`, or turn on the features that its items need; where `Cargo.toml` renames it, write `link!({} = \"its-package\")`",
                link.meta,
                as_crate(name)
            ));
        }
    }
}

fn as_crate(package: &str) -> String {
    package.replace('-', "_")
}

fn decided_twice(errors: &mut Vec<String>, model: &Model) {
    let decided = model.commands().map(|command| (command.id, (command.meta, command.decided_by)));
    for takers in several(decided) {
        let (command, places) = (takers[0].0, list(takers.iter().map(|(_, aggregate)| aggregate)));
        errors.push(format!(
            "{} aggregates decide the command {command}: {places}; remove its `#[validate_command]` method from all but one",
            takers.len()
        ));
    }
}

fn answered_twice(errors: &mut Vec<String>, model: &Model) {
    let answered = model.queries().map(|handler| (handler.answers.id, (handler.answers.meta, handler.meta)));
    for takers in several(answered) {
        let (query, places) = (takers[0].0, list(takers.iter().map(|(_, handler)| handler)));
        errors.push(format!("{} query handlers answer the query {query}: {places}; remove all but one", takers.len()));
    }
}

/// A name stands for one thing, because it is what is stored.
fn named_alike(errors: &mut Vec<String>, model: &Model) {
    let aggregates = model.aggregates().map(|entry| (entry.meta.name.to_owned(), entry.meta));
    alike(errors, "aggregates are named", "#[aggregate(name = \"…\")]", aggregates);
    let handlers = model.handlers().map(|entry| (entry.meta.name.to_owned(), entry.meta));
    alike(errors, "event handlers have the id", "#[event_handler(id = \"…\")]", handlers);
    let sagas = model.sagas().map(|entry| (entry.meta.name.to_owned(), entry.meta));
    alike(errors, "sagas are named", "#[saga(name = \"…\")]", sagas);
    saga_and_handler(errors, model);
    former_ids(errors, model);
    // SQL knows one name, however it is written.
    let views = model.views().map(|entry| (entry.meta.name.to_ascii_lowercase(), entry.meta));
    alike(errors, "views are named", "#[view(name = \"…\")]", views);
    let commands = model.commands().map(|command| (command.id, command.meta));
    alike(errors, "commands are named", "#[command(name = \"…\")]", once(commands));
    let queries = model.queries().map(|handler| (handler.answers.id, handler.answers.meta));
    alike(errors, "queries are named", "#[query(name = \"…\")]", once(queries));
    // One that nobody takes may be what another one is made from.
    let rebuilt = model.aggregates().flat_map(|aggregate| (aggregate.events)());
    let of_sagas = model.sagas().flat_map(super::SagaEntry::events);
    let taken = rebuilt.chain(model.handlers().map(|handler| handler.follows)).chain(of_sagas);
    alike(errors, "events are stored as", "#[event(name = \"…\")]", once(taken.map(|event| (event.id, event.meta))));
}

/// Both keep their progress under that name.
fn saga_and_handler(errors: &mut Vec<String>, model: &Model) {
    for saga in model.sagas() {
        let is_same = |id: Option<&str>| id == Some(saga.meta.name);
        if let Some(handler) = model.handlers().find(|entry| is_same(Some(entry.meta.name)) || is_same(entry.formerly))
        {
            let (saga, handler, name) = (saga.meta, handler.meta, saga.meta.name);
            errors.push(format!(
                "the saga {saga} and the event handler {handler} are both `{name}`; give one of them another name with `#[saga(name = \"…\")]` or `#[event_handler(id = \"…\")]`"
            ));
        }
    }
}

/// The progress under a former id goes to one handler, and that id is nobody else's.
fn former_ids(errors: &mut Vec<String>, model: &Model) {
    let former = model.handlers().filter_map(|entry| Some((entry.formerly?, entry.meta)));
    let former: Vec<_> = former.collect();
    let mut by_former: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (id, meta) in &former {
        by_former.entry(id).or_default().push(meta.to_string());
    }
    for (id, handlers) in by_former.into_iter().filter(|(_, handlers)| handlers.len() > 1) {
        errors.push(format!(
            "{} event handlers were formerly `{id}`: {}; its progress can go to one of them: leave `formerly` away from the others",
            handlers.len(),
            handlers.join(", ")
        ));
    }
    for (id, meta) in &former {
        if let Some(other) = model.handlers().find(|entry| entry.meta.name == *id) {
            errors.push(format!(
                "the event handler {meta} was formerly `{id}`, which is the id of {}: one of them would get the progress of the other; give the new one another id",
                other.meta
            ));
        }
    }
}

/// Each type once, by its name.
fn once(types: impl Iterator<Item = (TypeId, Meta)>) -> impl Iterator<Item = (String, Meta)> {
    let types: BTreeMap<TypeId, Meta> = types.collect();
    let mut metas: Vec<Meta> = types.into_values().collect();
    metas.sort_by_key(|meta| (meta.module, meta.line));
    metas.into_iter().map(|meta| (meta.name.to_owned(), meta))
}

fn alike(errors: &mut Vec<String>, what: &str, key: &str, named: impl Iterator<Item = (String, Meta)>) {
    for metas in several(named) {
        let (name, number, places) = (metas[0].name, metas.len(), list(&metas));
        errors.push(format!("{number} {what} `{name}`: {places}; give one of them another name with `{key}`"));
    }
}

/// What has the same key as another.
fn several<K: Ord, T>(keyed: impl Iterator<Item = (K, T)>) -> impl Iterator<Item = Vec<T>> {
    let mut by_key: BTreeMap<K, Vec<T>> = BTreeMap::new();
    for (key, value) in keyed {
        by_key.entry(key).or_default().push(value);
    }
    by_key.into_values().filter(|values| values.len() > 1)
}

fn list(places: impl IntoIterator<Item = impl Display>) -> String {
    let places: Vec<_> = places.into_iter().map(|place| place.to_string()).collect();
    places.join(", ")
}

/// A model without aggregates handles what another program stores. Otherwise an event that comes from nowhere is a
/// mistake; it may come from an aggregate that was not chosen.
fn never_yielded(errors: &mut Vec<String>, model: &Model) {
    if model.aggregates().next().is_none() {
        return;
    }
    let mut yielded = BTreeSet::new();
    for entry in &model.candidates {
        if let Entry::Aggregate(aggregate) = entry {
            yielded.extend((aggregate.events)().into_iter().map(|event| event.id));
        }
    }
    never_received(errors, model, &yielded);
    for handler in model.handlers().filter(|handler| !yielded.contains(&handler.follows.id)) {
        let (handler, event) = (handler.meta, handler.follows.meta);
        errors.push(format!(
            "the event handler {handler} waits for the event {event}, which no aggregate emits or is rebuilt from; return it from a `#[validate_command]` method and apply it in a `#[reconstitute]` method, or remove the handler"
        ));
    }
}

/// Likewise an event that a saga waits for.
fn never_received(errors: &mut Vec<String>, model: &Model, yielded: &BTreeSet<TypeId>) {
    for saga in model.sagas() {
        let events: BTreeMap<_, _> = saga.receives().into_iter().map(|event| (event.meta.name, event)).collect();
        for event in events.into_values().filter(|event| !yielded.contains(&event.id)) {
            let (saga, event) = (saga.meta, event.meta);
            errors.push(format!(
                "the saga {saga} waits for the event {event}, which no aggregate emits or is rebuilt from; return it from a `#[validate_command]` method and apply it in a `#[reconstitute]` method, or remove the receiver"
            ));
        }
    }
}

/// What takes parameters, and its parameters.
fn takers(model: &Model) -> impl Iterator<Item = (&'static str, Meta, &'static [crate::event::ParamInfo])> {
    let handlers = model.handlers().map(|entry| ("the event handler", entry.meta, entry.params));
    handlers.chain(model.queries().map(|entry| ("the query handler", entry.meta, entry.params)))
}

fn missing_views(errors: &mut Vec<String>, model: &Model) {
    for (what, taker, params) in takers(model) {
        for param in params {
            if let Merge(view) | View(view) = param.kind
                && !model.views().any(|known| known.meta.name == view)
            {
                errors.push(format!(
                    "{what} {taker} takes the view `{view}`, which is not part of the model; add `.with::<…>()` of its type, or `.only(\"…\")` of its module"
                ));
            }
        }
    }
}

fn missing_states(errors: &mut Vec<String>, model: &Model) {
    for (what, taker, params) in takers(model) {
        for param in params {
            if let State { id, name } = param.kind
                && !model.states.contains(&id())
            {
                errors.push(format!(
                    "{what} {taker} takes `State<{}>`, which the builder was not given; add `.state(…)` with one",
                    name()
                ));
            }
        }
    }
}
