"""Known pictures and what is found among them, without a desk: a ledger, its indexes and its links."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from provenance.examine.worker import InProcess
from provenance.investigate.looks import Look
from provenance.investigate.matching import find_matches
from provenance.investigate.parts import Stores
from provenance.ledger.base import Addition
from provenance.model.dossier import Match
from provenance.model.findings import Findings
from provenance.model.fingerprint import Fingerprint
from provenance.toolkit import empty_stores
from tests.pictures import jpeg, scene

SIZE = WIDTH, HEIGHT = (400, 300)  # of the frame that features are looked for in
COPIES = ("identical", "same_picture", "edited_copy")

_EXAMINER = InProcess()


def photo(seed: int) -> Image.Image:
    return scene(seed, SIZE)


def noise(seed: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (150, 200, 3), np.uint8))


def screenshot(shown: Image.Image) -> Image.Image:
    """A page of an app around a picture: flat areas, icons and lettering, the same for every picture."""
    page = Image.new("RGB", (320, 480), (246, 246, 248))
    pen = ImageDraw.Draw(page)
    pen.text((8, 6), "Novosti Vokzala  12:41", fill="black", font=ImageFont.load_default(15))
    for n in range(5):
        x = 200 + 23 * n
        pen.ellipse((x, 8, x + 15, 23), outline="black", width=2)
        pen.rectangle((x + 4, 12, x + 4 + n, 17), fill="red")
    page.paste(shown.resize((320, 240)), (0, 60))
    for n, line in enumerate(("Like  Share  Save  Report", "4 812 readers follow this page", "Write what you think")):
        pen.text((8, 330 + 40 * n), line, fill=(30, 30, 60), font=ImageFont.load_default(18))
        pen.rounded_rectangle((270, 330 + 40 * n, 300, 355 + 40 * n), 6, fill=(40, 90 + 30 * n, 200))
    return page


def captioned(shown: Image.Image, text: str = "WHEN THE TRAIN IS LATE AGAIN") -> Image.Image:
    """The picture with a white bar and lettering over its lowest quarter."""
    shown = shown.copy()
    pen = ImageDraw.Draw(shown)
    pen.rectangle((0, 230, WIDTH, HEIGHT), fill="white")
    pen.text((10, 240), text, fill="black", font=ImageFont.load_default(24))
    return shown


def with_sticker(shown: Image.Image) -> Image.Image:
    """The picture with a large face pasted over a quarter of it."""
    shown = shown.copy()
    pen = ImageDraw.Draw(shown)
    pen.ellipse((150, 40, 330, 220), fill="yellow", outline="black", width=6)
    for x in (190, 265):
        pen.ellipse((x, 90, x + 25, 120), fill="black")
    pen.arc((190, 110, 290, 190), 20, 160, fill="black", width=6)
    return shown


def file_of(picture: Image.Image | bytes) -> bytes:
    return picture if isinstance(picture, bytes) else jpeg(picture=picture)


@lru_cache(maxsize=256)
def examined(data: bytes) -> Findings:
    return _EXAMINER.examine(data, "unnamed")


def with_pdq(findings: Findings, pdq: Fingerprint | None) -> Findings:
    """The same with this PDQ hash, or with none."""
    others = tuple(each for each in findings.fingerprints if each.kind != "pdq")
    return replace(findings, fingerprints=others if pdq is None else (*others, pdq))


def look(picture: Image.Image) -> Look:
    found = Look.of(examined(file_of(picture)))
    assert found is not None
    return found


class KnownPictures:
    """Pictures by names of the test's choosing, made known in the order given."""

    def __init__(self, stores: Stores | None = None, **pictures: Image.Image | bytes) -> None:
        self.stores = stores or empty_stores()
        self._entries: dict[str, int] = {}
        self._names: dict[str, str] = {}  # by id
        self.add(**pictures)

    def add(self, **pictures: Image.Image | bytes) -> None:
        for name, picture in pictures.items():
            data = file_of(picture)
            self.add_examined(name, examined(data), data)

    def add_examined(self, name: str, findings: Findings, data: bytes) -> None:
        self._entries[name] = self.stores.ledger.entries()
        self._names[findings.image.id] = name
        self.stores.ledger.add([Addition(findings, data)])

    def delete(self, name: str) -> None:
        (image_id,) = [each for each, its_name in self._names.items() if its_name == name]
        self.stores.ledger.delete_image(image_id)

    def entry(self, name: str) -> int:
        return self._entries[name]

    def found(self, picture: Image.Image | bytes | Findings, *, quick: bool = False) -> dict[str, Match]:
        """The matches, best first, by the name of the known picture."""
        findings = picture if isinstance(picture, Findings) else examined(file_of(picture))
        matches, _ = find_matches(findings, self.stores, quick=quick)
        return {self._names[match.known.id]: match for match in matches}

    def copies(self, picture: Image.Image | Findings) -> dict[str, float]:
        """The scores of those that are said to be the picture, or what it is made from, best first."""
        return {name: match.score for name, match in self.found(picture).items() if match.relation in COPIES}
