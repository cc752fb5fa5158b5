"""The descriptions of the CSV files, found and used by a reader of CSV on the Web, over http as it would."""

import functools
import http.server
import json
import threading
from decimal import Decimal

import pytest
from csvw import CSVW

from published import LANGUAGES, WARDS, described_ward
from wardbook.download import PACKAGE
from wardbook.metadata.csvw import csvw_files
from wards import columns, ward


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module", params=WARDS)
def served(request, tmp_path_factory):
    """A described ward and the address of a local server that has its files."""
    found = described_ward(request.param)
    folder = tmp_path_factory.mktemp("site")
    for path, content in found.served().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield found, f"http://127.0.0.1:{server.server_port}/tai-ve/", folder / "tai-ve"
    server.shutdown()


def read(address):
    """Open a CSV file by its address alone; the reader looks for what describes it.

    Its strict mode would refuse a reference that is left empty, such as the topic above a topic of the first rank.
    """
    found = CSVW(address, validate=True, strict=False)
    assert not found.no_metadata, address
    return found


def holds(address):
    """Tell whether a table and those it refers to are what their description says."""
    found = read(address)
    try:
        return found.is_valid
    except ValueError:  # how the reader tells of a reference that leads nowhere
        return False


def test_every_csv_file_is_described_where_readers_look(served):
    ward, address, _ = served
    # those for Excel have its own marks, and SDMX-CSV is described by SDMX
    others = ("so-lieu-excel", "so-lieu-sdmx")
    downloads = ward.publication.downloads
    tables = [path for path in downloads if path.endswith(".csv") and not path.startswith(others)]
    assert len(tables) > 20
    for path in tables:
        names = {str(table.url) for table in read(address + path).tables}
        assert path.rpartition("/")[2] in {name.rpartition("/")[2] for name in names}, path


@pytest.mark.parametrize(
    "path",
    ["so-lieu.csv", "so-lieu-theo-nam.csv", "chi-tieu/thu-phi.csv", "chu-de/du-lich.csv", "datapackage/data/units.csv"],
)
def test_every_row_of_the_tables_is_what_the_description_says(served, path):
    found = read(served[1] + path)
    assert found.is_valid, [str(warning.message) for warning in found.warnings]
    rows = [row for table in found.tables for row in table.iterdicts()]
    assert rows


def test_cells_come_back_as_the_types_that_they_are(served):
    ward, address, _ = served
    (table,) = read(address + "so-lieu.csv").tables
    rows = {(row["indicator_id"], int(row["year"])): row for row in table.iterdicts()}
    for o in ward.book.catalogue.observations:
        row = rows[o.indicator_id, o.year]
        assert (row["value"], row["plan"], row["plan_pct"]) == (o.value, o.plan, o.plan_pct)
        assert row["area_code"] == "99001"
        assert row["as_printed"] == (o.as_printed or None)
    assert isinstance(rows["thu-phi", 2031]["value"], Decimal)


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("so-lieu.csv", b"12.5,", b"12;5,"),
        ("so-lieu.csv", b",2031,", b",31,"),
        ("datapackage/data/observations.csv", b",thu-phi,2031,", b",thu-phi-x,2031,"),
        ("datapackage/data/units.csv", b"\nha,", b"\nluot,"),
    ],
)
def test_the_description_notices_what_is_wrong_in_a_table(served, path, old, new):
    _, address, folder = served
    file = folder / path
    right = file.read_bytes()
    wrong = right.replace(old, new, 1)
    assert wrong != right
    try:
        file.write_bytes(wrong)
        assert not holds(address + path)
    finally:
        file.write_bytes(right)


def test_the_tables_of_the_package_are_told_by_their_schemas():
    files = csvw_files(described_ward("one year").publication, LANGUAGES)
    group = json.loads(files[f"{PACKAGE}data/csv-metadata.json"])
    package = ward()
    tables = {table["url"]: table["tableSchema"] for table in group["tables"]}
    assert tables.keys() == {one["path"].rpartition("/")[2] for one in _resources(package)}
    for one in _resources(package):
        schema = json.loads(package.files[one["schema"]])
        told = tables[one["path"].rpartition("/")[2]]
        assert [column["name"] for column in told["columns"]] == columns(package, one["name"])
        assert told["primaryKey"] == schema["primaryKey"]
        assert len(told.get("foreignKeys", [])) == len(schema.get("foreignKeys", []))
        for column in told["columns"]:
            assert [word["@language"] for word in column["rdfs:label"]] == ["vi", "en"]
            assert column["titles"] == column["name"]


def test_every_column_of_the_flat_table_is_explained_in_both_languages():
    files = csvw_files(described_ward("one year").publication, LANGUAGES)
    told = json.loads(files["so-lieu.schema.json"])["columns"]
    header = described_ward("one year").publication.downloads["so-lieu.csv"].content.decode("utf-8").split("\n")[0]
    assert [column["name"] for column in told] == header.split(",")
    for column in told:
        for words in ("rdfs:label", "dc:description"):
            assert {word["@language"] for word in column[words]} == {"vi", "en"}, column["name"]


def _resources(package):
    return json.loads(package.files["datapackage.json"])["resources"]
