"""Everything that a package can get wrong, one fault at a time, with where the check must find it.

Each section follows what officers, their spreadsheets and strangers do to files. A case is a package and the complete
list of what must be said about it, as (path, line, column, rule).
"""

import json
import unicodedata
from dataclasses import dataclass

from wardbook.file import BOM
from wardbook.package import DESCRIPTOR, Package
from wardbook.release import INDEX, release_index
from wards import (
    AREA,
    SOURCE,
    YEAR,
    add,
    catalogue,
    change,
    csv_path,
    describe_as,
    descriptor,
    place,
    read_rows,
    remove,
    resource_as,
    ward,
    with_file,
    with_rows,
    without_file,
)

WARD = ward()
TEXTS = [("topics", "song-sach", "name_vi"), ("statements", "viec-1", "text_vi")]
FILES = ("units", "topics")


@dataclass(frozen=True)
class Case:
    """A package with a fault, and the complete list of what must be said about it."""

    name: str
    package: Package
    problems: tuple

    def __str__(self):
        return self.name


def raw(table, package=WARD):
    return package.files[csv_path(table)]


def file_path(table):
    return f"ward/data/{table}.csv"


def in_file(name, table, content, rule, line=1, column=1):
    """A case whose fault is that of a whole file, or of a row as a whole."""
    package = with_file(WARD, csv_path(table), content)
    return Case(f"{name} ({table})", package, ((file_path(table), line, column, rule),))


def in_cell(name, table, key, column, text, rule, **others):
    """A case with one wrong cell; `others` are cells of the row that must change with it."""
    package = change(WARD, table, key, **{column: text}, **others)
    # where the key itself is wrong, the row is still the one that had the key
    return Case(f"{name} ({table}.{column})", package, ((*place(WARD, table, key, column), rule),))


def in_texts(name, text, rule):
    return [in_cell(name, table, key, column, text, rule) for table, key, column in TEXTS]


def in_files(name, make, rule, line=1):
    return [in_file(name, table, make(table), rule, line(table) if callable(line) else line) for table in FILES]


def many(name, package, *problems):
    return Case(name, package, tuple(sorted(problems)))


def at(table, key, column, rule, package=WARD):
    return (*place(package, table, key, column), rule)


def lines(table):
    return raw(table).count(b"\n")


def between(table, row):
    """Return a file with one more row in the middle, as line 3."""
    head, *rest = raw(table).split(b"\n")
    return b"\n".join([head, rest[0], row, *rest[1:]])


def blank_row(table):
    return b"," * (raw(table).split(b"\n")[0].count(b","))


def windows_1258(text):
    """Encode a text as windows-1258 does: a letter with its hat in one byte, and its tone in the next."""
    out = b""
    for letter in unicodedata.normalize("NFC", text):
        try:
            out += letter.encode("cp1258")
        except UnicodeEncodeError:
            base, *marks = unicodedata.normalize("NFD", letter)
            tones = [m for m in marks if m in "\u0300\u0301\u0303\u0309\u0323"]
            hats = "".join(m for m in marks if m not in tones)
            out += unicodedata.normalize("NFC", base + hats).encode("cp1258") + "".join(tones).encode("cp1258")
    return out


# "hộ nghèo, phường Sông Trắng: tổng thu ngân sách nhà nước", encoded by the C library
TCVN3_ROW = b"h\xe9 ngh\xcco, ph\xad\xeang S\xabng Tr\xbeng: t\xe6ng thu ng\xa9n s\xb8ch nh\xb5 n\xad\xedc"
VNI_ROW = "hoä ngheøo, phöôøng Ñaêk Caám".encode("cp1252")

# ---- encoding --------------------------------------------------------------------------------------------------------

