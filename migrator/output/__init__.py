"""Verify, write, diff and report: the only layer that touches the disk after reading."""
