"""What is known of libraries, as data."""