ENCODING = [
    *in_files("UTF-16", lambda t: raw(t).decode().encode("utf-16"), "encoding-named"),
    *in_files("UTF-16 without a mark", lambda t: raw(t).decode().encode("utf-16-le"), "encoding-named"),
    *in_files("UTF-16, the other way", lambda t: raw(t).decode().encode("utf-16-be"), "encoding-named"),
    in_file("windows-1258", "topics", windows_1258(raw("topics").decode()), "encoding-named", 2),
    in_file("windows-1258", "sources", windows_1258(raw("sources").decode().replace("’", "'")), "encoding-named", 2),
    *in_files("TCVN3", lambda t: between(t, TCVN3_ROW), "encoding-named", 3),
    *in_files("VNI", lambda t: between(t, VNI_ROW), "encoding-named", 3),
    *in_files("a bad byte in a late row", lambda t: raw(t).rstrip(b"\n") + b" \xc0\xff\n", "encoding", lines),
    *in_files("two byte order marks", lambda t: BOM + BOM + raw(t), "bom-twice"),
    *in_files("a byte order mark", lambda t: BOM + raw(t), "bom"),
    *in_texts("UTF-8 encoded twice", "Há»™ nghÃ¨o", "encoded-twice"),
    *in_texts("letters of TCVN3 in Unicode", "Hé nghÌo, phêng §¨k T«", "old-font"),
    *in_texts("letters of TCVN3 in Unicode, a soft hyphen among them", "M\u00ada kÐo dµi, ph\u00adêng", "old-font"),
    *in_texts("letters of VNI in Unicode", "hoä ngheøo, phöôøng Ñaêk Caám", "old-font"),
    *in_texts("a question mark inside a word", "ngh?o", "lost-letter"),
    *in_texts("U+FFFD inside a word", "ngh\ufffdo", "lost-letter"),
    *in_texts("NFD", unicodedata.normalize("NFD", "Sông sạch"), "nfc"),
    *in_texts("zero width", "Sông\u200bsạch", "invisible"),
    *in_texts("a no-break space", "Sông\u00a0sạch", "invisible"),
    *in_texts("a soft hyphen", "Sông\u00adsạch", "invisible"),
    *in_texts("bidi override", "Sông\u202esạch", "invisible"),
    *in_texts("bidi isolate", "Sông\u2066sạch", "invisible"),
    *in_texts("U+2028", "Sông\u2028sạch", "invisible"),
    *in_texts("NUL", "Sông\x00sạch", "invisible"),
    *in_texts("an escape sequence", "Sông\x1b[31msạch", "invisible"),
    *in_texts("a private letter", "Sông\ue000sạch", "invisible"),
    *in_texts("a line break", "Sông\nsạch", "invisible"),
    *in_texts("a Cyrillic look-alike", "Hộ nghèо", "foreign-letter"),
    *in_texts("an Icelandic look-alike", "Ðăk Tô", "foreign-letter"),
    in_cell(
        "a look-alike in copied text",
        "observations",
        f"ho-tach-rac/{YEAR}",
        "as_printed",
        "480 hộ nghèо",
        "foreign-letter",
    ),
    many(
        "one word spelled in two ways",
        change(
            change(change(WARD, "topics", "song-sach", name_vi="Nước hòa chung"), "units", "ha", name_vi="đất hòa"),
            "statements",
            "viec-1",
            text_vi="Đón khách đến Hoà.",
        ),
        at("statements", "viec-1", "text_vi", "spelling"),
    ),
    many(
        "another word spelled in two ways",
        change(
            change(WARD, "statements", "viec-1", text_vi="Nuôi thuỷ sản."),
            "statements",
            "bien-phap-1",
            text_vi="Nhiều thủy sản.",
        ),
        at("statements", "viec-1", "text_vi", "spelling"),
    ),
    many(
        "a key twice, once composed and once not",
        add(WARD, "statement_indicators", statement_id="viec-1", indicator_id=unicodedata.normalize("NFD", "thu-phí")),
        at(
            "statement_indicators",
            unicodedata.normalize("NFD", "viec-1/thu-phí"),
            "indicator_id",
            "nfc",
            add(
                WARD,
                "statement_indicators",
                statement_id="viec-1",
                indicator_id=unicodedata.normalize("NFD", "thu-phí"),
            ),
        ),
    ),
]

# ---- structure -------------------------------------------------------------------------------------------------------

_WIDE = b"x" * 10_000_000

