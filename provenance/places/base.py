"""What gazetteers and rail tables promise: names to places, positions to what is near, and kilometres of a line."""

from typing import Protocol

from provenance.model.place import LinePosition, Place, Position, RailLine, Toponym


class Gazetteer(Protocol):
    """Names and positions to places. Layers, first come first named: the user's own, rail stops, GeoNames.

    Safe to use from several threads. Every method raises StorageError when the gazetteer cannot be read.
    """

    @property
    def version(self) -> str:
        """What it was built from, as one word; changes whenever the answers may."""
        ...

    @property
    def attribution(self) -> tuple[str, ...]:
        """What the data's licences ask to be shown wherever its places are."""
        ...

    def named(self, name: str, *, limit: int = 20) -> list[Place]:
        """Places of that name, best first: layer, then population; empty when there is none.

        Any case, spelling of ё, hyphen or diacritic; alternate names; Russian and Ukrainian inflected; Cyrillic in
        Latin letters. With a station word ("станция Хасан", "Khasan station") only rail stops.
        """
        ...

    def meant_by(self, name: str) -> Place | None:
        """The place that name most likely means when somebody says it alone: the city rather than its station."""
        ...

    def near(
        self, position: Position, *, radius_m: float, limit: int = 20, kinds: frozenset[str] | None = None
    ) -> list[Place]:
        """Places within the radius, nearest first, `distance_m` set.

        Without `kinds`, what can be near: stops, settlements, own places. Areas only when asked for, by their centre.
        """
        ...

    def place(self, place_id: str) -> Place | None: ...

    def toponyms(self, text: str) -> list[Toponym]:
        """Place names in a text, in order, not overlapping; offsets count characters of the text as given."""
        ...

    def contains(self, outer: Place, inner: Place) -> bool:
        """Whether `inner` lies in `outer`: in its country, in its region, or within its radius. False for itself."""
        ...

    def zones_near(self, position: Position, *, radius_m: float) -> list[str]:
        """The IANA time zones of the settlements within the radius, so on a border those of both sides.

        Where there is none, those of the settlements within 300 km; empty farther out. The nearest one's first.
        """
        ...

    def zones_in(self, area: Place) -> list[str]:
        """The IANA time zones of the settlements of a country or region; empty for another kind of place."""
        ...


class Rail(Protocol):
    """Lines, their stops, and linear referencing. NotFoundError for an unknown line, naming those there are.

    Kilometres of lines or tails where they are not to be used are absent (None), not wrong.
    """

    def lines(self) -> list[RailLine]: ...

    def stops(self, line: str | None = None) -> list[Place]:
        """The stops of a line in order, or of all lines; a stop on two lines is there twice."""
        ...

    def stops_between(self, line: str, km_from: float, km_to: float) -> list[Place]:
        """The stops whose kilometre lies between the two, either way round, in order of the line."""
        ...

    def nearest_stops(self, position: Position, limit: int = 5) -> list[Place]:
        """The nearest stops on any line, nearest first, `distance_m` set; each stop once."""
        ...

    def locate(self, position: Position, *, within_m: float = 5000) -> LinePosition | None:
        """The kilometre of the nearest line with usable kilometres; None when none runs within `within_m`."""
        ...
