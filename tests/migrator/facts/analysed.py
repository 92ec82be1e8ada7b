"""Facts of a small project given as text, by the real inference."""

from dataclasses import replace

from migrator.facts.blocking import find_blocking
from migrator.facts.infer import infer
from migrator.index.build import index
from migrator.source.files import decode


def analysed(source, **more):
    """The facts of ``app.py`` and of more files, named ``tests__test_app`` for a folder."""
    files = {"app.py": source} | {f"{n.replace('__', '/')}.py": text for n, text in more.items()}
    program = index([decode(path, text.encode()) for path, text in sorted(files.items())])
    facts = infer(program)
    return replace(facts, blocking=find_blocking(facts))
