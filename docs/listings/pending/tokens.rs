//! A test for `processes.rs`.

#[tokio::test]
async fn a_token_stands_for_a_receipt_in_another_process()
-> Result<(), Box<dyn std::error::Error>> {
    let directory = tempfile::tempdir()?;
    let file = directory.path().join("gates.db");
    let (one, other) = (process(&file).await?, process(&file).await?);
    // ANCHOR: token
    let text = one.send(count()).await?.token().to_string();

    // In the other process, with the text that came with the request:
    let token: jangle::Token = text.parse()?;
    assert_eq!(other.query(visitors()).after(&token).await?, 1);
    // ANCHOR_END: token
    one.shutdown().await?;
    other.shutdown().await?;
    Ok(())
}
