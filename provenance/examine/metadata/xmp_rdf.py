"""RDF as XMP uses it -> properties under ExifTool's names, structures and lists kept (as with its -struct)."""

from collections.abc import Iterator
from typing import Any

from provenance.examine.metadata.xml_tree import Name, Node
from provenance.examine.metadata.xmp_names import PREFIXES, RDF, XML, X, name_of
from provenance.examine.metadata.xmp_values import value_of

_DESCRIPTION, _LI, _VALUE = (RDF, "Description"), (RDF, "li"), (RDF, "value")
_RESOURCE, _PARSE_TYPE, _LANG = (RDF, "resource"), (RDF, "parseType"), (XML, "lang")
_ARRAYS = {(RDF, "Bag"), (RDF, "Seq"), (RDF, "Alt")}


def properties_of(root: Node, prefixes: dict[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Every property of every rdf:Description of a packet; and which of them are stated with two values.

    Of those the last counts, as for ExifTool.
    """
    rdf = _Rdf(prefixes)
    found: dict[str, Any] = {}
    twice: dict[str, None] = {}
    for top in root.children:
        if toolkit := top.attributes.get((X, "xmptk")) or top.attributes.get((X, "xaptk")):
            found["XMP-x:XMPToolkit"] = toolkit
        holder = top if top.name == (RDF, "RDF") else top.child((RDF, "RDF"))
        for description in holder.children if holder else ():
            if description.name != _DESCRIPTION:
                continue
            if about := description.attributes.get((RDF, "about")) or description.attributes.get(("", "about")):
                found.setdefault("XMP-rdf:About", about)
            for prefix, name, value in rdf.fields(description):
                field = f"XMP-{prefix}:{name}"
                if field in found and found[field] != value:
                    twice[field] = None
                found[field] = value
    return found, list(twice)


class _Rdf:
    """Reads nodes as RDF; `prefixes` are the file's own, for namespaces that are not known."""

    def __init__(self, prefixes: dict[str, str]) -> None:
        self._prefixes = prefixes

    def fields(self, node: Node) -> Iterator[tuple[str, str, Any]]:
        """Prefix, name and value of each property of a description or structure."""
        for name, text in node.attributes.items():
            if name[0] not in (RDF, XML, ""):
                prefix, called = self._called(name)
                yield prefix, called, value_of(prefix, called, text)
        for child in node.children:
            if child.name[0] == RDF:
                continue
            prefix, called = self._called(child.name)
            if languages := _languages(child):
                for language, text in languages:
                    yield prefix, called + ("" if language == "x-default" else f"-{language}"), text
            elif (value := self._value(child, prefix, called)) is not None:
                yield prefix, called, value

    def _called(self, name: Name) -> tuple[str, str]:
        namespace, local = name
        prefix = PREFIXES.get(namespace) or self._prefixes.get(namespace) or "unknown"
        return prefix, name_of(prefix, local)

    def _value(self, node: Node, prefix: str, called: str) -> Any:
        for child in node.children:
            if child.name in _ARRAYS:
                items = [self._value(item, prefix, called) for item in child.children if item.name == _LI]
                return " ".join(map(str, items)) if called == "LensInfo" else items
            if child.name == _DESCRIPTION:
                return self._structure(child, prefix, called)
        if node.child(_VALUE) or node.children or node.attributes.get(_PARSE_TYPE) == "Resource":
            return self._structure(node, prefix, called)
        if _RESOURCE in node.attributes:
            return node.attributes[_RESOURCE]
        if any(name[0] not in (RDF, XML, "") for name in node.attributes):
            return self._structure(node, prefix, called)
        return value_of(prefix, called, node.text)

    def _structure(self, node: Node, prefix: str, called: str) -> Any:
        """A structure; of a value with qualifiers the value alone."""
        stated = node.child(_VALUE)
        if stated:
            return self._value(stated, prefix, called)
        found: dict[str, Any] = {}
        for _, name, value in self.fields(node):
            found.setdefault(name, value)
        return found


def _languages(node: Node) -> list[tuple[str, str]]:
    """The languages and texts of a language alternative; empty for anything else."""
    alternatives = node.child((RDF, "Alt"))
    items = alternatives.children if alternatives else []
    if not items or any(_LANG not in item.attributes for item in items):
        return []
    return [(item.attributes[_LANG], item.text) for item in items]
