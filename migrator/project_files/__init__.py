"""What a migration changes besides Python code: one module a kind of file."""
