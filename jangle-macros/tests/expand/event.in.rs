#[event(name = "bank.deposited", version = 2)]
struct Deposited {
    cents: i64,
}
