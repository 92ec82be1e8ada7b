"""One file a rule: its docstring is its page and its tests."""
