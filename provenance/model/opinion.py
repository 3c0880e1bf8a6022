"""An opinion: what a person says of two pictures that were matched, and why."""

from dataclasses import dataclass
from typing import Literal, get_args

from provenance.model.image import is_image_id
from provenance.model.times import StatedTime

Verdict = Literal["confirmed", "rejected", "disputed"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


@dataclass(frozen=True, slots=True)
class NewOpinion:
    """An opinion as it is handed to the ledger. `about` are two image ids, kept sorted: their order says nothing.

    Raises ValueError for ids of one picture or of no form, for a verdict that is none, and for an empty reason.
    """

    about: tuple[str, str]
    verdict: Verdict
    reason: str
    by: str | None = None  # who says so

    def __post_init__(self) -> None:
        for image_id in self.about:
            if not is_image_id(image_id):
                raise ValueError(f"{image_id[:80]!r} is not the id of a picture: 64 lower-case hex digits")
        if self.about[0] == self.about[1]:
            raise ValueError(f"an opinion is about two pictures, not {self.about[0]} alone")
        if self.verdict not in VERDICTS:
            raise ValueError(f"verdict is {self.verdict[:80]!r}, must be one of {', '.join(VERDICTS)}")
        if not self.reason.strip():
            raise ValueError("an opinion needs a reason")
        object.__setattr__(self, "about", tuple(sorted(self.about)))


@dataclass(frozen=True, slots=True)
class Opinion:
    """A recorded opinion. `said_at` is when it was recorded (UTC). Of one pair, the latest one counts."""

    about: tuple[str, str]  # sorted
    verdict: Verdict
    reason: str
    by: str | None
    said_at: StatedTime

    def other(self, image_id: str) -> str:
        """The picture that this one was held against."""
        a, b = self.about
        return b if image_id == a else a