STRUCTURE = [
    *in_files("semicolons", lambda t: raw(t).replace(b",", b";"), "separator"),
    *in_files("tabs", lambda t: raw(t).replace(b",", b"\t"), "separator"),
    *in_files("bare carriage returns", lambda t: raw(t).replace(b"\n", b"\r"), "line-ends-bare"),
    *in_files("Windows line ends", lambda t: raw(t).replace(b"\n", b"\r\n"), "line-ends"),
    *in_files("a Windows line end on the last row", lambda t: raw(t).rstrip(b"\n") + b"\r\n", "line-ends", lines),
    *in_files("a quote that is not closed", lambda t: between(t, b'a,"b,c'), "quote", 3),
    *in_files("a quote inside a quoted cell", lambda t: between(t, b'a,"x"y,c'), "quote", 3),
    *in_files("a quote inside a plain cell", lambda t: between(t, b'a,x"y,c'), "quote", 3),
    *in_files("a quote that is not closed in the header", lambda t: b'"' + raw(t), "quote"),
    *in_files(
        "needless quotes",
        lambda t: (
            raw(t).rstrip(b"\n").rpartition(b"\n")[0]
            + b'\n"'
            + raw(t).rstrip(b"\n").rpartition(b"\n")[2].replace(b",", b'",', 1)
            + b"\n"
        ),
        "form",
        lines,
    ),
    *in_files("no line end at the end", lambda t: raw(t).rstrip(b"\n"), "form", lines),
    *[
        case
        for mark in (b"<<<<<<< HEAD", b"=======", b">>>>>>> branch")
        for case in in_files(f"merge mark {mark.decode()}", lambda t, mark=mark: between(t, mark), "merge-conflict", 3)
    ],
    *[
        in_file(
            "an extra cell", t, between(t, b"a" + blank_row(t) + b",x"), "row-width", 3, blank_row(t).count(b",") + 1
        )
        for t in FILES
    ],
    *[in_file("a short row", t, between(t, b"a,b"), "row-width", 3, 2) for t in FILES],
    *in_files("a blank line in the middle", lambda t: between(t, b""), "row-blank", 3),
    *in_files("a row of empty cells", lambda t: between(t, blank_row(t)), "row-blank", 3),
    *in_files(
        "trailing blank rows", lambda t: raw(t) + b"\n" + blank_row(t) + b"\n\n", "row-blank", lambda t: lines(t) + 1
    ),
    *in_files(
        "a title above the column names",
        lambda t: "Bảng số liệu".encode() + blank_row(t) + b"\n\n" + raw(t),
        "title-above",
    ),
    *in_files(
        "a total row",
        lambda t: raw(t) + "Tổng cộng".encode() + blank_row(t) + b"\n",
        "row-total",
        lambda t: lines(t) + 1,
    ),
    in_file(
        "a total row",
        "observations",
        raw("observations") + ",Cộng,,12345,,,,,,,,,,\n".encode(),
        "row-total",
        lines("observations") + 1,
    ),
    *in_files("a footnote row", lambda t: raw(t) + "Ghi chú: số ước\n".encode(), "row-remark", lambda t: lines(t) + 1),
    *in_files(
        "a starred footnote row",
        lambda t: raw(t) + b"(*) estimate" + blank_row(t) + b"\n",
        "row-remark",
        lambda t: lines(t) + 1,
    ),
    *[
        many(
            f"blanks left by merged cells ({table}.{column})",
            with_file(WARD, csv_path(table), raw(table).replace(start, b"\n" + rest, 1)),
            (file_path(table), raw(table)[: raw(table).index(start)].count(b"\n") + 2, col, "row-merged"),
        )
        for table, column, start, rest, col in (
            ("observations", "area_id", f"\n{AREA},ty-le-thu-gom".encode(), b",ty-le-thu-gom", 1),
            ("statement_indicators", "statement_id", b"\nviec-1,", b",", 1),
        )
    ],
    *in_files("column names only", lambda t: raw(t).split(b"\n")[0] + b"\n", "header-only"),
    *in_files("an empty file", lambda t: b"", "empty-file"),
    *in_files("a byte order mark and nothing else", lambda t: BOM, "empty-file"),
    *[
        Case(f"a missing file ({t})", without_file(WARD, csv_path(t)), ((file_path(t), 1, 1, "file-missing"),))
        for t in FILES
    ],
    *[
        case
        for name, old, new in (
            ("duplicate column", b"name_vi,", b"name_en,"),
            ("renamed column", b"name_vi,", b"name_vn,"),
            ("reordered columns", b"name_vi,name_en,", b"name_en,name_vi,"),
            ("padded column", b"name_vi,", b" name_vi,"),
            ("unknown column", b"name_vi,", b"name_vi,extra,"),
            ("missing column", b"name_vi,", b""),
        )
        for case in in_files(name, lambda t, old=old, new=new: raw(t).replace(old, new, 1), "header")
    ],
    in_cell("a cell of 10 MB", "topics", "song-sach", "summary_vi", "x" * 10_000_000, "too-long"),
    in_cell("a cell of 10 MB", "statements", "viec-1", "text_en", "x" * 10_000_000, "too-long"),
    *[
        case
        for start in (
            b"PK\x03\x04\x14\x00",
            b"\xd0\xcf\x11\xe0",
            b"<!doctype html><table>",
            b"%PDF-1.7",
            b"version https://git-lfs.github.com/spec/v1\n",
        )
        for case in in_files(f"another kind of file, {start[:8]!r}", lambda t, start=start: start, "not-csv")
    ],
]

# ---- values ----------------------------------------------------------------------------------------------------------

FEE = ("observations", f"thu-phi/{YEAR}")
NUMBERS = {
    "1,5": "number-comma",
    "1.234.567": "number-thousands",
    "1 234": "number-thousands",
    "1,234,567": "number-thousands",
    "1.234,5": "number-thousands",
    "1E+05": "number-exponent",
    "1.5e3": "number-exponent",
    "1234567890.123456": "number-long",
    "0.1000000000000005": "number-long",
    "05-Mar": "number-date",
    "3/2": "number-date",
    "TRUE": "number",
    "#REF!": "spreadsheet",
    "#N/A": "spreadsheet",
    "####": "spreadsheet",
    "'12": "spreadsheet",
    "NaN": "number",
    "INF": "number",
    "１２": "number-digits",
    "1_000": "number",
    "−5": "number-negative",
    "-5": "number-negative",
    "12%": "number-percent",
    "0012": "number-zeros",
    "5.": "number",
    ".5": "number",
    "12,5 tỷ đồng": "number-words",
    "-": "number-missing",
    "…": "number-missing",
    "không có": "number-missing",
    " 12": "padded",
    "+12": "formula",
}

