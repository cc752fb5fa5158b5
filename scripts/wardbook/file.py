"""The file of a table: from bytes to records, and what keeps a file from being read as one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from wardbook.problem import Problem, shown

BOM = b"\xef\xbb\xbf"

_TWO_BOMS = BOM + BOM
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_OTHER_KINDS = {
    b"PK\x03\x04": "Excel (.xlsx)",
    b"\xd0\xcf\x11\xe0": "Excel (.xls)",
    b"%PDF": "PDF",
    b"version https://git-lfs": "Git LFS",
    b"<": "HTML",
}
_MERGE_MARKS = (b"<<<<<<< ", b"=======", b">>>>>>> ")
_SEPARATORS = (";", "\t")
_LARGEST = 50_000_000

# the csv module stops with an exception at a longer cell; the rules of cells know which are too long
csv.field_size_limit(2**31 - 1)

Record = tuple[int, list[str]]


def read_records(path: str, raw: bytes, fields: tuple[str, ...]) -> tuple[list[Record] | None, list[Problem]]:
    """Return the records below the header, each with the 1-based line it begins on, and what is wrong with the file.

    A file that cannot be trusted has None for its records, and its first fault among the problems.
    """
    if fault := _not_text(path, raw):
        return None, [fault]
    problems = list(_line_problems(path, raw))
    text = raw.removeprefix(BOM).decode("utf-8")
    try:
        records = list(_records(text))
    except _QuoteError as error:
        return None, [Problem(path, error.line, 1, "quote", {})]
    if not records:
        return None, [Problem(path, 1, 1, "empty-file", {})]
    line, header = records[0]
    if tuple(header) != fields:
        return None, [*problems, _header_problem(path, line, header, records, fields)]
    return records[1:], problems


def _not_text(path: str, raw: bytes) -> Problem | None:
    """Return why the bytes are no CSV in UTF-8, if they are not."""
    if len(raw) > _LARGEST:
        return Problem(path, 1, 1, "too-large", {"limit": str(_LARGEST // 1_000_000)})
    for mark in _MERGE_MARKS:
        if raw.startswith(mark) or b"\n" + mark in raw:
            line = 1 if raw.startswith(mark) else raw[: raw.index(b"\n" + mark)].count(b"\n") + 2
            return Problem(path, line, 1, "merge-conflict", {})
    kind = next(
        (name for start, name in _OTHER_KINDS.items() if raw.removeprefix(BOM).lstrip().startswith(start)), None
    )
    if kind:
        return Problem(path, 1, 1, "not-csv", {"kind": kind})
    if raw.startswith(_TWO_BOMS):
        return Problem(path, 1, 1, "bom-twice", {})
    if raw.startswith(_UTF16) or b"\x00" in raw[:2]:
        return Problem(path, 1, 1, "encoding", {"byte": "UTF-16"})
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return Problem(path, line, 1, "encoding", {"byte": f"0x{raw[error.start]:02X}"})
    return None


def _line_problems(path: str, raw: bytes) -> Iterator[Problem]:
    if raw.startswith(BOM):
        yield Problem(path, 1, 1, "bom", {})
    if b"\r" in raw:
        yield Problem(path, raw[: raw.index(b"\r")].count(b"\n") + 1, 1, "line-ends", {})


class _QuoteError(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def _records(text: str) -> Iterator[Record]:
    """Yield each record with the line that it begins on: a quoted cell may hold line breaks."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:  # a quote that is not closed, or that stands in the middle of a cell
            raise _QuoteError(line) from error
        yield line, cells
        line = reader.line_num + 1


def _header_problem(path: str, line: int, header: list[str], records: list[Record], fields: tuple[str, ...]) -> Problem:
    expected = ",".join(fields)
    for separator in _SEPARATORS:
        if len(header) == 1 and separator in header[0]:
            return Problem(path, line, 1, "separator", {"separator": shown(separator), "expected": expected})
    for below, cells in records[1:]:
        if tuple(cells) == fields:
            return Problem(path, line, 1, "title-above", {"line": str(below)})
    return Problem(path, line, 1, "header", {"expected": expected, "found": shown(",".join(header))})
