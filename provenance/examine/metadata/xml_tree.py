"""XML within bounds: no document type, no entities, limited depth and size.

By expat itself, not by ElementTree: that one hands over each comment and each end of a line on its own, which costs
seconds in a packet of nothing else.
"""

from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from provenance.errors import ReadError

MAX_DEPTH = 60
MAX_NODES = 8_000  # elements, attributes and namespaces; the largest of our 122 sample files has 575
_MAX_TEXT = 1 << 20  # bytes that expat gathers before it hands text over


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
        self._texts: list[list[str]] = [[]]
        self._names: dict[str, Name] = {}
        self._nodes = 0

    def start_namespace(self, prefix: str | None, namespace: str | None) -> None:
        self._count(1)
        self.prefixes.setdefault(namespace or "", prefix or "")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count(1 + len(attributes))
        if len(self._open) > MAX_DEPTH:
            raise ReadError(f"nested deeper than {MAX_DEPTH}")
        named = {self._name(name): value for name, value in attributes.items()} if attributes else {}
        node = Node(self._name(tag), named)
        self._open[-1].children.append(node)
        self._open.append(node)
        self._texts.append([])

    def end(self, _: str) -> None:
        self._open.pop().text = "".join(self._texts.pop())

    def text(self, text: str) -> None:
        self._texts[-1].append(text)

    def refuse(self, *_: Any) -> None:
        raise ReadError("declares a document type or entities, which are refused")

    def _name(self, tag: str) -> Name:
        name = self._names.get(tag)
        if name is None:
            namespace, _, local = tag.rpartition("}")
            name = self._names[tag] = (namespace, local)
        return name

    def _count(self, more: int) -> None:
        self._nodes += more
        if self._nodes > MAX_NODES:
            raise ReadError(f"more than {MAX_NODES} elements, attributes and namespaces")


def parse(text: str) -> tuple[Node, dict[str, str]]:
    """The document's root, in a node of its own, and the prefix of each namespace. Raises ReadError."""
    builder = _Builder()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text, parser.buffer_size = True, min(max(len(text), 1), _MAX_TEXT)
    parser.StartNamespaceDeclHandler = builder.start_namespace
    parser.StartElementHandler, parser.EndElementHandler = builder.start, builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = builder.refuse
    try:
        parser.Parse(text, True)
    except (expat.ExpatError, ValueError) as broken:
        raise ReadError(f"not well-formed XML: {broken}") from broken
    return builder.root, builder.prefixes
