//! The model as a picture.

use super::{HandlerEntry, Model};
use crate::event::ParamKind;
use std::{any::TypeId, collections::HashMap, fmt::Write};

/// Nodes in the order in which one leads to the next, then edges.
pub(super) fn flow_chart(model: &Model) -> String {
    let mut chart = Chart::default();
    let commands: Vec<_> = model.commands().map(|command| (command, chart.node(&COMMAND, command.name()))).collect();
    for command in model.unhandled_commands() {
        chart.node(&UNHANDLED, command.name);
    }
    let nodes = Nodes {
        aggregates: named(model.aggregates().map(|entry| (entry.meta.name, chart.node(&AGGREGATE, entry.meta.name)))),
        events: model.events().iter().map(|event| (event.id, chart.node(&EVENT, event.meta.kind))).collect(),
        handlers: named(model.handlers().map(|entry| (entry.meta.name, handler(&mut chart, entry)))),
        views: named(model.views().map(|entry| (entry.meta.name, chart.node(&VIEW, entry.meta.name)))),
    };
    let queries: Vec<_> = model.queries().map(|query| (query, chart.node(&QUERY, query.query))).collect();
    for (command, node) in commands {
        let aggregate = nodes.aggregates.get(command.decided_by.name);
        chart.edge(Some(&node), "-->", aggregate);
        for event in command.event_types() {
            chart.edge(aggregate, "-->", nodes.events.get(&event.id));
        }
    }
    rebuilt(&mut chart, model, &nodes);
    for entry in model.handlers() {
        let node = nodes.handlers.get(entry.meta.name);
        chart.edge(nodes.events.get(&entry.follows.id), "-->", node);
        for view in entry.writes() {
            chart.edge(node, "-->", nodes.views.get(view));
        }
    }
    for (query, node) in queries {
        for view in query.reads() {
            chart.edge(nodes.views.get(view), "-->", Some(&node));
        }
    }
    chart.finish()
}

struct Nodes {
    aggregates: HashMap<&'static str, Node>,
    events: HashMap<TypeId, Node>,
    handlers: HashMap<&'static str, Node>,
    views: HashMap<&'static str, Node>,
}

fn named(nodes: impl Iterator<Item = (&'static str, Node)>) -> HashMap<&'static str, Node> {
    nodes.collect()
}

fn handler(chart: &mut Chart, handler: &HandlerEntry) -> Node {
    let sends = handler.params.iter().any(|param| matches!(param.kind, ParamKind::Commands));
    let shape = if handler.is_projection() { &PROJECTION } else { &REACTION };
    match sends {
        true => chart.node(shape, &format!("{} (sends commands)", handler.meta.name)),
        false => chart.node(shape, handler.meta.name),
    }
}

/// What an aggregate is rebuilt from, where its own commands do not say so.
fn rebuilt(chart: &mut Chart, model: &Model, nodes: &Nodes) {
    for aggregate in model.aggregates() {
        let own: Vec<_> = aggregate.commands.iter().flat_map(|command| command.event_types()).collect();
        for event in (aggregate.events)().into_iter().filter(|event| !own.contains(event)) {
            chart.edge(nodes.events.get(&event.id), "-.->", nodes.aggregates.get(aggregate.meta.name));
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

    /// An edge between two nodes that are there.
    fn edge(&mut self, from: Option<&Node>, arrow: &str, to: Option<&Node>) {
        let (Some(from), Some(to)) = (from, to) else { return };
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
