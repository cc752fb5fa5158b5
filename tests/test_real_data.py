"""The real data package: what is published."""

import csv
import json
import re
import unicodedata

import jsonschema
import pytest

from wardbook.check import check
from wardbook.derive import Status, derive
from wardbook.descriptor import PROFILE_FILE
from wardbook.identity import identities
from wardbook.language import CODES, read_language
from wardbook.package import DESCRIPTOR, read_package
from wardbook.say import place, sentence, value_text
from wards import REAL, ROOT

TABLES = sorted(file.stem for file in (REAL / "data").glob("*.csv"))

DISAGREEMENTS = {
    "plan-pct/dan-so-trung-binh/2025",
    "sum/truong-hoc/co-so-giao-duc-dat-an-toan/2025",
}

BELOW_PLAN = {
    "thu-ngan-sach-nha-nuoc",
    "giai-ngan-dau-tu-cong",
    "hoc-sinh-trung-hoc-co-so",
    "dan-gia-cam",
    "dan-gia-suc",
}


@pytest.fixture(scope="module")
def checked():
    return check(read_package(REAL, REAL.name))


@pytest.fixture(scope="module")
def book(checked):
    return derive(checked.catalogue)


@pytest.fixture(scope="module")
def descriptor():
    return json.loads((REAL / DESCRIPTOR).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def schemas():
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in (REAL / "schemas").glob("*.json")}


def test_the_package_breaks_no_rule(checked):
    assert checked.problems == ()


def test_frictionless_finds_no_fault_in_the_package_on_disk():
    import frictionless

    report = frictionless.Package(str(REAL / DESCRIPTOR)).validate()
    assert report.flatten(["name", "type", "message"]) == []
    assert sorted(task.name for task in report.tasks) == TABLES


