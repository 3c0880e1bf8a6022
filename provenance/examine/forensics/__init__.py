"""THE LIST of panels: pictures that show what a file's pixels and its compression history look like to a method."""

from provenance.examine.forensics.base import Panel
from provenance.examine.forensics.ela import ErrorLevels
from provenance.examine.forensics.ghosts import Ghosts
from provenance.examine.forensics.noise import Noise

PANELS: tuple[Panel, ...] = (ErrorLevels(), Ghosts(), Noise())


def panel_named(name: str) -> Panel:
    """Raises KeyError for a name that is in no panel."""
    return {panel.name: panel for panel in PANELS}[name]
