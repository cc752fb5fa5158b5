"""Media types: what each file of the site is, from the ending of its name, in this one table."""

from __future__ import annotations

# registered with IANA, but for the last two, which nobody has registered and every reference manager knows
_BY_ENDING = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".ttl": "text/turtle",
    ".atom": "application/atom+xml",
    ".zip": "application/zip",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".sqlite": "application/vnd.sqlite3",
    ".db": "application/vnd.sqlite3",
    ".parquet": "application/vnd.apache.parquet",
    ".html": "text/html",
    ".xml": "application/xml",
    ".md": "text/markdown",
    ".txt": "text/plain",
    ".cff": "application/yaml",
    ".bib": "application/x-bibtex",
    ".ris": "application/x-research-info-systems",
}


def media_type(path: str) -> str:
    """Return the media type of a file; what has no known ending is plain text if it has none, else just bytes."""
    name = path.rpartition("/")[2]
    dot = name.rfind(".")
    if dot < 0:
        return "text/plain"
    return _BY_ENDING.get(name[dot:].lower(), "application/octet-stream")
