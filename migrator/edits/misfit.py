"""The reason why an edit does not fit, before its place and its rules are known."""


class Misfit(Exception):  # noqa: N818  the name says what happened; it never leaves edits/
    """An edit contradicts another or the syntax at its place; ``apply`` adds who and where."""
