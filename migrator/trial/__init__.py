"""Runs the project's own tests on copies, before and after the migration (``--verify``)."""
