"""Reads the examples of a rule's page: the page is the test.

A page is Markdown. Below each heading of the third level stands one example, in fences whose info
string is ``python before``, ``after``, ``unchanged`` or ``left``, and a file name where the example
has several files.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

DEFAULT_FILE = "app.py"


@dataclass(frozen=True, slots=True)
class Example:
    """One example: files before and after, and the files with something left to report."""

    title: str
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    left: frozenset[str] = frozenset()

    @property
    def unchanged(self) -> bool:
        """Whether the migrator leaves each file of the example as it is."""
        return self.before == self.after


def examples(page: str) -> tuple[Example, ...]:
    """Return the examples of *page* in their order."""
    found: list[tuple[str, list[Token]]] = []
    tokens = MarkdownIt().parse(page)
    for position, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h3":
            found.append((tokens[position + 1].content, []))
        elif token.type == "fence" and found:
            found[-1][1].append(token)
    return tuple(_example(title, fences) for title, fences in found)


def _example(title: str, fences: list[Token]) -> Example:
    files = [(kind, name, fence.content) for fence in fences for kind, name in _kind(fence)]
    same = ("unchanged", "left")
    return Example(
        title,
        before={name: text for kind, name, text in files if kind in ("before", *same)},
        after={name: text for kind, name, text in files if kind in ("after", *same)},
        left=frozenset(name for kind, name, _ in files if kind == "left"),
    )


def _kind(fence: Token) -> Iterator[tuple[str, str]]:
    match fence.info.split():
        case ["python", ("before" | "after" | "unchanged" | "left") as kind]:
            yield kind, DEFAULT_FILE
        case ["python", ("before" | "after" | "unchanged" | "left") as kind, name]:
            yield kind, name
        case _:
            pass
