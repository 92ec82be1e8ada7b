"""Measures what blocking calls cost, and keeps the scoreboard of migrated projects."""
