"""Where a ledger lies, from its URL; light enough to ask before anything is opened."""

from pathlib import Path

from provenance.errors import SettingsError

_SQLITE = "sqlite:///"


def sqlite_path(url: str) -> Path:
    """The file of `sqlite:///relative.db` or `sqlite:////absolute.db`. Raises SettingsError for any other URL."""
    path = url.removeprefix(_SQLITE)
    if path == url or not path or "?" in path or "\0" in path:
        raise SettingsError(f"{url!r} is not a ledger of the form sqlite:///relative.db or sqlite:////absolute.db")
    return Path(path)


def originals_folder(database: Path) -> Path:
    """Where the originals of a ledger lie unless told otherwise: beside it."""
    return database.with_name(database.name + ".originals")