VALUES = [
    *[
        in_cell(f"number {text}", *FEE, column, text, rule)
        for text, rule in NUMBERS.items()
        for column in ("value", "plan")
    ],
    in_cell("a lost leading zero", "areas", AREA, "official_code", "9901", "pattern"),
    in_cell("a lost leading zero", "areas", AREA, "parent_code", "9", "pattern"),
    *[
        in_cell(f"date {text}", table, key, column, text, rule)
        for text, rule in {
            "31/12/2031": "date",
            "12-2031": "date",
            "2031-2-3": "date",
            "20311-01-01": "date",
            "48213": "date-serial",
            "2031-02-31": "date-none",
        }.items()
        for table, key, column in (("areas", AREA, "valid_from"), ("sources", SOURCE, "date_issued"))
    ],
    *[
        in_cell(f"boolean {text}", "indicators", "thu-phi", column, text, "boolean")
        for text in ("TRUE", "có", "1")
        for column in ("headline", "sensitive")
    ],
    in_cell("1.0 for a whole number", "indicators", "thu-phi", "position", "1.0", "integer"),
    in_cell("1.5 for a whole number", "topics", "song-sach", "position", "1.5", "integer"),
    in_cell("a decimal count", "observations", f"ho-tach-rac/{YEAR}", "plan", "1.5", "whole", as_printed="480/1,5 hộ"),
    in_cell("a count with .0", "observations", f"tat-ca-ho/{YEAR}", "plan", "480.0", "whole", as_printed="480,0 hộ"),
    *[
        in_cell(f"year {text}", "statements", "viec-1", "year", text, rule)
        for text, rule in {"20255": "year", "31": "year", "2031.0": "year", "0024": "range"}.items()
    ],
    many(
        "year 20255 in a key",
        change(WARD, "observations", f"ty-le-khach-trong-tinh/{YEAR}", year="20255"),
        at("observations", f"ty-le-khach-trong-tinh/{YEAR}", "year", "year"),
    ),
    many(
        "1.234 meaning 1234",
        change(WARD, "observations", f"ho-nuoc-may/{YEAR}", value="1.920"),
        at("observations", f"ho-nuoc-may/{YEAR}", "value", "as-printed-thousand"),
        at("observations", f"ho-nuoc-may/{YEAR}", "value", "whole"),
        at("observations", f"tat-ca-ho/{YEAR}", "value", "common-denominator"),
    ),
    in_cell("1234 meaning 1.234", "observations", f"cay-ven-song/{YEAR}", "value", "3250", "as-printed-thousand"),
    in_cell(
        "a percentage over 100",
        "observations",
        f"ty-le-thu-gom/{YEAR}",
        "value",
        "104",
        "percent-limit",
        as_printed="104%",
    ),
    in_cell(
        "a planned percentage over 100",
        "observations",
        "ty-le-khach-trong-tinh/2032",
        "plan",
        "170",
        "percent-limit",
        as_printed="170%",
    ),
    in_cell(
        "0.97 for 97 %", "observations", f"ty-le-thu-gom/{YEAR}", "value", "0.915", "percent-ratio", as_printed="0,915"
    ),
    in_cell(
        "0.7 planned for 70 %",
        "observations",
        "ty-le-khach-trong-tinh/2032",
        "plan",
        "0.7",
        "percent-ratio",
        as_printed="0,7",
    ),
    *in_texts("a padded text", " Sông sạch", "padded"),
    *in_texts("a leading apostrophe", "'Sông sạch", "spreadsheet"),
    *in_texts("an error mark", "#NAME?", "spreadsheet"),
    in_cell(
        "a result of a future year",
        "observations",
        "ty-le-khach-trong-tinh/2032",
        "value",
        "70",
        "future",
        obs_status="E",
        plan="",
    ),
    in_cell("a code that is not in the list", "observations", f"ho-tach-rac/{YEAR}", "obs_status", "X", "enum"),
    in_cell("a code that is not in the list", "statements", "viec-1", "kind", "promise", "enum"),
    in_cell("an empty cell that must be filled", "areas", AREA, "name_en", "", "required"),
    in_cell("an empty cell that must be filled", "statements", "viec-1", "text_vi", "", "required"),
    in_cell("several cells of a row still to fill in", "sources", SOURCE, "title_vi", "", "unfilled", sha256=""),
    in_cell(
        "a figure still to fill in",
        "observations",
        f"ho-tach-rac/{YEAR}",
        "value",
        "",
        "unfilled-figure",
        **dict.fromkeys(("obs_status", "locator", "as_printed"), ""),
    ),
    in_cell("a text that is too long", "indicators", "thu-phi", "name_vi", "x" * 91, "too-long"),
]


def _case_of_values():
    """Zeros and missing values, which say of themselves which they are."""
    yield in_cell(
        "a zero that does not say which",
        "observations",
        f"vu-xa-thai/{YEAR}",
        "zero_kind",
        "",
        "zero-kind",
        as_printed="0 vụ",
    )
    yield in_cell(
        "a zero that does not say which",
        "observations",
        f"diem-ngap/{YEAR}",
        "zero_kind",
        "",
        "zero-kind",
        as_printed="0 điểm",
    )
    yield in_cell(
        "a kind of zero beside another number",
        "observations",
        f"cay-ven-song/{YEAR}",
        "zero_kind",
        "none",
        "zero-kind-stray",
    )
    yield in_cell("no value and no reason", "observations", f"tat-ca-ho/{YEAR}", "obs_status", "A", "missing-status")
    yield in_cell(
        "a value that is not there", "observations", f"cay-ven-song/{YEAR}", "obs_status", "O", "missing-status-stray"
    )
    yield in_cell(
        "a value that does not apply", "observations", f"ho-tach-rac/{YEAR}", "obs_status", "M", "missing-status-stray"
    )
    yield in_cell("a claim beside a percentage", *FEE, "plan_claim", "missed", "claim-and-percent")
    yield in_cell(
        "a claim against the plan",
        "observations",
        f"cay-ven-song/{YEAR}",
        "plan_claim",
        "met",
        "claim-against-plan",
        note_vi="",
        note_en="",
    )
    few = change(WARD, "observations", f"vu-xa-thai/{YEAR}", value="3", zero_kind="", as_printed="3 vụ")
    yield many(
        "three people who can be told apart",
        change(few, "indicators", "vu-xa-thai", sensitive="true"),
        at("observations", f"vu-xa-thai/{YEAR}", "value", "small-count"),
    )
    yield in_cell(
        "a number that was not copied", "observations", f"ho-tach-rac/{YEAR}", "as_printed", "480 hộ; 55%", "not-typed"
    )
    yield many(
        "a number that is not the copied one",
        change(WARD, "observations", f"ho-tach-rac/{YEAR}", value="490"),
        at("observations", f"ho-tach-rac/{YEAR}", "value", "as-printed"),
        at("observations", f"ho-tach-rac/{YEAR}", "as_printed", "not-typed"),
    )


