#[saga(title = "checkout", deadline = "soon")]
impl Checkout {
    #[event_receiver(bye = order)]
    fn reserve(&mut self, _: OrderPlaced) -> Complete {
        Complete
    }

    #[event_receiver(by = order, by_aggregate)]
    async fn pay(&self, _: &Reserved) {}

    #[on_deadline]
    fn expired(&self, _: &Reserved) {}
}
