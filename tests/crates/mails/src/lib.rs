//! Follows orders; nothing in the code of an application needs to name it.

use jangle::prelude::*;
use shop_contract::Ordered;

#[event_handler]
async fn send_mail(event: Recorded<Ordered>, outbox: State<std::sync::Mutex<Vec<String>>>) -> Result<(), HandlerError> {
    let mut outbox = outbox.lock().map_err(|_| HandlerError::msg("a test has failed"))?;
    outbox.push(format!("{}: {} pieces", event.aggregate_id(), event.pieces));
    Ok(())
}
