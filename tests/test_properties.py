"""Two promises of the check, tried on many packages: no wrong cell gets through, and no right one is refused.

`make fuzz` tries thousands; a plain test run tries some, the same each time.
"""

import functools
import json
import os
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from wardbook import printed
from wardbook.canonical import canonical_files
from wardbook.check import check
from wardbook.package import read_package
from wardbook.table import read_table
from wards import (
    AREA,
    REAL,
    SOURCE,
    YEAR,
    csv_path,
    read_rows,
    resources,
    ward,
    with_file,
    with_rows,
)

TRIES = int(os.environ.get("FUZZ", "100"))
slow = settings(
    max_examples=TRIES,
    deadline=None,
    derandomize="FUZZ" not in os.environ,
    database=None,
    phases=[Phase.generate],  # one cell, or a few figures: there is nothing to shrink
    suppress_health_check=list(HealthCheck),
)

# ---- a wrong cell ----------------------------------------------------------------------------------------------------

# columns of an observation that are entered twice: a slip in one shows in that one or in its double
FIGURES = ("value", "plan", "plan_pct", "as_printed")
HIDDEN = "\u00a0\u00ad\u200b\u200e\u202e\u2028\ufeff\x00\x1b\t\n"
LOOK_ALIKES = str.maketrans("aceopxyđĐAEO", "асеорхуðÐАЕО")


@cache
def real():
    return read_package(REAL, "datapackage")


@cache
def cells():
    """Return every cell of the real package that is not empty: its table, the place of its row, its column's schema."""
    found = []
    for name, resource in resources(real()).items():
        for place, row in enumerate(read_rows(real(), name)):
            found += [(name, place, field) for field in resource.schema["fields"] if row[field["name"]]]
    return found


def anywhere(text, at):
    """Return the places inside a text where something may be put."""
    return at % (len(text) + 1)


def hide(text, field, at, sign):
    place = anywhere(text, at)
    return text[:place] + HIDDEN[sign % len(HIDDEN)] + text[place:]


def pad(text, field, at, sign):
    return f" {text}" if sign % 2 else f"{text} "


def decompose(text, field, at, sign):
    return unicodedata.normalize("NFD", text)


def formula(text, field, at, sign):
    return "=+@"[sign % 3] + text


def apostrophe(text, field, at, sign):
    return f"'{text}"


def error_mark(text, field, at, sign):
    return ("#REF!", "#N/A", "####", "#VALUE!")[sign % 4]


def look_alike(text, field, at, sign):
    places = [n for n, letter in enumerate(text) if letter.translate(LOOK_ALIKES) != letter]
    if not places:
        return text
    place = places[at % len(places)]
    return text[:place] + text[place].translate(LOOK_ALIKES) + text[place + 1 :]


def lose(text, field, at, sign):
    places = [n for n in range(1, len(text) - 1) if text[n - 1 : n + 2].isalpha()]
    return text[: (n := places[at % len(places)])] + "?" + text[n + 1 :] if places else text


def encode_twice(text, field, at, sign):
    return text if text.isascii() else text.encode().decode("latin-1")


def reveal(text, field, at, sign):
    return text + (" 0901234567", " 051234567890", " a@example.org")[sign % 3]


def empty(text, field, at, sign):
    return "" if field.get("constraints", {}).get("required") or field["name"] in FIGURES else text


def comma(text, field, at, sign):
    return text.replace(".", ",") if "." in text else f"{text},5"


def group(text, field, at, sign):
    return f"{int(Decimal(text)) * 1_000_000:,}".replace(",", "." if sign % 2 else " ") if Decimal(text) else text


def widen(text, field, at, sign):
    return "".join(chr(ord(c) + 0xFEE0) if c.isdecimal() else c for c in text)


def percent(text, field, at, sign):
    return f"{text}%"


def negate(text, field, at, sign):
    return f"{'-−'[sign % 2]}{text}"


def words(text, field, at, sign):
    return ("không có", "…", "-", "05-Mar", "1E+05", "NaN", "TRUE", "n/a")[sign % 8]


def turn_round(text, field, at, sign):
    year, month, day = text.split("-")
    return (f"{day}/{month}/{year}", "48213", f"{year}-02-30", f"{year}-{int(month)}-{int(day)}x")[sign % 4]


def capital(text, field, at, sign):
    return text.upper() if "enum" not in field["constraints"] else f"{text}x"


def lead_nowhere(text, field, at, sign):
    return f"{text}-x"


def scale(text, field, at, sign):
    number = Decimal(text) * (Decimal(10), Decimal("0.1"), Decimal(1000), Decimal("0.001"))[sign % 4]
    return f"{number.normalize():f}"


def one_digit(text, field, at, sign):
    places = [n for n, letter in enumerate(text) if letter.isdecimal()]
    if not places:
        return text
    place = places[at % len(places)]
    return text[:place] + str((int(text[place]) + 1 + sign % 9) % 10) + text[place + 1 :]


