"""What is left for the user: a finding names the place, the reason and the next step."""

from dataclasses import dataclass

from migrator.source.span import Location


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the migration leaves to its user, in words for the user."""

    rule: str
    location: Location
    message: str
    why: str
    next_step: str
