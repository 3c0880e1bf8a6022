"""Which pictures a HEIF file holds beside the main one, and which metadata is of the main one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from provenance.examine.metadata.containers.block import MAX_IMAGES, Kind, harmless
from provenance.examine.metadata.containers.boxes import Box, boxes
from provenance.examine.metadata.containers.heif_items import Reference, item_properties, primary_item, references

_METADATA: Final = ("Exif", "XMP")
_CODED: Final = ("hvc1", "hev1", "av01", "avc1", "jpeg", "grid", "iovl", "iden", "tmap", "unci", "j2k1", "vvc1")
_MAX_URN_CHARACTERS: Final = 100
_MAX_PROPERTY_BOXES: Final = 8  # in iprp: one ipco, and an ipma of each version and width of numbers


@dataclass(frozen=True, slots=True)
class Images:
    """The items by their type, which of them is the picture, and what they say of each other."""

    types: Mapping[int, str]
    primary: int | None = None
    refers: tuple[Reference, ...] = ()
    auxiliary: Mapping[int, str] = field(default_factory=dict)  # item -> the URN of what it holds

    @classmethod
    def of(cls, data: bytes, children: Mapping[bytes, Box], types: Mapping[int, str]) -> "Images":
        """From the boxes of `meta`. Raises ReadError for one that ends early."""
        pitm, iref, iprp = (children.get(kind) for kind in (b"pitm", b"iref", b"iprp"))
        return cls(
            types,
            primary_item(data[pitm.start : pitm.end]) if pitm else None,
            tuple(references(data[iref.start : iref.end])) if iref else (),
            _auxiliary_types(data, iprp) if iprp else {},
        )

    def metadata_items(self) -> Iterator[int]:
        """The Exif and XMP items, without those that describe another picture only (reference "cdsc")."""
        described: dict[int, set[int]] = {}
        for refers in self.refers:
            if refers.kind == "cdsc":
                described.setdefault(refers.item, set()).update(refers.to)
        main = self._main_picture()
        for item, kind in self.types.items():
            if kind in _METADATA and (not main or item not in described or described[item] & main):
                yield item

    def others(self) -> Iterator[tuple[int, Kind, str]]:
        """Item, kind of block and label of each thumbnail and second picture; tiles of a picture are none."""
        parts = {item for refers in self.refers if refers.kind == "dimg" for item in refers.to}
        found = 0
        for item, kind in self.types.items():
            role = self._role(item)
            if kind not in _CODED or item == self.primary or self.primary is None or (item in parts and not role):
                continue
            found += 1
            if found > MAX_IMAGES:
                return
            block: Kind = "thumbnail" if role.startswith("thumbnail") else "image"
            yield item, block, f"item {item} {kind}, {role or 'second picture'}"

    def _role(self, item: int) -> str:
        if self.types[item] == "tmap":
            return "the picture with its gain map applied"
        for refers in self.refers:
            if refers.item == item and refers.kind == "thmb":
                return f"thumbnail of item {refers.to[0] if refers.to else 0}"
            if refers.item == item and refers.kind == "auxl":
                return f"auxiliary, {self.auxiliary.get(item, 'of no stated type')}"
        return "gain map" if self._is_gain_map(item) else ""

    def _is_gain_map(self, item: int) -> bool:
        """ISO 21496-1: item `tmap` is derived from the picture and, second, its gain map."""
        return any(
            refers.kind == "dimg" and self.types.get(refers.item) == "tmap" and item in refers.to[1:]
            for refers in self.refers
        )

    def _main_picture(self) -> set[int]:
        """The main picture and what it is put together from; empty where none is stated."""
        main = set() if self.primary is None else {self.primary}
        for refers in self.refers:
            if refers.kind == "dimg" and refers.item == self.primary:
                main.update(refers.to)
        return main


def _auxiliary_types(data: bytes, iprp: Box) -> dict[int, str]:
    urns: dict[int, str] = {}
    found: dict[int, str] = {}
    for child in islice(boxes(data, iprp.start, iprp.end), _MAX_PROPERTY_BOXES):
        if child.kind == b"ipco" and not urns:
            for nth, box in enumerate(boxes(data, child.start, child.end), 1):
                if box.kind == b"auxC":
                    text = data[box.start + 4 : min(box.end, box.start + 4 + _MAX_URN_CHARACTERS)]
                    urns[nth] = harmless(text.partition(b"\0")[0])
        elif child.kind == b"ipma" and urns:
            for item, numbers in item_properties(data[child.start : child.end]):
                for number in numbers:
                    if number in urns:
                        found[item] = urns[number]
    return found
