"""The word lists the reader of texts leans on: data/words_in_texts.txt, a section a purpose."""

from functools import cache

from provenance.places.schema import DATA


@cache
def _sections() -> dict[str, frozenset[str]]:
    sections: dict[str, list[str]] = {}
    heading = ""
    for line in (DATA / "words_in_texts.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            heading = line.strip("[]")
        elif not line.startswith("#"):
            sections.setdefault(heading, []).extend(line.split())
    return {heading: frozenset(words) for heading, words in sections.items()}


def words_in(section: str) -> frozenset[str]:
    """The folded words of a section; KeyError when there is none of that heading."""
    return _sections()[section]
