"""The canonical form of a package's CSV files, so that a save in a spreadsheet becomes a small diff."""

from __future__ import annotations

import csv
import io
import unicodedata

from wardbook.descriptor import Resource, read_descriptor
from wardbook.file import BOM
from wardbook.package import Package
from wardbook.table import sort_key


def canonical_files(package: Package) -> dict[str, bytes]:
    """Return the canonical bytes of every table that can be rewritten without a doubt about its meaning.

    Byte order mark, CR, semicolons as separators, decomposed accents, space around cells and the order of rows are
    mended. A file whose header or row lengths are wrong is returned as it is: `check` says what is wrong with it.
    """
    _, resources, _ = read_descriptor(package)
    return {resource.path: _canonical(package.files[resource.path], resource) for resource in resources.values()}


def _canonical(raw: bytes, resource: Resource) -> bytes:
    try:
        text = unicodedata.normalize("NFC", raw.removeprefix(BOM).decode("utf-8"))
    except UnicodeDecodeError:
        return raw
    for separator in (",", ";"):
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        if records and tuple(cell.strip() for cell in records[0]) == resource.fields:
            break
    else:
        return raw
    rows = [[cell.strip() for cell in record] for record in records[1:] if any(record)]
    if any(len(row) != len(resource.fields) for row in rows):
        return raw
    cells = sorted((dict(zip(resource.fields, row, strict=True)) for row in rows), key=lambda c: sort_key(resource, c))
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(resource.fields)
    writer.writerows(row.values() for row in cells)
    return out.getvalue().encode("utf-8")