VALUES += _case_of_values()

# ---- years -----------------------------------------------------------------------------------------------------------


def with_years(indicator_id, values, package=WARD, **cells):
    """Return the package with more, earlier years of an indicator: "" for a year without a value."""
    source = read_rows(package, "sources")[0] | {"source_id": "bao-cao-cu"}
    package = add(package, "sources", **source)
    for year, value in values.items():
        row = next(
            r for r in read_rows(package, "observations") if r["indicator_id"] == indicator_id and r["year"] == YEAR
        )
        blank = dict.fromkeys(("plan", "plan_pct", "plan_claim", "zero_kind", "note_vi", "note_en"), "")
        figure = {"value": value, "obs_status": "A" if value else "O", "as_printed": value.replace(".", ",")}
        package = add(
            package, "observations", **row | blank | figure | {"year": year, "source_id": "bao-cao-cu"} | cells
        )
    return package


TREES = ("observations", f"cay-ven-song/{YEAR}")
NO_NOTE = change(WARD, *TREES, note_vi="", note_en="")


def year_case(name, values, column, rule, package=NO_NOTE, **cells):
    key = f"cay-ven-song/{YEAR}"
    package = with_years("cay-ven-song", values, package, **cells)
    return many(name, package, at("observations", key, column, rule, package))


YEARS = [
    year_case("a thousand times the year before", {"2030": "0.003"}, "value", "unit-slip"),
    year_case("a thousandth of the year before", {"2030": "3300"}, "value", "unit-slip"),
    year_case("ten times the year before", {"2030": "0.3"}, "value", "jump"),
    year_case("a tenth of the last year that has a value", {"2029": "40", "2030": ""}, "value", "jump"),
    year_case(
        "a plan that jumps",
        {"2030": "3.3"},
        "plan",
        "jump",
        change(NO_NOTE, *TREES, plan="35", as_printed="3,25/35 ha"),
        plan="3.3",
    ),
    year_case("an outlier", {"2027": "9", "2028": "9.5", "2029": "10", "2030": "9.2"}, "value", "outlier"),
    year_case("an outlier above", {"2027": "0.9", "2028": "1", "2029": "1.1", "2030": "1"}, "value", "outlier"),
]


def _missing_year():
    package = remove(with_years("cay-ven-song", {"2029": "3", "2030": "3.1"}), "observations", "cay-ven-song/2030")
    package = with_years("ho-tach-rac", {"2029": "470", "2030": "475"}, remove(package, "sources", "bao-cao-cu"))
    yield many("a year is missing", package, at("observations", "cay-ven-song/2029", "year", "year-missing", package))
    package = with_years("ho-tach-rac", {"2030": "475"})
    package = remove(package, "observations", f"ho-tach-rac/{YEAR}")
    rates = [row for row in read_rows(package, "observations") if row["indicator_id"] not in ("ty-le-tach-rac",)]
    package = with_rows(package, "observations", rates)
    package = change(package, "indicators", "ty-le-tach-rac", numerator="", denominator="")
    yield many(
        "the last year is missing",
        package,
        at("observations", "ho-tach-rac/2030", "year", "year-missing", package),
        at("indicators", "ty-le-tach-rac", "indicator_id", "unreported", package),
    )


YEARS += _missing_year()

# ---- relations -------------------------------------------------------------------------------------------------------


def appended(table, row):
    content = raw(table) + row.encode() + b"\n"
    return with_file(WARD, csv_path(table), content), lines(table) + 1


def _duplicates():
    for table, row in (
        ("units", "vu,vụ,case,vụ,case,cases,count,,"),
        ("statement_indicators", "viec-1,ty-le-khach-trong-tinh"),
    ):
        package, line = appended(table, row)
        yield many(
            f"a key that stands twice ({table})",
            package,
            (file_path(table), line - 1, 1, "duplicate"),
            (file_path(table), line, 1, "duplicate"),
        )


def publish(package):
    """Return the package as it stands after its release."""
    return with_file(package, INDEX, release_index(catalogue(package), "2031.0.0"))


PUBLISHED = publish(WARD)
HO = f"{AREA}/ho-tach-rac/{YEAR}"


def corrected(package, key, field, old, new, table="observations", date="2032-05-01"):
    return add(
        package,
        "corrections",
        date=date,
        table=table,
        key=key,
        field=field,
        old_value=old,
        new_value=new,
        reason_vi="Gõ nhầm.",
        reason_en="A slip.",
    )


def correction_place(package, key, column, rule):
    return at("corrections", key, column, rule, package)


