"""The bill of blocking: which lines of a user's own app hold a thread, and for how long."""
