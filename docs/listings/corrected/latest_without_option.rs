use jangle::prelude::*;

#[derive(View)]
struct Doors {
    #[key]
    door: String,
    #[merge(latest)]
    title: Option<String>,
}

#[allow(dead_code, reason = "it is compiled")]
async fn rename(doors: Merge<Doors>) -> Result<(), HandlerError> {
    doors.merge(Doors::at("front").title("the front door")).await?;
    Ok(())
}
