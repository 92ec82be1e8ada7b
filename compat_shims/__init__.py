"""Runs blocking Flask extensions, unchanged, beside Quart's event loop."""