def swap_digits(text, field, at, sign):
    places = [n for n in range(len(text) - 1) if text[n : n + 2].isdecimal()]
    return text[: (n := places[at % len(places)])] + text[n + 1] + text[n] + text[n + 2 :] if places else text


ANY = (hide, pad, decompose, formula, apostrophe, error_mark, empty)
PROSE = (look_alike, lose, encode_twice, reveal)
NUMBER = (comma, group, widen, percent, negate, words)


def corruptions(table, field):
    """Return what may happen to a cell of a column and must then be found there."""
    kind, limits = field["type"], field.get("constraints", {})
    found = list(ANY)
    if kind == "string" and not {"pattern", "enum"} & limits.keys():
        found += PROSE
    if kind in ("number", "integer", "year"):
        found += NUMBER
    if kind == "date":
        found += [turn_round]
    if {"pattern", "enum"} & limits.keys() and field["name"] not in (
        "locator",
        "sha256",
        "official_code",
        "parent_code",
    ):
        found += [capital]
    if table == "observations" and field["name"] in FIGURES:
        found += [one_digit, swap_digits] + ([scale] if kind == "number" else [])
    if field["name"] in ("topic_id", "unit_id", "source_id", "part_of", "numerator", "denominator", "indicator_id"):
        foreign = resources(real())[table].schema.get("foreignKeys", ())
        found += [lead_nowhere] * any(field["name"] in key["fields"] for key in foreign)
    return found


def means_the_same(table, column, before, after):
    """Tell whether a cell says what it said, so that nothing is to be found."""
    if before == after:
        return True
    if table == "observations" and column == "as_printed":
        return set(printed.figures(before)) == set(printed.figures(after)) and before[:5] == after[:5]
    return False


@slow
@given(st.data())
def test_a_wrong_cell_is_found_in_its_row_and_column_or_means_what_it_meant(data):
    table, place, field = data.draw(st.sampled_from(cells()))
    corrupt = data.draw(st.sampled_from(corruptions(table, field)))
    column = field["name"]
    rows = read_rows(real(), table)
    before = rows[place][column]
    after = corrupt(before, field, data.draw(st.integers(0, 400)), data.draw(st.integers(0, 60)))
    rows[place][column] = after
    package = with_rows(real(), table, rows)
    if "\r" in after:
        return
    problems = [p for p in check(package).problems if p.path == f"datapackage/{csv_path(table)}"]
    columns = [one["name"] for one in resources(real())[table].schema["fields"]]
    entered = (*FIGURES, "obs_status", "zero_kind") if table == "observations" and column in FIGURES else (column,)
    expected = {(line_of(package, table, place), columns.index(name) + 1) for name in entered}
    told = {(p.line, p.column) for p in problems if p.rule != "order"}
    assert told & expected or means_the_same(table, column, before, after), (
        corrupt.__name__,
        table,
        column,
        before,
        after,
        told,
    )


def line_of(package, table, place):
    """Return the line that a row begins on: a cell with a line break is longer than a line."""
    before = read_rows(package, table)[:place]
    breaks = sum(cell.count("\n") for row in before for cell in row.values())
    return place + 2 + breaks


# ---- a right package -------------------------------------------------------------------------------------------------

SYLLABLES = (
    "nhà",
    "trẻ",
    "đường",
    "hoa",
    "thủy",
    "khỏe",
    "Đăk",
    "xã",
    "2031",
    "thôn",
    "nghèo",
    "giảm",
    "–",
    "(cũ)",
    "chợ;",
    "50%",
)
TEXT = (
    st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=8).map(" ".join).filter(lambda text: text[0] not in "–(")
)
KINDS = {"count": "vu", "measure": "ha", "money": "ty-dong", "percent": "phan-tram"}


def in_vietnamese(number):
    """Print a number as a report does."""
    whole, _, decimals = f"{number:f}".partition(".")
    return f"{int(whole):,}".replace(",", ".") + (f",{decimals}" if decimals else "")


