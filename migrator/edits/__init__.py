"""Planned changes become new source text, in one pass a file."""
