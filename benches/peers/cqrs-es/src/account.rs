//! The account, its command, its event and its view.

use cqrs_es::{Aggregate, DomainEvent, EventEnvelope, View, event_sink::EventSink};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;

/// Asks to pay into an account.
pub(crate) struct Deposit {
    pub(crate) cents: i64,
}

/// An account was paid into.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Deposited {
    pub(crate) cents: i64,
}

impl DomainEvent for Deposited {
    fn event_type(&self) -> String {
        "deposited".to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

/// An account.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Account {
    cents: i64,
}

impl Aggregate for Account {
    const TYPE: &'static str = "account";
    type Command = Deposit;
    type Event = Deposited;
    type Error = Infallible;
    type Services = ();

    async fn handle(&mut self, command: Deposit, _services: &(), sink: &EventSink<Self>) -> Result<(), Infallible> {
        sink.write(Deposited { cents: command.cents }, self).await;
        Ok(())
    }

    fn apply(&mut self, event: Deposited) {
        self.cents += event.cents;
    }
}

/// What is on an account, and of how many payments.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Balance {
    cents: i64,
    payments: u64,
}

impl View<Account> for Balance {
    fn update(&mut self, event: &EventEnvelope<Account>) {
        self.cents += event.payload.cents;
        self.payments += 1;
    }
}
