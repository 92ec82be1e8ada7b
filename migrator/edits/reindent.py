"""Moving statements to the right without touching the inside of their strings."""

import io
import re
import tokenize

_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_STRING_STARTS = frozenset(
    number
    for name in ("STRING", "FSTRING_START", "TSTRING_START")
    if (number := getattr(tokenize, name, None)) is not None
)
_STRING_ENDS = frozenset(
    number
    for name in ("FSTRING_END", "TSTRING_END")
    if (number := getattr(tokenize, name, None)) is not None
)


def shift(code: str, indent: str) -> str:
    """Indent every line of *code* but the first by *indent* more.

    *code* is statements or an expression. Blank lines and lines that start inside a string stay.
    """
    lines = [line for line in _LINES.findall(code) if line]
    inside = _lines_inside_strings(code) if _may_hold_long_string(code) else frozenset()
    return "".join(
        line if number == 1 or number in inside or not line.strip() else indent + line
        for number, line in enumerate(lines, start=1)
    )


def _may_hold_long_string(code: str) -> bool:
    return '"""' in code or "'''" in code or re.search(r"\\\r?\n", code) is not None


def _lines_inside_strings(code: str) -> frozenset[int]:
    """Return the numbers (from 1) of the lines that start inside a string literal."""
    inside: set[int] = set()
    open_strings: list[int] = []
    # Inside parentheses the tokenizer asks no questions about indentation. The universal line ends
    # keep line numbers equal to those of the caller's splitting.
    source = io.StringIO(f"({code}\n)", newline=None)
    for token in tokenize.generate_tokens(source.readline):
        if token.type in _STRING_STARTS:
            open_strings.append(token.start[0])
        if token.type in _STRING_ENDS or token.type == tokenize.STRING:
            inside.update(range(open_strings.pop() + 1, token.end[0] + 1))
    return frozenset(inside)
