"""The scoreboard: real Flask projects, migrated, under their own unedited tests."""