def _publishing():
    changed = change(PUBLISHED, *TREES, value="3.3", as_printed="3,3/3,5 ha")
    yield many("a published value changed", changed, at(*TREES, "value", "published-changed"))
    emptied = change(PUBLISHED, *TREES, plan="", as_printed="3,25 ha")
    yield many("a published plan taken away", emptied, at(*TREES, "plan", "published-changed"))
    percent = change(PUBLISHED, "observations", f"ty-le-nuoc-may/{YEAR}", plan_pct="101", as_printed="96%; 101%")
    yield many(
        "a published percentage changed",
        percent,
        at("observations", f"ty-le-nuoc-may/{YEAR}", "plan_pct", "published-changed"),
    )
    unit = change(PUBLISHED, "indicators", "cay-ven-song", unit_id="luot")
    yield many(
        "a published unit changed",
        change(unit, "indicators", "cay-ven-song", unit_id="ty-dong"),
        at("indicators", "cay-ven-song", "unit_id", "published-changed"),
    )
    gone = remove(publish(with_years("cay-ven-song", {"2030": "3.1"})), "observations", "cay-ven-song/2030")
    yield many("a published row taken away", gone, (file_path("observations"), 1, 2, "published-removed"))
    removed = remove(remove(PUBLISHED, "observations", f"cay-ven-song/{YEAR}"), "indicators", "cay-ven-song")
    yield many("a published indicator taken away", removed, (file_path("indicators"), 1, 1, "published-gone"))
    live = add(WARD, "redirects", from_id="cay-ven-song", to_id="luot-khach", reason_vi="Đổi.", reason_en="Renamed.")
    yield many("a redirect of what is there", live, at("redirects", "cay-ven-song", "from_id", "redirect-live", live))
    lost = add(WARD, "redirects", from_id="cay-cu", to_id="khong-co", reason_vi="Đổi.", reason_en="Renamed.")
    yield many("a redirect to nothing", lost, at("redirects", "cay-cu", "to_id", "reference", lost))
    index = with_file(WARD, INDEX, b'{"version": 1}')
    yield many("a release index that is none", index, (f"ward/{INDEX}", 1, 1, "release-index"))


def _corrections():
    key = f"{AREA}/khong-co/{YEAR}"
    for name, package, column, rule in (
        ("no such row", corrected(WARD, key, "value", "1", "2"), "key", "correction-key"),
        ("no such column", corrected(WARD, HO, "valeu", "470", "480"), "field", "correction-field"),
        ("another value", corrected(WARD, HO, "value", "470", "490"), "new_value", "correction-value"),
        ("no change", corrected(WARD, HO, "value", "480", "480"), "new_value", "correction-same"),
        (
            "a broken chain",
            corrected(corrected(WARD, HO, "value", "470", "475", date="2032-04-01"), HO, "value", "474", "480"),
            "old_value",
            "correction-chain",
        ),
    ):
        row = next(n for n, r in enumerate(read_rows(package, "corrections"), 2) if r["date"] == "2032-05-01")
        col = list(read_rows(package, "corrections")[0]).index(column) + 1
        yield many(f"a correction with {name}", package, (file_path("corrections"), row, col, rule))


