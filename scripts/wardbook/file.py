"""The file of a table: from bytes to records, and what keeps a file from being read as one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from wardbook.legacy import name_encoding
from wardbook.package import LARGEST
from wardbook.problem import Problem, shown

BOM = b"\xef\xbb\xbf"

MOST_ROWS = 1_000_000

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
# how much of a file is read to name its encoding
_SAMPLE = 20_000
# a file with more of them is no longer worth reading to its end
_MOST_QUOTE_FAULTS = 100

# the csv module stops with an exception at a longer cell; the rules of cells know which are too long
csv.field_size_limit(2**31 - 1)


class Record(NamedTuple):
    """The cells of one record and the 1-based line that it begins on.

    `fault` is "quote" where its quotes make no sense (then the cells may be missing), "form" where the same cells are
    written otherwise than they would be in canonical form, and "" elsewhere.
    """

    line: int
    cells: list[str]
    fault: str


def read_records(path: str, raw: bytes, fields: tuple[str, ...]) -> tuple[Iterator[Record] | None, list[Problem]]:
    """Return the records below the header and what is wrong with the file as a whole.

    A file that cannot be trusted has None for its records, and its last problem says why.
    """
    if fault := file_fault(path, raw):
        return None, [fault]
    problems = list(_line_problems(path, raw))
    if any(problem.rule == "line-ends-bare" for problem in problems):
        return None, problems
    records = _records(raw)
    header = next(records, None)
    if header is None or tuple(header.cells) != fields:
        fault = header_fault(path, raw, fields)
        return None, [fault] if header is None else [*problems, fault]
    if raw.count(b"\n") > MOST_ROWS + 1:
        return None, [*problems, Problem(path, 1, 1, "too-many-rows", {"limit": str(MOST_ROWS)})]
    return records, problems


def file_fault(path: str, raw: bytes) -> Problem | None:
    """Return why the bytes are no CSV in UTF-8, if they are not."""
    if len(raw) > LARGEST:
        return Problem(path, 1, 1, "too-large", {"limit": str(LARGEST // 1_000_000)})
    for mark in _MERGE_MARKS:
        if raw.startswith(mark) or b"\n" + mark in raw:
            line = 1 if raw.startswith(mark) else raw[: raw.index(b"\n" + mark)].count(b"\n") + 2
            return Problem(path, line, 1, "merge-conflict")
    begin = raw[:_SAMPLE].removeprefix(BOM).lstrip()
    if kind := next((name for start, name in _OTHER_KINDS.items() if begin.startswith(start)), None):
        return Problem(path, 1, 1, "not-csv", {"kind": kind})
    if raw.startswith(_TWO_BOMS):
        return Problem(path, 1, 1, "bom-twice")
    if raw.startswith(_UTF16) or b"\x00" in raw[:2]:
        return Problem(path, 1, 1, "encoding-named", {"encoding": "UTF-16"})
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return _encoding_problem(path, raw, error.start)
    return None


def _encoding_problem(path: str, raw: bytes, start: int) -> Problem:
    line = raw.count(b"\n", 0, start) + 1
    begin = raw.rfind(b"\n", 0, start) + 1
    # lines of two encodings may stand in one file, where a row was pasted
    sample = b"\n".join(text for text in raw[begin : begin + _SAMPLE].split(b"\n") if not _is_utf8(text))
    if encoding := name_encoding(sample):
        return Problem(path, line, 1, "encoding-named", {"encoding": encoding})
    return Problem(path, line, 1, "encoding", {"byte": f"0x{raw[start]:02X}"})


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _line_problems(path: str, raw: bytes) -> Iterator[Problem]:
    if raw.startswith(BOM):
        yield Problem(path, 1, 1, "bom")
    if b"\r" in raw:
        first = raw.index(b"\r")
        # without a single line feed every row would be one line to git and to the messages
        rule = "line-ends" if b"\n" in raw else "line-ends-bare"
        yield Problem(path, raw.count(b"\n", 0, first) + 1, 1, rule)


def _records(raw: bytes) -> Iterator[Record]:
    """Yield each record with the line that it begins on: a quoted cell may hold line breaks.

    Where quotes make no sense, reading goes on with the line below, so that one slip does not hide what follows it.
    """
    offset, line = len(BOM) if raw.startswith(BOM) else 0, 1
    for _ in range(_MOST_QUOTE_FAULTS):
        lines = _Lines(raw, offset)
        reader = csv.reader(lines, strict=True)
        start = line
        try:
            for cells in reader:
                text = lines.take()
                yield Record(line, cells, _form_fault(cells, text) if '"' in text or text[-1:] != "\n" else "")
                line = start + reader.line_num
            return
        except csv.Error:  # a quote that is not closed, or that stands in the middle of a cell
            yield Record(line, [], "quote")
        offset = _skip_lines(raw, offset, line + 1 - start)
        line += 1
        if offset == len(raw):
            return


class _Lines:
    """The lines of a file from an offset on; remembers those that a record was read from."""

    def __init__(self, raw: bytes, offset: int) -> None:
        stream = io.BytesIO(raw)
        stream.seek(offset)
        self._text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
        self._taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._text)
        self._taken.append(line)
        return line

    def take(self) -> str:
        """Return the text of the lines that were read since the last call."""
        text = self._taken[0] if len(self._taken) == 1 else "".join(self._taken)
        self._taken.clear()
        return text


def _form_fault(cells: list[str], text: str) -> str:
    """Hold the cells of a record against the text that they were read from."""
    # a quote that stands in a cell without quotes around it is read as a sign like any other
    if any('"' in cell and _quoted(cell) not in text for cell in cells):
        return "quote"
    return "" if canonical_line(cells) == text.replace("\r\n", "\n") else "form"


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def canonical_line(cells: Sequence[str]) -> str:
    """Write a record as canonical files hold it: commas, a line feed, quotes only where a cell needs them."""
    out = io.StringIO(newline="")
    # the writer puts quotes around what is in its line end, and a carriage return needs them too
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().removesuffix("\r\n") + "\n"


def _skip_lines(raw: bytes, offset: int, lines: int) -> int:
    """Return where the line stands that comes so many lines after an offset; the end of the file at the most."""
    for _ in range(lines):
        end = raw.find(b"\n", offset)
        if end < 0:
            return len(raw)
        offset = end + 1
    return offset


def header_fault(path: str, raw: bytes, fields: tuple[str, ...]) -> Problem:
    """Return what is wrong with the row of column names."""
    records = _records(raw)
    header = next(records, None)
    if header is None:
        return Problem(path, 1, 1, "empty-file")
    line, found = header.line, header.cells
    expected = ",".join(fields)
    if not found:
        return Problem(path, line, 1, "quote")
    for separator in _SEPARATORS:
        if len(found) == 1 and separator in found[0]:
            return Problem(path, line, 1, "separator", {"separator": shown(separator), "expected": expected})
    for record in records:
        if tuple(record.cells) == fields:
            return Problem(path, line, 1, "title-above", {"line": str(record.line)})
    return Problem(path, line, 1, "header", {"expected": expected, "found": shown(",".join(found))})
