"""The JSON API: resources against their schemas, figures against the package, the description by its tool."""

import csv
import io
import json
import re
from collections.abc import Mapping
from decimal import Decimal

import jsonschema
import orjson
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, validate
from openapi_spec_validator.readers import read_from_filename
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError
from referencing import Registry, Resource

from published import ADDRESS, LANGUAGES, NASTY, WARDS, described_ward, every_ward
from wardbook.derive import Status
from wardbook.metadata.api import OPENAPI, RESOURCES, api_paths
from wardbook.metadata.described import described_data, described_files
from wardbook.metadata.exact import json_bytes
from wardbook.page import Writer
from wards import read_rows, ward

ROOT = "api/v1/"


def api(files):
    """Return the files of the API by their path below its root."""
    return {path.removeprefix(ROOT): content for path, content in files.items() if path.startswith(ROOT)}


def leaves(value):
    """Yield what stands at the ends of nested values."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def load(content):
    """Read JSON with every number as it is written."""
    return json.loads(content, parse_float=Decimal, parse_int=Decimal)


def validator(files, name):
    """Return the validator of a schema of the API, which finds the others beside it and nothing elsewhere."""
    schemas = {path: json.loads(raw) for path, raw in files.items() if path.startswith("schemas/")}
    base = "https://schemas.invalid/"
    registry = Registry().with_resources((base + path, Resource.from_contents(s)) for path, s in schemas.items())
    kind = jsonschema.Draft202012Validator
    return kind({"$ref": f"{base}schemas/{name}.json"}, registry=registry, format_checker=kind.FORMAT_CHECKER)


def resources(files):
    """Every resource of the API with the name of its schema."""
    for pattern, schema in RESOURCES.values():
        folder, brace, _ = pattern.partition("{")
        for path, raw in files.items():
            if path == pattern or (brace and path.startswith(folder)):
                yield path, schema, json.loads(raw)


@every_ward
def test_every_resource_satisfies_its_schema(name, address):
    files = api(described_ward(name, address).files)
    seen = set()
    for path, schema, record in resources(files):
        faults = [f"{error.json_path}: {error.message}" for error in validator(files, schema).iter_errors(record)]
        assert faults == [], path
        seen.add(path)
    assert seen == {path for path in files if not path.startswith("schemas/")} - {OPENAPI}
    assert len(seen) > 20


@every_ward
def test_the_schemas_are_schemas(name, address):
    for path, raw in api(described_ward(name, address).files).items():
        if path.startswith("schemas/"):
            jsonschema.Draft202012Validator.check_schema(json.loads(raw))


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("indicators/thu-phi.json", lambda record: record["indicator"].pop("unit")),
        ("indicators/thu-phi.json", lambda record: record["observations"][0].update(value="12.5")),
        ("indicators/thu-phi.json", lambda record: record["indicator"]["name"].pop("en")),
        ("index.json", lambda record: record["area"].update(official_code="99001")),
        ("checks.json", lambda record: record.update(more=1)),
    ],
)
def test_the_schemas_notice_what_is_wrong(path, change):
    files = api(described_ward("one year").files)
    (schema,) = [schema for one, schema, _ in resources(files) if one == path]
    record = json.loads(files[path])
    change(record)
    assert not validator(files, schema).is_valid(record)


def test_the_states_of_a_plan_in_the_schema_are_those_of_the_code():
    schemas = json.loads(api(described_ward("one year").files)["schemas/common.json"])["$defs"]
    states = schemas["observation"]["properties"]["derived"]["properties"]["plan_status"]["enum"]
    assert states == [status.value for status in Status]


# ---- figures ---------------------------------------------------------------------------------------------------------


def test_every_cell_of_every_figure_comes_back_digit_by_digit():
    found = api(described_ward("three years").files)["observations.json"]
    rows = package_rows("three years", "observations")
    records = {(one["indicator_id"], one["year"]): one for one in load(found)["observations"]}
    assert len(records) == len(rows)
    for row in rows:
        record = records[row["indicator_id"], Decimal(row["year"])]
        for column in ("value", "plan", "plan_pct"):
            number = record[column]
            assert ("" if number is None else f"{number:f}") == row[column]
        for column in ("area_id", "plan_claim", "obs_status", "zero_kind", "source_id", "locator", "as_printed"):
            assert (record[column] or "") == row[column]
        for code in ("vi", "en"):
            assert (record["note"] or {"vi": "", "en": ""})[code] == row[f"note_{code}"]


def package_rows(name, table):
    raw = described_ward(name).publication.downloads[f"datapackage/data/{table}.csv"].content
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8"), newline="")))


@pytest.mark.parametrize("digits", ["0.10", "100", "1.000", "12345678901234567890.123456789", "0.1", "82610000000"])
def test_a_number_is_written_with_the_digits_that_it_has(digits):
    written = json_bytes({"value": Decimal(digits)})
    assert written == f'{{\n  "value": {digits}\n}}\n'.encode()
    assert load(written)["value"].as_tuple() == Decimal(digits).as_tuple()


@pytest.mark.parametrize("value", [{}, [], {"a": [], "b": {"c": [1, None, True, '“\u2028"']}}, [[1], {"x": "y"}]])
def test_all_other_json_is_that_of_the_standard_library(value):
    assert json_bytes(value).decode("utf-8") == json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def test_a_value_that_json_does_not_have_stops_the_build():
    with pytest.raises(TypeError):
        json_bytes({"value": object()})


@pytest.mark.parametrize("name", WARDS)
def test_no_number_goes_by_way_of_floating_point(name, monkeypatch):
    written, dumps = [], orjson.dumps

    def keeping(value, *rest):
        written.append(value)
        return dumps(value, *rest)

    monkeypatch.setattr(orjson, "dumps", keeping)
    for describe in (described_data, described_files):
        describe(described_ward(name).publication, LANGUAGES)
    numbers = {type(leaf) for value in written for leaf in leaves(value)} - {str, bool, type(None)}
    assert Decimal in numbers
    assert numbers <= {Decimal, int}


def test_what_the_source_does_not_print_stands_apart():
    found = load(api(described_ward("one year").files)["indicators/thu-phi.json"])
    (figure,) = found["observations"]
    assert figure["plan"] is None
    assert figure["derived"] == {"plan_status": "missed", "plan_implied": Decimal("15.5")}


def test_a_corrected_figure_carries_its_corrections_wherever_it_stands():
    files = api(described_ward("three years").files)
    expected = [
        {"date": "2031-04-10", "field": field, "old_value": old, "new_value": new, "reason": REASON}
        for field, old, new in (("obs_status", "E", "A"), ("plan_pct", "91.67", "93.33"), ("value", "11", "11.2"))
    ]
    for path in ("indicators/thu-phi.json", "topics/du-lich.json", "observations.json", "years/2030.json"):
        figures = json.loads(files[path])["observations"]
        (figure,) = [one for one in figures if (one["indicator_id"], one["year"]) == ("thu-phi", 2030)]
        assert sorted(figure["corrections"], key=lambda one: one["field"]) == expected, path
    (latest,) = [
        one["latest"]
        for one in json.loads(files["indicators.json"])["indicators"]
        if one["indicator_id"] == "luot-khach"
    ]
    assert [(one["old_value"], one["new_value"]) for one in latest["corrections"]] == [("1205", "1250")]


REASON = {"vi": "Số chính thức thay số ước.", "en": "The final figure replaced the estimate."}


# ---- what is where ---------------------------------------------------------------------------------------------------


def test_there_is_a_resource_for_every_indicator_topic_and_year():
    files = api(described_ward("three years").files)
    ids = {row["indicator_id"] for row in package_rows("three years", "indicators")}
    assert {path for path in files if path.startswith("indicators/")} == {f"indicators/{one}.json" for one in ids}
    assert {path for path in files if path.startswith("years/")} == {f"years/{y}.json" for y in (2029, 2030, 2031)}
    years = [json.loads(files[f"years/{year}.json"])["observations"] for year in (2029, 2030, 2031)]
    assert [{one["year"] for one in figures} for figures in years] == [{2029}, {2030}, {2031}]
    assert {row["topic_id"] for row in read_rows(ward(), "topics")} == {
        path[len("topics/") : -len(".json")] for path in files if path.startswith("topics/")
    }


@every_ward
def test_every_link_leads_to_a_file_of_the_api(name, address):
    files = api(described_ward(name, address).files)
    index = json.loads(files["index.json"])
    links = [one["url"] for kind in ("topics", "indicators") for one in json.loads(files[f"{kind}.json"])[kind]]
    links += [one["schema"] for one in index["resources"]] + [index["openapi"]]
    assert len(links) > 20
    assert {link.removeprefix(address + ROOT if address else "") for link in links} <= files.keys()
    pages = [one["page"] for one in json.loads(files["topics.json"])["topics"]]
    expected = {"vi": f"{ADDRESS}chu-de/du-lich/", "en": f"{ADDRESS}en/chu-de/du-lich/"}
    assert pages[0] == (expected if address else None)


@every_ward
def test_the_files_to_take_away_are_the_bytes_of_the_api(name, address):
    found = described_ward(name, address)
    for path, file in found.publication.downloads.items():
        folder, _, rest = path.partition("/")
        if folder in ("chi-tieu", "chu-de", "nam") and path.endswith(".json"):
            resource = {"chi-tieu": "indicators", "chu-de": "topics", "nam": "years"}[folder]
            assert found.files[f"{ROOT}{resource}/{rest}"] == file.content
            assert file.rows == len(json.loads(file.content)["observations"])
    assert "chi-tieu/thu-phi.json" in found.publication.downloads


def test_the_index_tells_the_code_of_the_area_with_its_day():
    index = json.loads(api(described_ward("one year").files)["index.json"])
    assert index["area"]["official_code"] == {"code": "99001", "valid_from": "2025-07-01"}
    assert {one["path"] for one in index["resources"]} == {path for path, _ in RESOURCES.values()}


def test_nasty_text_comes_back_as_it_was():
    found = json.loads(api(described_ward("nasty").files)["indicators/thu-phi.json"])
    assert found["indicator"]["name"] == {"vi": NASTY, "en": NASTY}
    assert found["observations"][0]["as_printed"] == NASTY
    assert found["version"] == NASTY


@pytest.mark.parametrize("code", ["vi", "en"])
def test_people_are_told_every_path_and_every_link_is_a_file(code):
    files = described_ward("one year").files
    rows = api_paths(LANGUAGES[code])
    assert {path.removeprefix(ROOT) for path, _, _ in rows} >= {path for path, _ in RESOURCES.values()}
    assert {link for _, link, _ in rows if link} <= files.keys()
    assert all(what for _, _, what in rows)


@pytest.mark.parametrize("code", ["vi", "en"])
def test_the_data_page_tells_them_in_a_table(code):
    publication = described_ward("one year").publication
    page = Writer(publication, LANGUAGES[code]).pages()["so-lieu/index.md"].decode("utf-8")
    table = re.search(r'<caption id="bang-api">.*?</table>', page, re.DOTALL)[0]
    up = "../" if code == "vi" else "../../"
    rows = api_paths(LANGUAGES[code])
    assert re.findall(r'<a href="([^"]+)">', table) == [up + link for _, link, _ in rows if link]
    assert table.count("<tr>") == len(rows) + 1


# ---- the description -------------------------------------------------------------------------------------------------


@every_ward
def test_the_description_is_openapi_3_1(name, address, tmp_path):
    files = api(described_ward(name, address).files)
    for path, raw in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(raw)
    described, base = read_from_filename(str(tmp_path / OPENAPI))
    validate(described, base_uri=base, cls=OpenAPIV31SpecValidator)
    assert described["openapi"].startswith("3.1")


def test_the_openapi_validator_notices_what_is_wrong(tmp_path):
    files = api(described_ward("one year").files)
    described = json.loads(files[OPENAPI])
    del described["info"]["title"]
    with pytest.raises(OpenAPIValidationError, match="title"):
        validate(described, base_uri=(tmp_path / OPENAPI).as_uri(), cls=OpenAPIV31SpecValidator)


@every_ward
def test_the_description_names_every_resource_its_schema_and_where_the_api_stands(name, address):
    described = json.loads(api(described_ward(name, address).files)[OPENAPI])
    told = {
        path.removeprefix("/"): one["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
        for path, one in described["paths"].items()
    }
    assert told == {path: f"schemas/{schema}.json" for path, schema in RESOURCES.values()}
    assert described["servers"] == [{"url": f"{ADDRESS}api/v1" if address else "."}]
    assert described["info"]["license"]["url"] == "https://creativecommons.org/licenses/by/4.0/"
