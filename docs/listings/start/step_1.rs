mod account;

use account::{Deposit, Refusal, Withdraw};
use jangle::prelude::*;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app =
        Jangle::builder().store(SqliteStore::open("bank.db").await?).start().await?;

    let receipt = app.send(Deposit { account: "ann".into(), cents: 2_000 }).await?;
    println!("deposited: version {}", receipt.version);

    match app.send(Withdraw { account: "ann".into(), cents: 3_000 }).await {
        Ok(receipt) => println!("withdrawn: version {}", receipt.version),
        Err(SendError::Refused(Refusal::NotEnough { left })) => {
            println!("refused: only {left} cents are left")
        }
        Err(error) => return Err(error.into()),
    }

    app.shutdown().await?;
    Ok(())
}
