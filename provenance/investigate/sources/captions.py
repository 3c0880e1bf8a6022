"""Places named in words that come with the picture: the user's caption, and captions inside the file."""

from collections.abc import Iterator

from provenance.investigate.sources.readings import file_words_origin, named_places
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
        origin = file_words_origin(case.findings)
        for each in case.findings.captions:
            says = f"the file's field {each.field}"
            yield from named_places(self.name, each.text, says, self._gazetteer, origin=origin)
