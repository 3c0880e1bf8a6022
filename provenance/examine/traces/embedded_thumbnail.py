"""The thumbnail that the file carries, laid on the picture: what was cropped, turned or changed since it was made.

Cameras write the thumbnail with the photo. Programs that change the photo and keep its EXIF may leave the old one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from provenance.examine.traces.base import Subject
from provenance.examine.traces.thumbnail_alignment import GRID_PX, Alignment, align, same_frame
from provenance.examine.traces.thumbnail_difference import Difference, difference
from provenance.examine.traces.thumbnail_pixels import YCrCb, as_ycrcb, decoded, thumbnail_bytes, without_bars
from provenance.model.findings import Trace
from provenance.model.trace_score import wilson_lower

_LEAST_PX = 72  # of the thumbnail's long side: below, a few pixels decide
_LEAST_ENLARGED = 2.0  # the picture's long side over the thumbnail's; pictures cut down to its size tell nothing
_PICTURE_PX = 2 * GRID_PX
_SAME_ASPECT = 0.03

# Measured on synthetic pairs of each sort and on real files: the notes on traces have the table.
ALIGNED = 0.9  # correlation from which a part, or a turned thumbnail, is taken for found
SAME_FRAME = 0.75  # for the whole frame; with something pasted in it sinks
ANOTHER = 0.35  # below it for whole frames, and with no part found, the two show different things
_PROMISING = 0.7  # of whole frames in another turn, before a finer fit
CHANGED_LEVELS = 20  # of 255; unedited real files reach 19
WHOLE = 0.88  # share of the area that counts as all of it
LEAST_CHROMA = 6  # levels, root mean square: a nearly grey thumbnail tells nothing of colour
OTHER_COLOURS, NO_COLOURS = 0.5, 0.2  # correlation, and strength over the thumbnail's

# How often the finding was right among synthetic pairs for which it was given: docs/traces.md.
CROPPED_HELD, TURNED_HELD, MIRRORED_HELD = (425, 425), (143, 143), (276, 276)
CONTENT_HELD, COLOURS_HELD, ANOTHER_HELD = (511, 525), (237, 237), (113, 115)

_SOURCE = "EXIF 2.32 (thumbnails in the first IFD); measured on synthetic pairs of picture and thumbnail"
_BUT_TURNED = "viewers that turn photos without loss often leave the thumbnail as it was"

# What turns stored pixels upright, by EXIF's number (EXIF 2.32, 4.6.4).
_TURNS: dict[int, Callable[[YCrCb], YCrCb]] = {
    1: lambda a: a,
    6: lambda a: np.rot90(a, -1),
    8: lambda a: np.rot90(a, 1),
    3: lambda a: np.rot90(a, 2),
    2: lambda a: a[:, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    7: lambda a: a.transpose(1, 0, 2)[::-1, ::-1],
}
_MIRRORED = {2, 4, 5, 7}


@dataclass(frozen=True)
class Comparison:
    """The thumbnail, turned by `turn` (EXIF's number), laid on the upright picture."""

    turn: int
    alignment: Alignment
    difference: Difference
    chroma: float  # of the thumbnail: levels, root mean square
    frame: float  # the best correlation of any way to lay whole frame on whole frame

    @property
    def whole(self) -> bool:
        return self.alignment.overlap >= WHOLE

    @property
    def aligned(self) -> bool:
        return self.alignment.correlation >= (SAME_FRAME if self.whole else ALIGNED)

    @property
    def cropped(self) -> bool:
        return self.alignment.picture_in_thumbnail < WHOLE

    @property
    def changed(self) -> bool:
        """In its content. Not told where the picture shows more than the thumbnail: a wrong fit looks the same."""
        return self.difference.largest >= CHANGED_LEVELS and self.alignment.thumbnail_in_picture >= WHOLE

    @property
    def recoloured(self) -> bool:
        if self.chroma < LEAST_CHROMA:
            return False
        return self.difference.chroma_correlation < OTHER_COLOURS or self.difference.chroma_kept < NO_COLOURS


class EmbeddedThumbnail:
    """Whether the picture is another part, way up, content or colour than the thumbnail stored with it."""

    name = "embedded_thumbnail"
    quick = False

    def traces(self, subject: Subject) -> Iterator[Trace]:
        raw = thumbnail_bytes(subject)
        if not raw or subject.raster is None:
            return
        stored = decoded(raw)
        whole_px = max(subject.raster.width, subject.raster.height)
        if max(stored.size) < _LEAST_PX or whole_px < _LEAST_ENLARGED * max(stored.size):
            return
        tag = subject.metadata.get("IFD0:Orientation")
        tagged = tag if isinstance(tag, int) and tag in _TURNS else 1
        picture = as_ycrcb(subject.raster.small, _PICTURE_PX)
        compared = compare(_framed(as_ycrcb(stored, GRID_PX), picture), picture, tagged)
        if compared:
            of = subject.raster
            sizes = f"thumbnail {stored.width} x {stored.height} px, picture {of.width} x {of.height} px"
            yield from _traces(compared, tagged, sizes)


def compare(thumbnail: YCrCb, picture: YCrCb, tagged: int) -> Comparison | None:
    """The thumbnail laid on the picture as the tag turns it, or, where that does not fit, whole but turned otherwise.

    None where one of them is too small or flat to tell.
    """
    found = _laid(_turned(thumbnail, tagged), picture, tagged)
    if found is None or found.alignment.correlation >= ALIGNED:
        return found
    frames = {turn: same_frame(_luma(_turned(thumbnail, turn)), _luma(picture)) for turn in _TURNS}
    turn = max(frames, key=lambda turn: frames[turn])
    otherwise = (
        _laid(_turned(thumbnail, turn), picture, turn) if turn != tagged and frames[turn] >= _PROMISING else None
    )
    if otherwise and otherwise.whole and otherwise.alignment.correlation >= ALIGNED:
        return otherwise
    return replace(found, frame=max(frames.values()))


def _framed(thumbnail: YCrCb, picture: YCrCb) -> YCrCb:
    """Without bars, where its proportions are not the picture's, whichever way up."""
    aspects = [max(shape[:2]) / min(shape[:2]) for shape in (thumbnail.shape, picture.shape)]
    return without_bars(thumbnail) if abs(aspects[0] / aspects[1] - 1) > _SAME_ASPECT else thumbnail


def _laid(thumbnail: YCrCb, picture: YCrCb, turn: int) -> Comparison | None:
    alignment = align(_luma(thumbnail), _luma(picture))
    if alignment is None:
        return None
    chroma = float(np.sqrt(((thumbnail[..., 1:] - 128) ** 2).mean()))
    return Comparison(turn, alignment, difference(thumbnail, picture, alignment), chroma, alignment.correlation)


def _turned(thumbnail: YCrCb, turn: int) -> YCrCb:
    return np.ascontiguousarray(_TURNS[turn](thumbnail))


def _luma(pixels: YCrCb) -> YCrCb:
    return np.ascontiguousarray(pixels[..., 0])


def _traces(found: Comparison, tagged: int, sizes: str) -> Iterator[Trace]:
    agreement = f"{sizes}; they agree to {found.alignment.correlation:.2f} (correlation of luma)"
    if found.aligned:
        yield from _position(found, tagged, agreement)
        if found.recoloured:
            yield _colours(found, agreement)
        elif found.changed:
            yield _content(found, agreement)
    elif found.frame < ANOTHER:
        yield _trace(
            "its thumbnail shows something else than the picture",
            f"{sizes}; laid on each other whole or in part, in any turn, they agree to {found.frame:.2f} at most",
            "a crop to less than a third of the side or strong recolouring does the same; programs mix up thumbnails",
            ANOTHER_HELD,
        )


def _position(found: Comparison, tagged: int, agreement: str) -> Iterator[Trace]:
    if found.turn in _MIRRORED and tagged not in _MIRRORED:
        yield _trace("the picture was mirrored since its thumbnail was made", agreement, _BUT_TURNED, MIRRORED_HELD)
    elif found.turn != tagged and tagged != 1 and found.turn == 1:
        yield _trace(
            "its thumbnail is stored upright, and the orientation tag turns the picture: one of them was changed",
            f"{agreement}; Orientation is {tagged}",
            _BUT_TURNED,
            TURNED_HELD,
        )
    elif found.turn != tagged:
        yield _trace("the picture was turned since its thumbnail was made", agreement, _BUT_TURNED, TURNED_HELD)
    if found.cropped:
        share = found.alignment.picture_in_thumbnail
        yield _trace(
            f"the picture was cropped since its thumbnail was made: it shows {share:.0%} of what the thumbnail shows",
            agreement,
            "some cameras make the thumbnail from a wider frame than the picture",
            CROPPED_HELD,
        )


def _content(found: Comparison, agreement: str) -> Trace:
    x, y = found.difference.at
    return _trace(
        "the picture differs in one place from its thumbnail: something may have been put in, taken out or covered",
        f"{agreement}; the largest difference is {found.difference.largest:.0f} of 255 levels, around {x:.0%} from the "
        f"left and {y:.0%} from the top, the usual {found.difference.usual:.0f}",
        "strong changes of tone in one place, a stamped date, and a thumbnail of another exposure do the same",
        CONTENT_HELD,
    )


def _colours(found: Comparison, agreement: str) -> Trace:
    kept = found.difference.chroma_kept
    change = "colour was taken out of the picture" if kept < NO_COLOURS else "picture has other colours"
    return _trace(
        f"the {change} since its thumbnail was made",
        f"{agreement}; the picture's colour is {kept:.2f} times as strong, and correlates to "
        f"{found.difference.chroma_correlation:.2f}",
        "cameras' black-and-white and effect modes can keep a thumbnail without the effect",
        COLOURS_HELD,
    )


def _trace(says: str, because: str, but: str, held: tuple[int, int]) -> Trace:
    right, of = held
    return Trace(
        "thumbnail", says, because, f"{_SOURCE}; right in {right} of {of} such findings", but, wilson_lower(right, of)
    )
