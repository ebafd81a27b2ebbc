#[saga(name = "checkout", deadline = "72h", retry(attempts = 9, first = "1s"))]
impl Checkout {
    #[reconstitute]
    fn placed(&mut self, event: &OrderPlaced) {
        self.order = event.order.clone();
    }

    #[reconstitute]
    fn reserved(&mut self, _: &Reserved) {}

    #[event_receiver(by = order)]
    fn reserve(&self, _: &OrderPlaced) -> Dispatch<ReserveItem, Reserved, Declined> {
        dispatch(ReserveItem { order: self.order.clone() }).accepted(|_| Reserved).refused(|_| Declined)
    }

    #[event_receiver(by_aggregate, starts)]
    fn opened(&self, event: &shop::Opened) {}

    #[event_receiver]
    fn pay(&self, event: &Reserved) -> Option<Complete> {
        event.is_paid.then_some(Complete)
    }

    #[event_receiver(by = parcel.order, requires(OrderPlaced, Reserved), unless(Declined))]
    fn sent(&self, _: &Sent) -> Either<Wait, Fail> {
        Either::Left(Wait)
    }

    #[cfg(feature = "refunds")]
    #[event_receiver]
    fn refund(&self, _: &Refunded) -> Complete {
        Complete
    }

    #[on_deadline]
    fn expired(&self) -> Fail {
        Fail { why: "nobody paid".into() }
    }

    fn helper(&self) {}
}
