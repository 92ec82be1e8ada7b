"""What the shims cost over their floors: a hop to a thread and back, and a whole request."""
