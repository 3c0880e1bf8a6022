"""Places named in words that come with the picture: the user's caption, and captions inside the file."""

from collections.abc import Iterator

from provenance.investigate.sources.readings import named_places
from provenance.model.dossier import Case, Evidence
from provenance.places.base import Gazetteer, Rail


class Captions:
    """Toponyms of the caption given with the picture and of the file's own description fields."""

    name = "caption"

    def __init__(self, gazetteer: Gazetteer, rail: Rail) -> None:
        self._gazetteer = gazetteer

    def evidence(self, case: Case) -> Iterator[Evidence]:
        if case.context.caption:
            yield from named_places(self.name, case.context.caption, "the caption", self._gazetteer)
        for each in case.findings.captions:
            yield from named_places(self.name, each.text, f"the file's field {each.field}", self._gazetteer)
