"""Dates that clocks show which nobody set: where their counting starts."""

# Where clocks begin: Unix (and the evening before, west of Greenwich), FAT and the PC's BIOS, cameras of the 2000s, the
# Macintosh and QuickTime. Cameras start again there when their battery was empty.
_STARTS = {
    "1904-01-01": "Macintosh and QuickTime clocks",
    "1969-12-31": "Unix clocks, seen west of Greenwich",
    "1970-01-01": "Unix clocks",
    "1980-01-01": "clocks of PCs and memory cards",
    "2000-01-01": "many cameras",
    "2001-01-01": "Apple's and some cameras' clocks",
}


def default_clock(stated: str) -> str | None:
    """Whose clocks start counting on that day, None for a day where none does. `stated` as in DateReading.

    People take photos on such days too: it is a hint that a clock was never set, no more.
    """
    return _STARTS.get(stated[:10])
