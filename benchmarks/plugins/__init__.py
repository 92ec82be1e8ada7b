"""Plugins that run inside the projects' own pytest, loaded from this folder by their bare names."""
