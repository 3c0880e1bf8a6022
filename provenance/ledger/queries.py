"""What the filters of a query mean: words, instants and the cursor; the same for every engine."""

import re
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from provenance.errors import InputError
from provenance.ledger.base import SightingQuery
from provenance.model.sighting import NewSighting

# Bounds of one query, so that one request cannot make the ledger work without end.
MOST_PER_PAGE = 10_000
MOST_IMAGES = 10_000  # below SQLite's 32,766 parameters a statement
MOST_AREAS = 10
MOST_CIRCLES = 5_000  # of all areas: a circle for every stop of the longest rail line is 1,539
LONGEST_TEXT = 1_000  # characters

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WORD = re.compile(r"\w+")
_CURSOR = re.compile(r"(-?\d{1,18}) (\d{1,18})", re.ASCII)


def check(query: SightingQuery) -> None:
    """Raises InputError for a query that is over a bound, with the value and the bound."""
    if not 1 <= query.limit <= MOST_PER_PAGE:
        raise InputError(f"{query.limit} sightings a page, limit 1 to {MOST_PER_PAGE}")
    if query.image_ids is not None and len(query.image_ids) > MOST_IMAGES:
        raise InputError(f"{len(query.image_ids)} pictures, limit {MOST_IMAGES}")
    if len(query.areas) > MOST_AREAS:
        raise InputError(f"{len(query.areas)} areas, limit {MOST_AREAS}")
    if (circles := sum(map(len, query.areas))) > MOST_CIRCLES:
        raise InputError(f"{circles} circles, limit {MOST_CIRCLES}")
    if query.text is not None and len(query.text) > LONGEST_TEXT:
        raise InputError(f"a search text of {len(query.text)} characters, limit {LONGEST_TEXT}")
    if query.text is not None and not words(query.text):
        raise InputError(f"no word to search for in {query.text!r}")


def words(text: str) -> list[str]:
    """The words of a text as they are compared: compatibility forms unified, case folded, ё as е."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _WORD.findall(folded.replace("ё", "е"))


def searched_text(seen: NewSighting) -> str:
    """The words of caption and claims, each after one space, so that ' красноярск' finds the start of a word."""
    texts = [seen.caption, *(claim.value for claim in seen.claims), *(claim.claimant for claim in seen.claims)]
    return "".join(f" {word}" for text in texts if text for word in words(text))


def microseconds(moment: datetime) -> int:
    """An aware time as whole microseconds since 1970 UTC; exact."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Cursor:
    """After which sighting a page begins: the last instant its time may mean, and its entry."""

    latest_us: int
    entry: int

    @property
    def text(self) -> str:
        return urlsafe_b64encode(f"{self.latest_us} {self.entry}".encode()).decode().rstrip("=")

    @classmethod
    def of(cls, text: str) -> "Cursor":
        """The cursor a page gave. Raises InputError for anything else."""
        try:
            found = _CURSOR.fullmatch(urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii"))
        except ValueError:
            found = None
        if found is None:
            raise InputError(f"{text[:80]!r} is not a cursor that a page gave")
        return cls(int(found[1]), int(found[2]))
