//! A token stands for a receipt in another process.

use jangle::{Token, prelude::*};

async fn hand_over() -> Result<(), Box<dyn std::error::Error>> {
    // ANCHOR: token
    let token = one.send(count()).await?.token().to_string();

    // In the other process, with the text that came with the request.
    let token: Token = token.parse()?;
    let people = other.query(visitors()).after(&token).await?;
    // ANCHOR_END: token
    Ok(())
}