@st.composite
def figures(draw):
    """Draw one figure with its plan, as the cells of an observation."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    places = 0 if kind == "count" else draw(st.integers(0, 3))
    top = 100 if kind == "percent" else draw(st.sampled_from((9, 500, 2_000_000)))
    number = st.integers(0, top * 10**places).map(lambda n: Decimal(n).scaleb(-places))
    value = draw(number)
    plan = draw(st.none() | number.filter(bool))
    percent = None
    if plan and draw(st.booleans()):
        step = Decimal(1).scaleb(-draw(st.integers(0, 2)))
        percent = (value * 100 / plan).quantize(step, ROUND_HALF_UP)
    sign = "%" if kind == "percent" else " đơn vị"
    copied = [in_vietnamese(value) + sign] + ([in_vietnamese(plan) + sign] if plan else [])
    copied += [f"{in_vietnamese(percent)}%"] if percent is not None else []
    return {
        "unit_id": KINDS[kind],
        "value": f"{value:f}",
        "plan": f"{plan:f}" if plan else "",
        "plan_pct": f"{percent:f}" if percent is not None else "",
        "obs_status": draw(st.sampled_from("AEP")),
        "zero_kind": "" if value else "none",
        "as_printed": "; ".join(copied),
        "note": draw(st.none() | TEXT),
    }


def new_ward(drawn, texts):
    """Return the invented ward's package with other indicators and figures; one more is the sum of the counts."""
    package = ward()
    for table in ("statements", "statement_indicators", "discrepancies", "corrections", "redirects"):
        package = with_rows(package, table, [])
    indicator, figure = read_rows(package, "indicators")[0], read_rows(package, "observations")[0]
    blank = dict.fromkeys(("part_of", "numerator", "denominator", "breakdown_vi", "breakdown_en", "sensitive"), "")
    counts = [one for one in drawn if one["unit_id"] == KINDS["count"]]
    total = str(sum(int(one["value"]) for one in counts))
    if counts:
        zero = "" if total != "0" else "none"
        whole = {"plan": "", "plan_pct": "", "obs_status": "A", "note": None, "unit_id": KINDS["count"]}
        drawn = [*drawn, whole | {"value": total, "zero_kind": zero, "as_printed": in_vietnamese(Decimal(total))}]
    indicators, observations = [], []
    for n, one in enumerate(drawn):
        name = {"indicator_id": f"chi-tieu-{n:02}", "position": str(n + 1)}
        part = {"part_of": f"chi-tieu-{len(drawn) - 1:02}"} if one in counts and n < len(drawn) - 1 else {}
        words = {"definition_vi": texts[n % len(texts)], "definition_en": "A figure."}
        indicators.append(indicator | blank | name | words | part | {"unit_id": one["unit_id"]})
        note = {"note_vi": one["note"] or "", "note_en": "A note." if one["note"] else ""}
        cells = {key: cell for key, cell in one.items() if key not in ("unit_id", "note")}
        ids = {"area_id": AREA, "indicator_id": name["indicator_id"], "year": YEAR, "source_id": SOURCE}
        observations.append(figure | cells | note | ids | {"plan_claim": ""})
    return with_rows(with_rows(package, "indicators", indicators), "observations", observations)


@slow
@given(st.lists(figures(), min_size=1, max_size=6), st.lists(TEXT, min_size=1, max_size=3))
def test_a_right_package_raises_no_alarm(drawn, texts):
    package = new_ward(drawn, texts)
    assert [(p.path, p.line, p.column, p.rule, p.values) for p in check(package).problems] == []


def test_what_is_tried_reaches_every_table_and_many_ways():
    tried = {(table, way.__name__) for table, _, field in cells() for way in corruptions(table, field)}
    assert {table for table, _ in tried} == {
        n for n in resources(real()) if read_table(real(), resources(real())[n])[0].lines
    }
    assert len({way for _, way in tried}) > 20


# ---- anything at all -------------------------------------------------------------------------------------------------

VALUES = [None, 5, -1, "", "x", "../x", "integer", "\u202e", True, [], {}, ["a"], {"a": 1}, 10**30]


def places(value, path=()):
    """Yield the way to everything inside a value read from JSON."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, one in inside:
        yield (*path, step)
        yield from places(one, (*path, step))


@slow
@given(st.data())
def test_no_descriptor_or_schema_stops_the_check_without_a_word(data):
    name = data.draw(st.sampled_from(sorted(path for path in ward().files if path.endswith(".json"))))
    content = json.loads(ward().files[name])
    *way, last = data.draw(st.sampled_from(list(places(content))))
    around = functools.reduce(lambda value, step: value[step], way, content)
    if data.draw(st.booleans()):
        around[last] = data.draw(st.sampled_from(VALUES))
    else:
        del around[last]
    check(with_file(ward(), name, json.dumps(content).encode()))


@slow
@given(st.data())
def test_no_bytes_stop_the_check_without_a_word(data):
    path = data.draw(st.sampled_from(sorted(path for path in ward().files if path.endswith(".csv"))))
    raw = ward().files[path]
    start, length = data.draw(st.integers(0, len(raw))), data.draw(st.integers(0, 40))
    noise = data.draw(
        st.binary(max_size=8) | st.sampled_from([b'"', b"\r", b"\n", b",", b"\xef\xbb\xbf", b"\x00", b'""'])
    )
    package = with_file(ward(), path, raw[:start] + noise + raw[start + length :])
    problems = check(package).problems
    assert problems or package.files[path] == canonical_files(package).files[path]
