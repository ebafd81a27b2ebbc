use jangle::prelude::*;

#[derive(Default)]
struct Visit;

async fn read(app: Jangle) {
    let _ = app.saga::<Visit>("7").await;
}

fn main() {}
