"""The regression test of the migrator's inference: what real test suites see against it."""
