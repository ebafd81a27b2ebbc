//! The model as a picture.

use super::Model;
use crate::event::ParamKind;
use std::{any::TypeId, collections::HashMap, fmt::Write};

pub(super) fn flow_chart(model: &Model) -> String {
    let mut chart = Chart::default();
    let aggregates = aggregates(&mut chart, model);
    let events = events(&mut chart, model);
    let views = views(&mut chart, model);
    for command in model.commands() {
        let node = chart.node(&COMMAND, command.name());
        let Some(aggregate) = aggregates.get(command.decided_by.name) else { continue };
        chart.edge(&node, "-->", aggregate);
        for event in command.event_types() {
            chart.edge(aggregate, "-->", &events[&event.id]);
        }
    }
    for command in model.unhandled_commands() {
        chart.node(&UNHANDLED, command.name);
    }
    rebuilt(&mut chart, model, &aggregates, &events);
    handlers(&mut chart, model, &events, &views);
    queries(&mut chart, model, &views);
    chart.finish()
}

fn aggregates(chart: &mut Chart, model: &Model) -> HashMap<&'static str, Node> {
    model.aggregates().map(|entry| (entry.meta.name, chart.node(&AGGREGATE, entry.meta.name))).collect()
}

fn events(chart: &mut Chart, model: &Model) -> HashMap<TypeId, Node> {
    model.events().into_iter().map(|event| (event.id, chart.node(&EVENT, event.meta.kind))).collect()
}

fn views(chart: &mut Chart, model: &Model) -> HashMap<&'static str, Node> {
    model.views().map(|entry| (entry.meta.name, chart.node(&VIEW, entry.meta.name))).collect()
}

/// What an aggregate is rebuilt from, where its own commands do not say so.
fn rebuilt(
    chart: &mut Chart,
    model: &Model,
    aggregates: &HashMap<&'static str, Node>,
    events: &HashMap<TypeId, Node>,
) {
    for aggregate in model.aggregates() {
        let own: Vec<_> = aggregate.commands.iter().flat_map(|command| command.event_types()).collect();
        for event in (aggregate.events)().into_iter().filter(|event| !own.contains(event)) {
            chart.edge(&events[&event.id], "-.->", &aggregates[aggregate.meta.name]);
        }
    }
}

fn handlers(
    chart: &mut Chart,
    model: &Model,
    events: &HashMap<TypeId, Node>,
    views: &HashMap<&'static str, Node>,
) {
    for handler in model.handlers() {
        let sends = handler.params.iter().any(|param| matches!(param.kind, ParamKind::Commands));
        let shape = if handler.is_projection() { &PROJECTION } else { &REACTION };
        let node = match sends {
            true => chart.node(shape, &format!("{} (sends commands)", handler.meta.name)),
            false => chart.node(shape, handler.meta.name),
        };
        chart.edge(&events[&handler.follows.id], "-->", &node);
        for view in handler.writes().filter_map(|view| views.get(view)) {
            chart.edge(&node, "-->", view);
        }
    }
}

fn queries(chart: &mut Chart, model: &Model, views: &HashMap<&'static str, Node>) {
    for query in model.queries() {
        let node = chart.node(&QUERY, query.query);
        for param in query.params {
            if let ParamKind::View(view) = param.kind
                && let Some(view) = views.get(view)
            {
                chart.edge(view, "-->", &node);
            }
        }
    }
}

/// How a kind of node is drawn.
struct Shape {
    class: &'static str,
    open: &'static str,
    close: &'static str,
    style: &'static str,
}

const COMMAND: Shape = Shape { class: "command", open: "([", close: "])", style: "fill:#dbeafe,stroke:#2563eb" };
const UNHANDLED: Shape =
    Shape { class: "unhandled", open: "([", close: "])", style: "fill:#f3f4f6,stroke:#6b7280,stroke-dasharray:4" };
const AGGREGATE: Shape = Shape { class: "aggregate", open: "[", close: "]", style: "fill:#fef9c3,stroke:#ca8a04" };
const EVENT: Shape = Shape { class: "event", open: ">", close: "]", style: "fill:#ffedd5,stroke:#ea580c" };
const PROJECTION: Shape = Shape { class: "projection", open: "{{", close: "}}", style: "fill:#dcfce7,stroke:#16a34a" };
const REACTION: Shape = Shape { class: "reaction", open: "[[", close: "]]", style: "fill:#fce7f3,stroke:#db2777" };
const VIEW: Shape = Shape { class: "view", open: "[(", close: ")]", style: "fill:#dcfce7,stroke:#16a34a" };
const QUERY: Shape = Shape { class: "query", open: "[/", close: "/]", style: "fill:#ede9fe,stroke:#7c3aed" };

/// A node's id: its class and a number, whatever the name is.
type Node = String;

/// A chart in the making. The order of nodes and edges is that of the model.
#[derive(Default)]
struct Chart {
    nodes: String,
    edges: Vec<String>,
    drawn: Vec<(&'static str, &'static str, usize)>,
}

impl Chart {
    fn node(&mut self, shape: &Shape, label: &str) -> Node {
        let Shape { class, open, close, style } = *shape;
        let place = self.drawn.iter().position(|(known, ..)| *known == class).unwrap_or_else(|| {
            self.drawn.push((class, style, 0));
            self.drawn.len() - 1
        });
        let count = &mut self.drawn[place].2;
        *count += 1;
        let node = format!("{class}{count}");
        let _ = writeln!(self.nodes, "  {node}{open}\"{}\"{close}:::{class}", escaped(label));
        node
    }

    fn edge(&mut self, from: &Node, arrow: &str, to: &Node) {
        let edge = format!("  {from} {arrow} {to}\n");
        if !self.edges.contains(&edge) {
            self.edges.push(edge);
        }
    }

    fn finish(self) -> String {
        let mut chart = format!("flowchart LR\n{}{}", self.nodes, self.edges.concat());
        for (class, style, _) in self.drawn {
            let _ = writeln!(chart, "  classDef {class} {style},color:#111");
        }
        chart
    }
}

/// Letters, digits and plain punctuation as they are; everything else as a character code between `#` and `;`, because
/// labels can hold markup.
fn escaped(label: &str) -> String {
    let mut text = String::new();
    for char in label.chars() {
        match char {
            ' ' | '_' | '-' | '.' | ',' | ':' | '/' | '(' | ')' => text.push(char),
            char if char.is_alphanumeric() => text.push(char),
            char => {
                let _ = write!(text, "#{};", u32::from(char));
            }
        }
    }
    text
}
