"""Text that strangers wrote, made safe to print: names and captions may hold what steers a terminal."""


def printable(text: str) -> str:
    """The text in one line, with control characters and what is no UTF-8 escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)


def printable_lines(text: str) -> str:
    """The same of several lines, which stay lines."""
    return "\n".join(printable(line) for line in text.split("\n"))


def replaced(text: str) -> str:
    """The same character for character, so that what stands in columns stays there; any space is a plain one."""
    return "".join(c if c.isprintable() or c == "\n" else _instead_of(c) for c in text)


def _instead_of(c: str) -> str:
    return " " if c.isspace() else "\N{REPLACEMENT CHARACTER}"
