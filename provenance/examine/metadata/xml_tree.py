"""XML within bounds: no document type, no entities, limited depth and size."""

from dataclasses import dataclass, field

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from provenance.errors import ReadError

MAX_DEPTH = 60
MAX_NODES = 8_000  # elements and attributes; the largest of our 122 sample files has 575


Name = tuple[str, str]  # namespace, local name


@dataclass(slots=True)
class Node:
    """An element, with the text that stands directly in it."""

    name: Name
    attributes: dict[Name, str]
    children: "list[Node]" = field(default_factory=list)
    text: str = ""

    def child(self, name: Name) -> "Node | None":
        return next((node for node in self.children if node.name == name), None)


class _Builder:
    """What the parser tells its events to."""

    def __init__(self) -> None:
        self.root = Node(("", ""), {})
        self.prefixes: dict[str, str] = {}
        self._open = [self.root]
        self._nodes = 0

    def start_ns(self, prefix: str | None, namespace: str) -> None:
        self.prefixes.setdefault(namespace, prefix or "")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._nodes += 1 + len(attributes)
        if self._nodes > MAX_NODES:
            raise ReadError(f"more than {MAX_NODES} elements and attributes")
        if len(self._open) > MAX_DEPTH:
            raise ReadError(f"nested deeper than {MAX_DEPTH}")
        node = Node(_split(tag), {_split(name): value for name, value in attributes.items()})
        self._open[-1].children.append(node)
        self._open.append(node)

    def end(self, tag: str) -> None:
        self._open.pop()

    def data(self, text: str) -> None:
        self._open[-1].text += text

    def close(self) -> Node:
        return self.root


def parse(text: str) -> tuple[Node, dict[str, str]]:
    """The document's root, in a node of its own, and the prefix of each namespace. Raises ReadError."""
    builder = _Builder()
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    try:
        parser.feed(text)
        parser.close()
    except DefusedXmlException as refused:
        raise ReadError(f"declares a document type or entities, which are refused: {refused}") from refused
    except (ParseError, ValueError) as broken:
        raise ReadError(f"not well-formed XML: {broken}") from broken
    return builder.root, builder.prefixes


def _split(tag: str) -> Name:
    namespace, _, local = tag[1:].rpartition("}") if tag.startswith("{") else ("", "", tag)
    return namespace, local
