"""Comments that keep code as it is: ``# migrator: keep[rule]``."""

import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from migrator.source.files import SourceFile
from migrator.source.span import Span

EVERY_RULE = "*"
"""What ``# migrator: keep`` without brackets stands for."""

_COMMENT = re.compile(r"#.*?\bmigrator:\s*keep\b(?:\[(?P<rules>[^\]]*)\])?")


@dataclass(frozen=True, slots=True)
class Suppressions:
    """The lines of one file that rules keep their hands off, and which rules these are."""

    lines: Mapping[int, frozenset[str]] = field(default_factory=dict)

    def keeps(self, rule: str, span: Span) -> bool:
        """Whether *rule* must leave *span* alone: a comment on any of its lines says so."""
        return any(
            rule in rules or EVERY_RULE in rules
            for line, rules in self.lines.items()
            if span.line <= line <= span.end_line
        )

    def unknown(self, rules: frozenset[str]) -> Iterator[tuple[int, str]]:
        """Yield line and name of each kept rule that is not one of *rules*."""
        for line, names in self.lines.items():
            for name in sorted(names - rules - {EVERY_RULE}):
                yield line, name


def find_suppressions(file: SourceFile) -> Suppressions:
    """Read the suppressing comments of *file*.

    A comment holds for its own line; one that stands alone holds for the next line of code.
    """
    if "migrator:" not in file.text:
        return Suppressions()
    lines: dict[int, frozenset[str]] = {}
    for line, rules in _kept(file.text):
        lines[line] = lines.get(line, frozenset()) | rules
    return Suppressions(lines)


def _kept(text: str) -> Iterator[tuple[int, frozenset[str]]]:
    waiting: frozenset[str] = frozenset()
    for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
        if token.type == tokenize.COMMENT:
            rules = _rules(token.string)
            if not rules:
                continue
            if token.line[: token.start[1]].strip():
                yield token.start[0], rules
            else:
                waiting |= rules
        elif waiting and token.string.strip():
            yield token.start[0], waiting
            waiting = frozenset()


def _rules(comment: str) -> frozenset[str]:
    match = _COMMENT.match(comment)
    if match is None:
        return frozenset()
    names = match["rules"]
    if names is None:
        return frozenset({EVERY_RULE})
    return frozenset(name.strip() for name in names.split(",") if name.strip())
