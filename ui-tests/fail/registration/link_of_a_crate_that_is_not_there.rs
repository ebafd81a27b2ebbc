jangle::link!(billing);

fn main() {}