RELATIONS = [
    *_duplicates(),
    *[
        in_cell("a dangling reference", table, key, column, "khong-co", "reference")
        for table, key, column in (
            ("topics", "song-sach", "parent_id"),
            ("units", "ty-dong", "base_unit"),
            ("indicators", "cay-ven-song", "unit_id"),
            ("observations", f"cay-ven-song/{YEAR}", "source_id"),
            ("statements", "bien-phap-1", "topic_id"),
        )
    ],
    in_cell("a topic that is its own parent", "topics", "song-sach", "parent_id", "song-sach", "circle"),
    many(
        "a circle of parents",
        change(WARD, "topics", "du-lich", parent_id="song-sach"),
        at("topics", "du-lich", "parent_id", "circle"),
    ),
    in_cell("an indicator that is part of itself", "indicators", "cay-ven-song", "part_of", "cay-ven-song", "circle"),
    many(
        "parts that do not make the whole",
        change(WARD, "observations", f"khach-ngoai-tinh/{YEAR}", value="451", as_printed="451 lượt"),
        at("observations", f"luot-khach/{YEAR}", "value", "sum"),
    ),
    in_cell(
        "a rate that is not its quotient",
        "observations",
        f"ty-le-khach-trong-tinh/{YEAR}",
        "value",
        "65",
        "rate",
        as_printed="65%",
    ),
    many(
        "a percent of plan that is not the quotient",
        remove(WARD, "discrepancies", f"plan-pct/luot-khach/{YEAR}"),
        at("observations", f"luot-khach/{YEAR}", "plan_pct", "plan-pct"),
    ),
    many(
        "rates that no denominator fits",
        change(WARD, "observations", f"ty-le-tach-rac/{YEAR}", value="30", as_printed="30%"),
        at("observations", f"tat-ca-ho/{YEAR}", "value", "common-denominator"),
    ),
    many(
        "an explanation of what agrees",
        change(WARD, "observations", f"luot-khach/{YEAR}", plan_pct="104.17", as_printed="1.250/1.200; 104,17%"),
        at("discrepancies", f"plan-pct/luot-khach/{YEAR}", "check_id", "discrepancy-stale"),
    ),
    many(
        "an explanation of no check",
        add(WARD, "discrepancies", check_id="sum/khong-co/2031", explanation_vi="Sai.", explanation_en="Wrong."),
        (file_path("discrepancies"), 3, 1, "discrepancy-unknown"),
    ),
    *[
        in_cell("a translation missing", table, key, column, "", "translation")
        for table, key, column in (
            ("areas", AREA, "predecessors_vi"),
            ("indicators", "luot-khach", "plan_name_en"),
            ("observations", f"cay-ven-song/{YEAR}", "note_vi"),
            ("sources", SOURCE, "note_en"),
        )
    ],
    in_cell(
        "an id in capitals",
        "statement_indicators",
        "viec-1/ty-le-khach-trong-tinh",
        "indicator_id",
        "Ty-le-khach-trong-tinh",
        "pattern",
    ),
    in_cell("other names run together", "indicators", "thu-phi", "aliases_vi", "vé;phí vào cửa", "pattern"),
    in_cell("an id with accents", "topics", "song-sach", "topic_id", "sông-sạch", "pattern"),
    many(
        "an id that Windows keeps",
        add(
            WARD,
            "topics",
            topic_id="aux",
            position="9",
            name_vi="Khác",
            name_en="Other",
            summary_vi="Khác.",
            summary_en="Other.",
        ),
        (file_path("topics"), 2, 1, "reserved-id"),
    ),
    many(
        "an id that is too long",
        add(
            WARD,
            "topics",
            topic_id="a" * 61,
            position="9",
            name_vi="Khác",
            name_en="Other",
            summary_vi="Khác.",
            summary_en="Other.",
        ),
        (file_path("topics"), 2, 1, "too-long"),
    ),
    *[
        many(
            f"unsorted rows ({t})",
            with_file(WARD, csv_path(t), b"".join([(r := raw(t).splitlines(keepends=True))[0], r[-1], *r[1:-1]])),
            (file_path(t), 3, 1, "order"),
        )
        for t in ("units", "observations", "statements")
    ],
    many(
        "an indicator without a row",
        remove(WARD, "observations", f"cay-ven-song/{YEAR}"),
        at("indicators", "cay-ven-song", "indicator_id", "unreported"),
    ),
    many(
        "two areas",
        add(WARD, "areas", **{**read_rows(WARD, "areas")[0], "area_id": "xa-khac"}),
        (file_path("areas"), 3, 1, "one-area"),
    ),
    in_cell("half a ratio", "indicators", "ty-le-khach-trong-tinh", "numerator", "", "ratio-half"),
    in_cell("half a ratio", "indicators", "ty-le-khach-trong-tinh", "denominator", "", "ratio-half"),
    in_cell("a scale without a base", "units", "ha", "scale", "10000", "scale-alone"),
    in_cell("a base without a scale", "units", "ty-dong", "scale", "", "scale-alone"),
    *[
        in_cell(f"a sentence {text}", "indicators", "thu-phi", "sentence_vi", text, "sentence")
        for text in ("phường có", "{value} {year}", "{value} {")
    ],
    *[
        in_cell(f"other names {text}", "indicators", "luot-khach", column, text, "alias-twice")
        for column, text in (
            ("aliases_vi", "lượt khách"),
            ("aliases_vi", "du khách; Du khách"),
            ("aliases_en", "tourists; visits"),
        )
    ],
    *_publishing(),
    *_corrections(),
]

# ---- package ---------------------------------------------------------------------------------------------------------

IN_DESCRIPTOR = f"ward/{DESCRIPTOR}"
OUTSIDE = (
    "../units.csv",
    "data/../../units.csv",
    "/etc/passwd",
    "file:///etc/passwd",
    "http://example.org/units.csv",
    "https://example.org/units.csv",
    "C:/units.csv",
    "data\\units.csv",
    "%2e%2e/units.csv",
    ["data/units.csv"],
    None,
)


def of_descriptor(name, package, *rules):
    return Case(name, package, tuple((IN_DESCRIPTOR, 1, 1, rule) for rule in rules))


def undeclared(table):
    return (file_path(table), 1, 1, "file-undeclared")


def _resources(change_one):
    return [change_one(dict(one)) if one["name"] == "units" else one for one in descriptor(WARD)["resources"]]


def _package():
    for path in OUTSIDE:
        for entry in ("path", "schema"):
            package = resource_as(WARD, "units", **{entry: path})
            yield of_descriptor(f"{entry} {path}", package, "resource-path")
    for entry, value in (
        ("compression", "gz"),
        ("dialect", {"delimiter": ";"}),
        ("encoding", "cp1258"),
        ("data", []),
        ("format", "xlsx"),
        ("profile", "http://example.org/profile.json"),
        ("$schema", "http://example.org/profile.json"),
    ):
        package = resource_as(WARD, "units", **{entry: value})
        yield of_descriptor(f"a resource with {entry}", package, "resource-form")
    linked = Package(WARD.label, without_file(WARD, csv_path("units")).files, frozenset({csv_path("units")}))
    yield Case("a link", linked, ((file_path("units"), 1, 1, "file-link"),))
    bare = {path: content for path, content in WARD.files.items() if path != "schemas/units.json"}
    yield Case(
        "a link instead of a schema",
        Package(WARD.label, bare, frozenset({"schemas/units.json"})),
        (undeclared("units"), ("ward/schemas/units.json", 1, 1, "file-link")),
    )
    yield of_descriptor(
        "a table declared twice",
        describe_as(WARD, resources=[*descriptor(WARD)["resources"], descriptor(WARD)["resources"][0]]),
        "resource-duplicate",
    )
    short = [one for one in descriptor(WARD)["resources"] if one["name"] != "corrections"]
    yield Case(
        "a table that is not declared",
        describe_as(WARD, resources=short),
        ((IN_DESCRIPTOR, 1, 1, "table-missing"), undeclared("corrections")),
    )
    for name in ("data/observations (2).csv", "data/UNITS.CSV"):
        yield Case(
            f"an undeclared file {name}", with_file(WARD, name, b"a\n1\n"), ((f"ward/{name}", 1, 1, "file-undeclared"),)
        )
    twice = WARD.files[DESCRIPTOR].replace(b'"version"', b'"name": "x", "version"', 1)
    yield of_descriptor("a key twice in JSON", with_file(WARD, DESCRIPTOR, twice), "json")
    yield of_descriptor("a million brackets", with_file(WARD, DESCRIPTOR, b"[" * 1_000_000), "json")
    profile = {"$schema": "http://example.org/profile.json"}
    yield of_descriptor("a profile of the package at an address", describe_as(WARD, **profile), "profile")
    yield of_descriptor("no resources", describe_as(WARD, resources=[]), "profile")
    yield of_descriptor(
        "a licence at an address that runs",
        describe_as(WARD, licenses=[{"name": "x", "title": "x", "path": "javascript:alert(1)"}]),
        "profile",
    )
    counted = describe_as(WARD, population="dan-so")
    yield of_descriptor("a population that is no indicator", counted, "population-unknown")
    yield from _schemas()


