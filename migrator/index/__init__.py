"""Names, scopes, imports, calls and classes of a program. It has no word about Flask."""
