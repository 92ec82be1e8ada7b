"""What is reported where a run of the tests and the inference disagree."""

import ast
from collections.abc import Iterator, Mapping

from migrator.facts.agreement import Agreement, Decision
from migrator.facts.model import Facts
from migrator.findings import Finding
from migrator.index.symbols import FunctionId
from migrator.output.report import Report
from migrator.source.span import Location, Span

_RULE = "evidence"


def agreed(report: Report) -> str:
    """Return in one line how far the inference and the tests agree about the app."""
    agreement = report.agreement
    found, missed, confirmed, wrong = (
        sum(not it.in_test for it in decisions)
        for decisions in (agreement.found, agreement.missed, agreement.confirmed, agreement.wrong)
    )
    return (
        f"Evidence: of {found + missed} places that need an await by what the tests saw, {found} "
        f"were inferred; of {confirmed + wrong} that were inferred and run, they saw {confirmed}."
    )


def disagreements(
    facts: Facts, agreement: Agreement, unexplained: Mapping[FunctionId, Decision]
) -> Iterator[Finding]:
    """Yield a finding for each place in the app where the tests saw other than was inferred."""
    for decision in agreement.missed:
        if not decision.in_test:
            yield _missed(facts, decision)
    for decision in agreement.wrong:
        if not decision.in_test:
            yield _wrong(facts, decision)
    for function, decision in unexplained.items():
        yield _unexplained(facts, function, decision)


def _missed(facts: Facts, decision: Decision) -> Finding:
    what = _what(decision)
    if decision.node is None:
        next_step = "The file was left out of the analysis: await it there by hand."
    else:
        next_step = (
            "It is planned as the tests saw it. Look for places like it that no test runs, or "
            "annotate the type of the object, so that it can be followed."
        )
    message = f"the tests used {what} in {_text(decision)}, which was not inferred"
    why = "The value comes on a way that the migrator cannot follow."
    return Finding(_RULE, _location(facts, decision), message, why, next_step)


def _wrong(facts: Facts, decision: Decision) -> Finding:
    message = f"{_text(decision)} is taken for {_what(decision)}, which the tests never saw there"
    why = "The migrator follows a way here that the tests do not take, or none that can be taken."
    next_step = (
        "If it is something else, keep it as it is with `# migrator: keep` on its line; if not, "
        "test it."
    )
    return Finding(_RULE, _location(facts, decision), message, why, next_step)


def _unexplained(facts: Facts, function: FunctionId, decision: Decision) -> Finding:
    return Finding(
        _RULE,
        _location(facts, decision),
        f"`{function.name}` is planned without an await, and the tests used {_what(decision)} here",
        "No rule and no barrier speaks of this place.",
        "Await it by hand, and please report the fault.",
    )


def _what(decision: Decision) -> str:
    if isinstance(decision.used, str):
        return f"`{decision.used}`"
    return f"`{decision.used.name}` (needs an await)"


def _text(decision: Decision) -> str:
    if decision.node is None:
        return "this line"
    text = " ".join(ast.unparse(decision.node).split())
    return f"`{text if len(text) <= 60 else f'{text[:57]}...'}`"  # noqa: PLR2004  fits a message


def _location(facts: Facts, decision: Decision) -> Location:
    place = decision.place
    if decision.node is None:
        return Location(place.path, Span(place.line, 0, place.line, 0))
    module = facts.program.modules[facts.program.module_of[decision.node]]
    return module.file.location(decision.node)