def _with_schema(table, change_one, package=WARD):
    """Return the package with one schema changed; `change_one` gets the schema and its fields by name."""
    schema = json.loads(package.files[f"schemas/{table}.json"])
    change_one(schema, {field["name"]: field for field in schema["fields"]})
    return with_file(package, f"schemas/{table}.json", json.dumps(schema).encode())


def _schemas():
    for name, rule, change_one in (
        ("a column of another type", "schema-column", lambda s, f: f["position"].update(type="string", constraints={})),
        ("a column that may be empty and must not", "schema-column", lambda s, f: f["position"].pop("constraints")),
        ("a key of no column", "schema-key", lambda s, f: s.update(primaryKey=["khong-co"])),
        ("a reference to no column", "schema-key", lambda s, f: s["foreignKeys"][0]["reference"].update(fields=["x"])),
        ("a column without a name", "profile", lambda s, f: f["position"].pop("name")),
        ("a column without a type", "profile", lambda s, f: f["position"].pop("type")),
        ("a profile at an address", "profile", lambda s, f: s.update({"$schema": "http://example.org/x.json"})),
    ):
        told = ("ward/schemas/topics.json", 1, 1, rule)
        package = _with_schema("topics", change_one)
        # a schema that cannot be read leaves its table undeclared
        yield many(name, package, told, *([undeclared("topics")] if rule == "profile" else []))
    broken = _with_schema("topics", lambda s, f: f["topic_id"]["constraints"].update(pattern="("))
    yield many("a pattern that is none", broken, (file_path("topics"), 1, 1, "schema"))
    short = _with_schema("topics", lambda s, f: f["name_vi"]["constraints"].update(minLength=10))
    yield many(
        "a limit that has no words of its own",
        short,
        at("topics", "du-lich", "name_vi", "constraint"),
        at("topics", "song-sach", "name_vi", "constraint"),
    )
    fields = _with_schema("areas", lambda s, f: f["valid_from"].update(format="%d/%m/%Y"))
    yield many("a date of another form than ours", fields, at("areas", AREA, "valid_from", "type"))
    nothing = {"value": "", "plan": "", "plan_pct": "", "plan_claim": "", "zero_kind": "", "as_printed": ""}
    rows = [row | nothing | {"obs_status": "O"} for row in read_rows(WARD, "observations")]
    empty = remove(with_rows(WARD, "observations", rows), "discrepancies", f"plan-pct/luot-khach/{YEAR}")
    empty = with_rows(empty, "corrections", [])
    yield many("no value at all", empty, (file_path("observations"), 1, 4, "no-value"))


PACKAGE = list(_package())

# ---- injection -------------------------------------------------------------------------------------------------------

INJECTION = [
    *[
        case
        for text in ("xem javascript:alert(1)", "VBScript:x", "data:text/html,x")
        for case in in_texts(f"address {text}", text, "address")
    ],
    *[case for sign in "=+@" for case in in_texts(f"a text that begins with {sign}", f"{sign}1+2", "formula")],
    *in_texts("a text that begins with a tab", "\tSông", "formula"),
    many(
        "a text that begins with CR",
        with_file(WARD, csv_path("topics"), raw("topics").replace("Sông sạch".encode(), '"\rSông"'.encode())),
        at("topics", "song-sach", "name_vi", "formula"),
        (file_path("topics"), 3, 1, "line-ends"),
    ),
    *[
        case
        for text in (
            "gọi 0901234567",
            "gọi 0901 234 567",
            "gọi +84 901234567",
            "căn cước 051234567890",
            "căn cước 051 234 567 890",
            "thư a.b@example.org",
            "số 123456789",
        )
        for case in in_texts(f"personal data {text}", text, "personal")
    ],
    in_cell(
        "personal data in copied text",
        "observations",
        f"tat-ca-ho/{YEAR}",
        "note_vi",
        "Hỏi 0901234567.",
        "personal",
        note_en="Ask.",
    ),
]

CASES = [*ENCODING, *STRUCTURE, *VALUES, *YEARS, *RELATIONS, *PACKAGE, *INJECTION]
