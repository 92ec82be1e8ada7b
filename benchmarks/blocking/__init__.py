"""What blocking calls cost under each way of serving them."""