@pytest.mark.parametrize("inlined", [False, True], ids=["schemas by path", "schemas inlined"])
def test_the_descriptor_keeps_to_the_published_profile(descriptor, schemas, inlined):
    if inlined:
        resources = [one | {"schema": schemas[one["name"]]} for one in descriptor["resources"]]
        descriptor = descriptor | {"resources": resources}
    profile = json.loads(PROFILE_FILE.read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(profile)
    assert [error.message for error in jsonschema.Draft7Validator(profile).iter_errors(descriptor)] == []


def test_every_table_is_declared_once_with_its_schema(descriptor, schemas):
    names = [one["name"] for one in descriptor["resources"]]
    assert sorted(names) == TABLES == sorted(schemas)


def test_every_table_is_described_in_both_languages(descriptor):
    for one in descriptor["resources"]:
        assert all(one[name] for name in ("title", "title_en", "description", "description_en")), one["name"]


def test_every_field_has_a_title_and_a_description_in_both_languages(schemas):
    for table, schema in schemas.items():
        for field in schema["fields"]:
            words = [field.get(name, "") for name in ("title", "title_en", "description", "description_en")]
            assert all(words), f"{table}.{field['name']}"


def test_every_table_has_a_primary_key_and_every_id_a_reference(schemas):
    for table, schema in schemas.items():
        assert schema["primaryKey"], table
        linked = {name for key in schema.get("foreignKeys", ()) for name in key["fields"]}
        ids = {field["name"] for field in schema["fields"] if field["name"].endswith("_id")}
        assert ids - set(schema["primaryKey"]) - linked == set(), table


def test_every_figure_of_the_report_is_there(book):
    numbers = [n for o in book.catalogue.observations for n in (o.value, o.plan, o.plan_pct) if n is not None]
    assert len(book.catalogue.indicators) >= 88
    assert len(numbers) >= 120


def test_every_indicator_has_a_figure_for_the_year_of_the_book(book):
    assert [i for i in book.catalogue.indicators.values() if book.current(i) is None] == []


def test_the_arithmetic_of_the_report_holds_but_for_two_explained_disagreements(book):
    failing = {identity.check_id for identity in identities(book.catalogue) if not identity.holds}
    assert failing == DISAGREEMENTS == book.catalogue.discrepancies.keys()


def test_exactly_five_figures_are_below_their_plan(book):
    assert {i.indicator_id for i in book.planned() if book.status(i) is Status.MISSED} == BELOW_PLAN


@pytest.mark.parametrize("code", CODES)
def test_every_figure_can_be_said_in_a_sentence(book, code):
    language = read_language(code)
    for observation in book.catalogue.observations:
        indicator = book.catalogue.indicators[observation.indicator_id]
        said = sentence(book, indicator, observation, language)
        assert str(observation.year) in said
        assert said.endswith(".")
        assert not re.search(r"[{}]|  |,,|\.\.", said), said
        assert value_text(book, indicator, observation, language)


def test_every_sentence_holds_its_value(book):
    for code in CODES:
        language = read_language(code)
        for indicator in book.catalogue.indicators.values():
            observation = book.current(indicator)
            if observation.value is not None:
                amount = language.amount(observation.value, book.unit(indicator))
                assert amount in sentence(book, indicator, observation, language)


@pytest.mark.parametrize("code", CODES)
def test_every_locator_can_be_written_in_words(book, code):
    language = read_language(code)
    for item in (*book.catalogue.observations, *book.catalogue.statements.values()):
        assert place(item.locator, language)


def test_every_kind_of_statement_is_there(book, schemas):
    kinds = next(field for field in schemas["statements"]["fields"] if field["name"] == "kind")["constraints"]["enum"]
    assert {statement.kind for statement in book.catalogue.statements.values()} == set(kinds)


@pytest.mark.parametrize("table", TABLES)
def test_rows_are_sorted_by_key_and_keys_stand_once(schemas, table):
    with (REAL / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        keys = [tuple(row[name] for name in schemas[table]["primaryKey"]) for row in csv.DictReader(file)]
    assert keys == sorted(set(keys))


@pytest.mark.parametrize("path", sorted(file.relative_to(REAL).as_posix() for file in REAL.rglob("*.*")))
def test_files_are_nfc_with_plain_line_ends_and_no_byte_order_mark(path):
    raw = (REAL / path).read_bytes()
    assert unicodedata.is_normalized("NFC", raw.decode("utf-8"))
    assert b"\r" not in raw
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert raw.endswith(b"\n")


def test_no_text_was_left_untranslated(book):
    for indicator in book.catalogue.indicators.values():
        assert indicator.name.vi != indicator.name.en
        assert indicator.definition.vi != indicator.definition.en
    for statement in book.catalogue.statements.values():
        assert statement.text.vi != statement.text.en


def test_no_two_indicators_have_the_same_name(book):
    for code in CODES:
        names = [indicator.name[code] for indicator in book.catalogue.indicators.values()]
        assert len(names) == len(set(names))


# tests that open pages in a browser or build the real site speak of real pages
SPEAK_OF_REAL_DATA = {
    "test_real_data.py",
    "test_guide.py",
    "test_browser.py",
    "test_access.py",
    "test_site.py",
    "queries.yml",
    "queries_later.yml",
    "conftest.py",
}


def test_no_code_names_the_ward_or_a_topic_or_an_indicator(book):
    """Another ward changes data and mkdocs.yml, no code."""
    ids = {*book.catalogue.areas, *book.catalogue.topics, *book.catalogue.indicators}
    words = re.compile("|".join(rf"(?<![\w-]){re.escape(name)}(?![\w-])" for name in sorted(ids)))
    proper = [area.name.vi.split(" ", 1)[1] for area in book.catalogue.areas.values()]  # without its kind
    for file in (*(ROOT / "scripts").rglob("*.*"), *(ROOT / "tests").rglob("*.*")):
        if file.is_file() and file.name not in SPEAK_OF_REAL_DATA and "__pycache__" not in file.parts:
            text = file.read_text(encoding="utf-8", errors="replace")
            assert not words.search(text), f"{file.name} names {words.search(text)[0]}"
            assert not [name for name in proper if name in text], file.name
