"""Places named in words that come with the picture: the user's caption, and captions inside the file."""

from collections.abc import Iterator

from provenance.investigate.sources.readings import (
    all_of,
    file_words_origin,
    named_places,
    origins_of_words,
    text_origin,
)
from provenance.model.dossier import Case, Evidence
from provenance.places.base import Gazetteer, Rail


class Captions:
    """Toponyms of the caption given with the picture and of the file's own description fields."""

    name = "caption"

    def __init__(self, gazetteer: Gazetteer, rail: Rail) -> None:
        self._gazetteer = gazetteer

    def evidence(self, case: Case) -> Iterator[Evidence]:
        return all_of(self._of_words(case))

    def _of_words(self, case: Case) -> Iterator[Iterator[Evidence]]:
        caption = case.context.caption
        if caption:
            origin = origins_of_words(case).get(text_origin(caption))
            yield named_places(self.name, caption, "the caption", self._gazetteer, origin=origin)
        origin = file_words_origin(case.findings)
        for each in case.findings.captions:
            yield named_places(self.name, each.text, f"the file's field {each.field}", self._gazetteer, origin=origin)
