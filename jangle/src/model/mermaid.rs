//! The model as a picture.

use super::Model;
use std::{collections::BTreeSet, fmt::Write};

pub(super) fn flow_chart(model: &Model) -> String {
    let mut lines = BTreeSet::new();
    for command in model.commands() {
        let (name, aggregate) = (command.name(), command.aggregate());
        lines.insert(format!("{name}([{name}]) --> {aggregate}[{aggregate}]"));
        for event in command.events() {
            lines.insert(format!("{aggregate}[{aggregate}] --> {event}>{event}]"));
        }
    }
    for handler in model.handlers() {
        let (name, event) = (handler.meta.name, handler.event_type);
        lines.insert(format!("{event}>{event}] --> {name}{{{{{name}}}}}"));
        for view in handler.writes() {
            lines.insert(format!("{name}{{{{{name}}}}} --> {view}[({view})]"));
        }
    }
    for query in model.queries() {
        let (name, handler) = (query.query, query.meta.name);
        for param in query.params {
            if let crate::event::ParamKind::View(view) = param.kind {
                lines.insert(format!("{view}[({view})] --> {handler}[/{name}/]"));
            }
        }
    }
    lines.into_iter().fold(String::from("flowchart LR\n"), |mut chart, line| {
        let _ = writeln!(chart, "  {line}");
        chart
    })
}
