//! The diagram is valid Mermaid, whatever the names are.

use jangle::prelude::*;
use std::collections::{HashMap, HashSet};

/// Names that would end a label, begin markup, or be words of the language.
mod odd {
    use jangle::prelude::*;
    use serde::{Deserialize, Serialize};

    pub(super) const PATH: &str = module_path!();

    #[derive(Debug, Serialize, Deserialize, Command)]
    #[command(name = "open \"the\" [door]; end")]
    struct Open(#[aggregate_id] String);

    #[derive(Debug, Serialize, Deserialize, Command)]
    #[command(name = "subgraph")]
    struct Paint(#[aggregate_id] String);

    #[derive(Debug, Serialize, Deserialize, Event)]
    #[event(name = "a\nb")]
    struct Ouvert;

    #[derive(Debug, Serialize, Deserialize, Event)]
    struct Türöffnung;

    #[derive(Debug, Default)]
    struct Door;

    #[aggregate(name = "end")]
    impl Door {
        #[validate_command]
        fn open(&self, _command: Open) -> (Ouvert, Option<On<House, Türöffnung>>) {
            (Ouvert, None)
        }

        #[reconstitute]
        fn opened(&mut self, _event: &Ouvert) {}
    }

    #[derive(Debug, Default)]
    struct House;

    #[aggregate(name = "`house` <b>#1</b> %% \\ -->")]
    impl House {
        #[reconstitute]
        fn opened(&mut self, _event: &Türöffnung) {}
    }

    #[derive(Debug, Clone, PartialEq, View)]
    struct Openings {
        #[key]
        door: String,
        #[merge(count)]
        times: u64,
    }

    #[event_handler(id = "{{count}}")]
    async fn count(event: Recorded<Ouvert>, openings: Merge<Openings>) -> Result<(), HandlerError> {
        openings.merge(Openings::at(event.aggregate_id()).times()).await?;
        Ok(())
    }

    #[event_handler(id = "ring")]
    async fn ring(_event: Recorded<Ouvert>, _commands: Commands) -> Result<(), HandlerError> {
        Ok(())
    }

    #[derive(Debug, Serialize, Deserialize, Query)]
    #[query(response = u64, name = "how many?")]
    struct HowMany(String);

    #[query_handler]
    async fn how_many(query: HowMany, openings: View<Openings>) -> Result<u64, QueryError> {
        Ok(openings.get(&query.0).await?.map_or(0, |row| row.times))
    }
}

/// A chart as Mermaid's grammar reads it, as far as we use it.
#[derive(Debug, Default)]
struct Chart {
    /// Class and label by id.
    nodes: HashMap<String, (String, String)>,
    edges: Vec<(String, String, String)>,
    classes: HashSet<String>,
}

const SHAPES: [(&str, &str); 6] = [("([", "])"), ("[(", ")]"), ("[[", "]]"), ("[/", "/]"), ("{{", "}}"), (">", "]")];

impl Chart {
    fn read(text: &str) -> Self {
        let mut chart = Self::default();
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("flowchart LR"));
        for line in lines {
            let line = line.strip_prefix("  ").unwrap_or_else(|| panic!("{line}"));
            if let Some(class) = line.strip_prefix("classDef ") {
                chart.classes.insert(class.split_once(' ').unwrap().0.to_owned());
            } else if line.contains('"') {
                chart.node(line);
            } else {
                let parts: Vec<_> = line.split(' ').collect();
                let [from, arrow, to] = parts[..] else { panic!("{line}") };
                assert!(["-->", "-.->"].contains(&arrow), "{line}");
                chart.edges.push((from.to_owned(), arrow.to_owned(), to.to_owned()));
            }
        }
        chart
    }

    fn node(&mut self, line: &str) {
        let (id, rest) = line.split_at(line.find(|c: char| !c.is_ascii_alphanumeric()).unwrap());
        let (shape, class) = rest.split_once(":::").unwrap();
        let shapes = SHAPES.iter().chain([&("[", "]")]);
        let label = shapes.into_iter().find_map(|(open, close)| {
            shape.strip_prefix(open)?.strip_prefix('"')?.strip_suffix(close)?.strip_suffix('"')
        });
        let label = label.unwrap_or_else(|| panic!("{line}"));
        let allowed = |c: char| c.is_alphanumeric() || " _-.,:/()#;".contains(c);
        assert!(label.chars().all(allowed), "{line}");
        let known = self.nodes.insert(id.to_owned(), (class.to_owned(), unescaped(label)));
        assert_eq!(known, None, "an id is given once: {line}");
    }

    fn has_edge(&self, from: (&str, &str), arrow: &str, to: (&str, &str)) -> bool {
        let is = |id: &str, node: (&str, &str)| {
            let (class, label) = &self.nodes[id];
            (class.as_str(), label.as_str()) == node
        };
        self.edges.iter().any(|(a, with, b)| is(a, from) && with == arrow && is(b, to))
    }
}

/// `#34;` stands for a quotation mark.
fn unescaped(label: &str) -> String {
    let mut parts = label.split('#');
    let mut text = parts.next().unwrap().to_owned();
    for part in parts {
        let (code, rest) = part.split_once(';').unwrap_or_else(|| panic!("{label}"));
        text.push(char::from_u32(code.parse().unwrap()).unwrap());
        text.push_str(rest);
    }
    text
}

#[test]
fn the_diagram_is_valid_whatever_the_names_are() {
    let text = Jangle::builder().only(odd::PATH).model().to_mermaid();
    let chart = Chart::read(&text);
    for (from, _, to) in &chart.edges {
        assert!(chart.nodes.contains_key(from) && chart.nodes.contains_key(to), "{from} {to}: {text}");
    }
    for (class, _) in chart.nodes.values() {
        assert!(chart.classes.contains(class), "{class}: {text}");
    }
    assert_eq!(chart.nodes.len(), 10, "{text}");
}

#[test]
fn the_diagram_shows_what_leads_to_what() {
    let chart = Chart::read(&Jangle::builder().only(odd::PATH).model().to_mermaid());
    let (door, house) = (("aggregate", "end"), ("aggregate", "`house` <b>#1</b> %% \\ -->"));
    let (open, paint) = (("command", "open \"the\" [door]; end"), ("unhandled", "subgraph"));
    let (own, other) = (("event", "Ouvert"), ("event", "Türöffnung"));
    let (projection, reaction) = (("projection", "{{count}}"), ("reaction", "ring (sends commands)"));
    for (from, arrow, to) in [
        (open, "-->", door),
        (door, "-->", own),
        (door, "-->", other),
        (other, "-.->", house),
        (own, "-->", projection),
        (own, "-->", reaction),
        (projection, "-->", ("view", "openings")),
        (("view", "openings"), "-->", ("query", "how many?")),
    ] {
        assert!(chart.has_edge(from, arrow, to), "{from:?} {arrow} {to:?}: {chart:?}");
    }
    assert_eq!(chart.edges.len(), 8, "{chart:?}");
    assert!(chart.nodes.values().any(|(class, label)| (class.as_str(), label.as_str()) == paint));
}

#[test]
fn the_diagram_is_the_same_each_time() {
    let draw = || Jangle::builder().only(odd::PATH).model().to_mermaid();
    assert_eq!(draw(), draw());
}
