"""Rewrites a Flask project into async Quart code."""
