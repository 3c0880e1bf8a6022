"""The compiled gazetteer, opened: names and positions to places."""

import re
from pathlib import Path

from provenance.model.place import Place, Position, Toponym
from provenance.places.geometry import sphere_m
from provenance.places.lexicon import Lexicon
from provenance.places.schema import ATTRIBUTION, PLACE_COLUMNS, RAIL, place_of
from provenance.places.store import Row, Store, marks, nearest, zones_within
from provenance.places.toponyms import likeliest, toponyms_in
from provenance.places.words import fold, is_cyrillic, loose

POINT_KINDS = frozenset({"rail_stop", "city", "own"})

# A position's country and region are those of the nearest settlement or stop within this: half the widest gap between
# neighbours on the Siberian lines is 25 km, and a place farther from all others is nobody's.
_NEIGHBOUR_WITHIN_M = 50_000.0
# In deserts, taiga and at sea the nearest settlement may be far; beyond this its clock says nothing of a place.
_ZONE_WITHIN_M = 300_000.0

_STATION_WORDS = re.compile(
    r"^(?:станци[яиюей]+|ст\.|разъезд[а-я]*|вокзал[а-я]*|платформ[а-я]+|ост\. ?пункт[а-я]*|station)\s+"
    r"|\s+(?:railway |train )?station$",
    re.IGNORECASE,
)


class SqliteGazetteer:
    """A Gazetteer over the file `build` writes. Opening takes milliseconds; little more than what is asked is read."""

    def __init__(self, path: Path) -> None:
        self._store = Store(path)
        self._lexicon = Lexicon(self._store.rows)

    @property
    def version(self) -> str:
        return self._store.version

    @property
    def attribution(self) -> tuple[str, ...]:
        return ATTRIBUTION

    def named(self, name: str, *, limit: int = 20) -> list[Place]:
        bare = _STATION_WORDS.sub("", name.strip())
        if bare != name.strip():
            return [place_of(row) for row in self._stops_named(bare)][:limit]
        key = fold(bare)
        rows = self._rows_named(key, [key, *self._declined(key)])
        return [place_of(row) for row in rows or self._rows_named_loosely(bare)][:limit]

    def _declined(self, key: str) -> list[str]:
        return list(self._lexicon.declined(key)) if is_cyrillic(key) else []

    def _rows_named(self, key: str, names: list[str], where: str = "1") -> list[Row]:
        """The places of any of these names, best first; those named by `key` itself count as by a main name."""
        return self._store.rows(
            f"SELECT {PLACE_COLUMNS} FROM names AS n JOIN places ON places.key = n.place "  # noqa: S608
            f"WHERE n.key IN ({marks(names)}) AND {where} GROUP BY places.key "
            "ORDER BY layer, max(population * iif(n.key = ? AND n.is_main, 10, 1)) DESC, places.key DESC LIMIT 200",
            (*names, key),
        )

    def _rows_named_loosely(self, name: str) -> list[Row]:
        return self._store.rows(
            f"SELECT {PLACE_COLUMNS} FROM loose_names AS n JOIN places ON places.key = n.place "  # noqa: S608
            "WHERE n.key = ? ORDER BY layer, population DESC, places.key DESC LIMIT 200",
            (loose(name),),
        )

    def _stops_named(self, name: str) -> list[Row]:
        """Stops of that name, else those whose name begins with it: станция Иркутск is Иркутск-Пассажирский."""
        key, stops = fold(name), f"layer = {RAIL}"
        exact = self._rows_named(key, [key, *self._declined(key)], stops)
        return exact or self._store.rows(
            f"SELECT {PLACE_COLUMNS} FROM names AS n JOIN places ON places.key = n.place "  # noqa: S608
            f"WHERE n.key > ? AND n.key < ? AND {stops} GROUP BY places.key "
            "ORDER BY places.names LIKE '%Пассажирск%' DESC, places.key DESC LIMIT 200",
            (f"{key} ", f"{key}!"),
        )

    def meant_by(self, name: str) -> Place | None:
        key = fold(name)
        found = (*self._lexicon.entries(key), *self._lexicon.entries_declined(key)) if is_cyrillic(key) else ()
        found = found or self._lexicon.entries(key)
        if not found or _STATION_WORDS.search(name.strip()):
            return next(iter(self.named(name, limit=1)), None)
        return self.place(likeliest(found, key).place_id)

    def near(
        self, position: Position, *, radius_m: float, limit: int = 20, kinds: frozenset[str] | None = None
    ) -> list[Place]:
        return nearest(
            self._store, position, radius_m=radius_m, limit=limit, kinds=POINT_KINDS if kinds is None else kinds
        )

    def place(self, place_id: str) -> Place | None:
        rows = self._rows_of(place_id, PLACE_COLUMNS)
        return place_of(rows[0]) if rows else None

    def _rows_of(self, place_id: str, columns: str) -> list[Row]:
        number = place_id.removeprefix("gn:")
        if number != place_id:
            if not number.isdecimal() or len(number) > 12:
                return []
            return self._store.rows(f"SELECT {columns} FROM places WHERE key = ? AND id IS NULL", (int(number),))  # noqa: S608
        return self._store.rows(f"SELECT {columns} FROM places WHERE id = ?", (place_id,))  # noqa: S608

    def toponyms(self, text: str) -> list[Toponym]:
        found = []
        for mention in toponyms_in(text, self._lexicon):
            entry = mention.entry
            place = self.place(entry.place_id) if entry else None
            population = entry.population if entry else None
            found.append(
                Toponym(
                    mention.start, mention.end, text[mention.start : mention.end], place, population, mention.rivals
                )
            )
        return found

    def contains(self, outer: Place, inner: Place) -> bool:
        if outer.id == inner.id or inner.kind == "country":
            return False
        if outer.kind == "country":
            return self._administration(inner)[0] == outer.country
        if outer.kind == "region":
            return inner.kind != "region" and self._administration(inner) == self._administration(outer)
        apart_m = sphere_m(*_degrees(outer), *_degrees(inner))
        return outer.radius_m > inner.radius_m and apart_m <= outer.radius_m

    def zones_near(self, position: Position, *, radius_m: float) -> list[str]:
        found = zones_within(self._store, position, radius_m)
        return found or zones_within(self._store, position, _ZONE_WITHIN_M)

    def zones_in(self, area: Place) -> list[str]:
        rows = self._rows_of(area.id, "zone") if area.kind in ("country", "region") else []
        return str(rows[0][0]).split("|") if rows and rows[0][0] else []

    def _administration(self, place: Place) -> tuple[str | None, str | None]:
        """The place's country and admin-1 code; a position has those of its nearest neighbour."""
        rows = self._rows_of(place.id, "country, admin1")
        if rows:
            return rows[0][0], rows[0][1]
        neighbours = self.near(place.position, radius_m=_NEIGHBOUR_WITHIN_M, limit=1)
        return self._administration(neighbours[0]) if neighbours else (place.country, None)


def _degrees(place: Place) -> tuple[float, float]:
    return place.position.latitude, place.position.longitude
