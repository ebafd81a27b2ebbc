//! Law 13: whatever a command leaves in the store is bounded, and can be read back.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{prelude::*, store::EventStore};
use serde::{Deserialize, Serialize};

/// Everything that can be too large, by what the text says.
#[derive(Debug, Clone, Serialize, Deserialize, Command)]
struct Swell {
    #[aggregate_id]
    balloon: String,
    what: String,
    letters: usize,
}

#[derive(Debug, Clone, Serialize, Deserialize, Event)]
#[event(name = "limits.swollen")]
struct Swollen {
    text: String,
}

/// What serde writes of it, it does not read.
#[derive(Debug, Clone, Serialize, Deserialize, Event)]
#[event(name = "limits.torn")]
#[allow(dead_code, reason = "serde alone looks at it")]
struct Torn {
    #[serde(skip_serializing)]
    text: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[allow(dead_code, reason = "serde alone looks at it")]
struct Half {
    #[serde(skip_serializing)]
    text: String,
}

#[derive(Debug, Default)]
struct Balloon;

type Events = (Vec<Swollen>, Option<On<Balloon, Swollen>>, Option<On<Balloon, Torn>>, Option<Torn>);

#[aggregate(name = "balloon")]
impl Balloon {
    #[validate_command]
    fn swell(&self, command: Swell) -> Result<(Events, Reply<(String, Option<Half>)>), String> {
        let text = || "x".repeat(command.letters);
        let (mut events, mut reply): (Events, _) = ((Vec::new(), None, None, None), (String::new(), None));
        match command.what.as_str() {
            "together" => events.0.extend(vec![Swollen { text: text() }; 65]),
            "another" => events.1 = Some(On::new(text(), Swollen { text: String::new() })),
            "torn" => events.3 = Some(Torn { text: text() }),
            "torn elsewhere" => events.2 = Some(On::new("other", Torn { text: text() })),
            "refusal" => return Err(text()),
            "reply" => reply.0 = text(),
            _ => reply.1 = Some(Half { text: text() }),
        }
        Ok((events, Reply(reply)))
    }

    #[reconstitute]
    fn swollen(&mut self, _: &Swollen) {}

    #[reconstitute]
    fn torn(&mut self, _: &Torn) {}
}

#[tokio::test]
async fn law_13_whatever_a_command_leaves_is_bounded_and_can_be_read_back() {
    let store = MemoryStore::new();
    let app = Jangle::builder().store(store.clone()).event_size(1000).start().await.unwrap();
    let told = |balloon: &str, what: &str, letters| {
        let swell = Swell { balloon: balloon.to_owned(), what: what.to_owned(), letters };
        let sending = app.send(swell).id(CommandId::new());
        async move { sending.await.map(|_| ()).unwrap_err().to_string() }
    };
    let too_large = "bytes, and at most";
    for (what, letters, expected) in [
        ("together", 989, "the total of the command's events has 65000 bytes, and at most 64000"),
        ("another", 1025, "the id of the aggregate has 1025 bytes, and at most 1024"),
        ("refusal", 1001, "the refusal of `Swell` has 1001 bytes, and at most 1000"),
        ("reply", 1001, "the reply to `Swell` has"),
        ("torn", 1, "the event `limits.torn` at version 1 cannot be decoded as `Torn`: missing field `text`"),
        ("torn elsewhere", 1, "the event `limits.torn` (which serde writes, but does not read back)"),
        ("half", 1, "the reply to `Swell` (which serde writes, but does not read back)"),
    ] {
        let told = told("b", what, letters).await;
        assert!(told.contains(expected), "{what}: {told}");
        assert_eq!(told.contains(too_large), letters > 1, "{told}");
    }
    let long = told(&"b".repeat(1025), "together", 0).await;
    assert!(long.starts_with("the id of the aggregate has 1025 bytes"), "{long}");
    assert_eq!(store.head().await.unwrap(), 0);
    app.send(Swell { balloon: "b".repeat(1024), what: "together".into(), letters: 900 }).await.unwrap();
    assert_eq!(store.head().await.unwrap(), 65);
}
