//! What the compiler cannot see: mistakes between items that never meet in code.

use super::{Meta, Model};
use crate::error::ModelErrors;
use std::{any::TypeId, collections::BTreeMap, fmt::Display};

pub(super) fn check(model: &Model) -> Result<(), ModelErrors> {
    let mut errors = Vec::new();
    if model.entries.is_empty() {
        errors.push(
            "it is empty: no crate that is linked has an aggregate, a handler or a view (in the module paths of `.only(…)`, where the builder was given some); where they live in a crate that is never named in code, write `use your_crate as _;`"
                .to_owned(),
        );
    }
    twice(&mut errors, "aggregates are named", model.aggregates().map(|entry| (entry.meta.name, entry.meta)));
    twice(&mut errors, "event handlers have the id", model.handlers().map(|entry| (entry.meta.name, entry.meta)));
    // SQL knows one name, however it is written.
    let views = model.views().map(|entry| (entry.meta.name.to_ascii_lowercase(), entry.meta));
    twice(&mut errors, "views are named", views);
    let commands = model
        .aggregates()
        .flat_map(|aggregate| aggregate.commands.iter().map(|command| (command.name(), aggregate.meta)));
    twice(&mut errors, "aggregates validate a command named", commands);
    let queries = model.queries().map(|entry| (entry.query, entry.meta));
    twice(&mut errors, "query handlers answer the query", queries);
    event_names(&mut errors, model);
    missing_views(&mut errors, model);
    if errors.is_empty() { Ok(()) } else { Err(ModelErrors(errors)) }
}

fn twice<N: Ord + Display>(errors: &mut Vec<String>, what: &str, named: impl Iterator<Item = (N, Meta)>) {
    let mut by_name: BTreeMap<N, Vec<Meta>> = BTreeMap::new();
    for (name, meta) in named {
        by_name.entry(name).or_default().push(meta);
    }
    for (name, metas) in by_name.iter().filter(|(_, metas)| metas.len() > 1) {
        let places: Vec<_> = metas.iter().map(ToString::to_string).collect();
        errors.push(format!(
            "{} {what} `{name}`: {}; give one of them another name (`name = \"…\"`, `id = \"…\"` for a handler)",
            metas.len(),
            places.join(", ")
        ));
    }
}

/// One stored name must stand for one type.
fn event_names(errors: &mut Vec<String>, model: &Model) {
    let rebuilt = model.aggregates().flat_map(|aggregate| {
        (aggregate.events)().into_iter().map(move |event| (event.name, event.id, event.kind, aggregate.meta))
    });
    let handled =
        model.handlers().map(|handler| (handler.event, (handler.event_id)(), handler.event_type, handler.meta));
    let mut types: BTreeMap<&str, Vec<(TypeId, String)>> = BTreeMap::new();
    for (name, id, kind, user) in rebuilt.chain(handled) {
        let known = types.entry(name).or_default();
        if !known.iter().any(|(known, _)| *known == id) {
            known.push((id, format!("`{kind}`, which {user} takes")));
        }
    }
    for (name, types) in types.iter().filter(|(_, types)| types.len() > 1) {
        let places: Vec<_> = types.iter().map(|(_, place)| place.as_str()).collect();
        errors.push(format!(
            "{} event types are stored as `{name}`: {}; give one of them another name with `#[event(name = \"…\")]`",
            types.len(),
            places.join(", and ")
        ));
    }
}

fn missing_views(errors: &mut Vec<String>, model: &Model) {
    use crate::event::ParamKind::{Merge, View};
    let handlers = model.handlers().map(|entry| (entry.meta, entry.params));
    let queries = model.queries().map(|entry| (entry.meta, entry.params));
    for (meta, params) in handlers.chain(queries) {
        for param in params {
            if let Merge(view) | View(view) = param.kind
                && !model.views().any(|known| known.meta.name == view)
            {
                errors.push(format!("{meta} takes the view `{view}`, which is not part of the model"));
            }
        }
    }
}
