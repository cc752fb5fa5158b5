"""RDF: one description, written as JSON-LD and as Turtle.

A node is a mapping as JSON-LD has it: "@id" and "@type", and properties by their prefixed names. A value is text (a
plain literal), a whole number, a mapping with "@value" (a literal with a language or type), or another node; a list
holds several values of one property. Both writers know just that much of their languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wardbook.metadata.exact import json_bytes

Node = Mapping[str, Any]

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPED = re.compile(r'[\\"\x00-\x1f\x7f\u2028\u2029]')
# what an IRI must not hold: https://www.w3.org/TR/turtle/#grammar-production-IRIREF
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')


def json_ld(prefixes: Mapping[str, str], nodes: Sequence[Node]) -> bytes:
    """Return a description as JSON-LD."""
    return json_bytes({"@context": dict(prefixes), "@graph": [*nodes]})


def turtle(prefixes: Mapping[str, str], nodes: Sequence[Node], comment: str = "") -> bytes:
    """Return a description as Turtle, with a comment of one line on top."""
    lines = [f"# {comment}"] if comment else []
    lines += [f"@prefix {prefix}: <{_iri(iri)}> ." for prefix, iri in prefixes.items()]
    for node in nodes:
        properties = " ;\n  ".join(_properties(node, "  "))
        lines += ["", f"<{_iri(node['@id'])}> {properties} ."]
    return ("\n".join(lines) + "\n").encode("utf-8")


def iri(text: str) -> str:
    """Return an address with what no IRI may hold percent-encoded."""
    return _NOT_IN_IRI.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8")), text)


def _iri(text: str) -> str:
    if _NOT_IN_IRI.search(text):
        raise ValueError(f"not an IRI: {text}")
    return text


def _properties(node: Node, indent: str) -> Iterator[str]:
    for name, value in node.items():
        if name == "@id":
            continue
        values = value if isinstance(value, list) else [value]
        if name == "@type":
            yield f"a {', '.join(values)}"
        else:
            yield f"{name} {', '.join(_object(one, indent) for one in values)}"


def _object(value: Any, indent: str) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _literal(value)
    if "@value" in value:
        if "@language" in value:
            return f"{_literal(value['@value'])}@{value['@language']}"
        return f"{_literal(value['@value'])}^^{value['@type']}"
    inner = indent + "  "
    if "@id" in value:
        # a node that is described where it stands would be a second subject: those are listed on their own
        if value.keys() != {"@id"}:
            raise ValueError(f"a described node inside another: {value['@id']}")
        return f"<{_iri(value['@id'])}>"
    properties = f" ;\n{inner}".join(_properties(value, inner))
    return f"[\n{inner}{properties}\n{indent}]"


def _literal(text: str) -> str:
    escaped = _ESCAPED.sub(lambda found: _ESCAPES.get(found[0], f"\\u{ord(found[0]):04X}"), text)
    return f'"{escaped}"'
