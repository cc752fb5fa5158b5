"""An invented ward: a small package that breaks no rule, and ways to break it one cell at a time."""

import csv
import io
import json
from functools import cache
from pathlib import Path

from wardbook.catalogue import load
from wardbook.descriptor import read_descriptor
from wardbook.package import DESCRIPTOR, Package
from wardbook.release import read_release
from wardbook.table import read_table

ROOT = Path(__file__).resolve().parent.parent
REAL = ROOT / "datapackage"  # its resources and schemas are the format; none of its data is used here

YEAR, NEXT_YEAR = "2031", "2032"
AREA, SOURCE = "phuong-song-trang", "bao-cao-2031"


def ward():
    """Return the invented ward's package, in memory."""
    files = {DESCRIPTOR: _json(_descriptor())}
    for file in sorted((REAL / "schemas").glob("*.json")):
        files[f"schemas/{file.name}"] = file.read_bytes()
    package = Package("ward", files)
    for name, rows in _tables().items():
        package = with_rows(
            package, name, sorted(rows, key=lambda row: _key(package, name, _whole(package, name, row)))
        )
    return package


def change(package, table, key, /, **cells):
    """Return the package with other cells in one row; `key` is the end of its primary key, as in "thu-phi/2031"."""
    rows = read_rows(package, table)
    rows[_index(package, table, key)] |= cells
    return with_rows(package, table, rows)


def add(package, table, /, **cells):
    """Return the package with one more row, in its place."""
    rows = [*read_rows(package, table), _whole(package, table, cells)]
    return with_rows(package, table, sorted(rows, key=lambda row: _key(package, table, row)))


def remove(package, table, key):
    """Return the package without one row."""
    rows = read_rows(package, table)
    del rows[_index(package, table, key)]
    return with_rows(package, table, rows)


def describe_as(package, **entries):
    """Return the package with other entries at the top of its descriptor."""
    return with_file(package, DESCRIPTOR, _json(descriptor(package) | entries))


def resource_as(package, name, **entries):
    """Return the package with other entries in the descriptor of one resource."""
    resources = [one | entries if one["name"] == name else one for one in descriptor(package)["resources"]]
    return describe_as(package, resources=resources)


def tables(package):
    """Return the tables of a package as they stand in its files."""
    return {name: read_table(package, resource)[0] for name, resource in resources(package).items()}


def resources(package):
    """Return the resources that a package declares; what many packages share is read once."""
    return _declared(tuple((path, b"" if path.endswith(".csv") else raw) for path, raw in package.files.items()))


@cache
def _declared(files):
    return read_descriptor(Package("", dict(files)))[1]


def catalogue(package):
    """Return the records of a package whose tables are known to satisfy their schemas."""
    return load(tables(package), read_release(package)[0])


def with_rows(package, table, rows):
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns(package, table), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return with_file(package, csv_path(table), out.getvalue().encode("utf-8"))


def with_file(package, path, content):
    """Return the package with one file's bytes replaced, or added."""
    return Package(package.label, package.files | {path: content})


def without_file(package, path):
    return Package(package.label, {name: content for name, content in package.files.items() if name != path})


def edit(package, table, old, new):
    """Return the package with bytes of a table replaced, which must stand in it exactly once."""
    raw = package.files[csv_path(table)]
    assert raw.count(old) == 1, f"{old!r} stands {raw.count(old)} times in {table}"
    return with_file(package, csv_path(table), raw.replace(old, new))


def csv_path(table):
    return f"data/{table}.csv"


def columns(package, table):
    schema = json.loads(package.files[f"schemas/{table}.json"])
    return [field["name"] for field in schema["fields"]]


def descriptor(package):
    return json.loads(package.files[DESCRIPTOR])


def read_rows(package, table):
    return list(csv.DictReader(io.StringIO(package.files[csv_path(table)].decode("utf-8"), newline="")))


def place(package, table, key, column):
    """Return where messages say that a cell stands: path, line, column."""
    line = _index(package, table, key) + 2
    return package.path(csv_path(table)), line, columns(package, table).index(column) + 1


def write(package, folder):
    """Write a package to disk."""
    for path, content in package.files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _index(package, table, key):
    found = [
        place
        for place, row in enumerate(read_rows(package, table))
        if "/".join(["", *_key(package, table, row)]).endswith(f"/{key}")
    ]
    assert len(found) == 1, f"{key} stands in {len(found)} rows of {table}"
    return found[0]


def _key(package, table, row):
    return [row[name] for name in json.loads(package.files[f"schemas/{table}.json"])["primaryKey"]]


def _whole(package, table, cells):
    unknown = cells.keys() - set(columns(package, table))
    assert not unknown, f"{table} has no column {unknown}"
    return dict.fromkeys(columns(package, table), "") | cells


def _json(value):
    return json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8")


def _descriptor():
    real = json.loads((REAL / DESCRIPTOR).read_text(encoding="utf-8"))
    return {
        "$schema": real["$schema"],
        "name": AREA,
        "version": "2031.0.0",
        "title": "Kết quả hằng năm của phường Sông Trắng",
        "title_en": "Yearly results of Sông Trắng ward",
        "description": "Các con số của một phường không có thật.",
        "description_en": "The figures of a ward that does not exist.",
        "licenses": real["licenses"],
        "resources": real["resources"],
    }


def _tables():
    return {
        "areas": [
            {
                "area_id": AREA,
                "official_code": "99001",
                "name_vi": "phường Sông Trắng",
                "name_en": "Sông Trắng ward",
                "kind": "phuong",
                "parent_code": "99",
                "parent_name_vi": "tỉnh Núi Biếc",
                "parent_name_en": "Núi Biếc province",
                "valid_from": "2025-07-01",
                "predecessors_vi": "xã Bến Lở",
                "predecessors_en": "Bến Lở commune",
                "legal_basis": "7/2025/QĐ",
            }
        ],
        "topics": [
            _topic("du-lich", "", "1", "Du lịch", "Tourism", "Khách và phí tham quan.", "Visitors and their fees."),
            _topic(
                "song-sach", "du-lich", "1", "Sông sạch", "Clean river", "Rác, nước và cây.", "Waste, water, trees."
            ),
        ],
        "units": [
            _unit("dong", "đồng", "dong", "dong", "money"),
            _unit("ty-dong", "tỷ đồng", "billion dong", "billion dong", "money", base_unit="dong", scale="1000000000"),
            _unit("luot", "lượt", "visit", "visits", "count"),
            _unit("ho", "hộ", "household", "households", "count"),
            _unit("vu", "vụ", "case", "cases", "count"),
            _unit("ha", "ha", "ha", "ha", "measure"),
            _unit("phan-tram", "%", "%", "%", "percent", name_vi="phần trăm", name_en="per cent"),
        ],
        "indicators": [
            # money with a base unit; its plan is printed only as a percentage
            _indicator("thu-phi", "du-lich", "ty-dong", 1, "Thu phí tham quan", "Visitor fees", headline="true"),
            # a count with parts and a printed plan
            _indicator(
                "luot-khach",
                "du-lich",
                "luot",
                2,
                "Lượt khách",
                "Visits",
                aliases_vi="du khách; khách du lịch",
                aliases_en="tourists",
                headline="true",
                plan_name_vi="chỉ tiêu được giao",
                plan_name_en="the assigned target",
            ),
            _part("khach-trong-tinh", 3, "Khách trong tỉnh", "Visits from the province"),
            _part("khach-ngoai-tinh", 4, "Khách ngoài tỉnh", "Visits from elsewhere"),
            # a rate whose numerator and denominator are printed, with a target for the next year
            _rate("ty-le-khach-trong-tinh", 5, "khach-trong-tinh", "luot-khach", topic_id="du-lich"),
            # lower is better: none found so far, and none at all
            _indicator("vu-xa-thai", "song-sach", "vu", 1, "Vụ xả thải", "Dumping cases", direction="lower"),
            _indicator("diem-ngap", "song-sach", "vu", 2, "Điểm ngập", "Flooded spots", direction="lower"),
            # a denominator that is not reported, and the two rates over it
            _indicator("tat-ca-ho", "song-sach", "ho", 3, "Tất cả các hộ", "All households", direction="neutral"),
            _indicator("ho-tach-rac", "song-sach", "ho", 4, "Hộ tách rác", "Households that sort waste"),
            _indicator("ho-nuoc-may", "song-sach", "ho", 5, "Hộ dùng nước máy", "Households with piped water"),
            _rate("ty-le-tach-rac", 6, "ho-tach-rac", "tat-ca-ho"),
            _rate("ty-le-nuoc-may", 7, "ho-nuoc-may", "tat-ca-ho"),
            # a claim in words
            _indicator("ty-le-thu-gom", "song-sach", "phan-tram", 8, "Tỷ lệ rác thu gom", "Share of waste collected"),
            # a printed plan without a percentage
            _indicator("cay-ven-song", "song-sach", "ha", 9, "Cây ven sông", "Riverside trees"),
        ],
        "sources": [
            {
                "source_id": SOURCE,
                "title_vi": "Báo cáo tổng kết năm 2031",
                "title_en": "Report on the year 2031",
                "publisher_vi": "Ủy ban nhân dân phường Sông Trắng",
                "publisher_en": "People’s Committee of Sông Trắng ward",
                "document_number": "12/BC",
                "date_issued": "2031-12-20",
                "period_start": "2031-01-01",
                "period_end": "2031-12-31",
                "sha256": "0123456789abcdef" * 4,
                "note_vi": "Văn bản không có thật.",
                "note_en": "The document does not exist.",
            }
        ],
        "observations": [
            _figure("thu-phi", "12,5 tỷ đồng; 80,65%", value="12.5", plan_pct="80.65", obs_status="E"),
            _figure("luot-khach", "1.250/1.200 lượt; 104,16%", value="1250", plan="1200", plan_pct="104.16"),
            _figure("khach-trong-tinh", "800 lượt", value="800", locator="I.1¶1#1"),
            _figure("khach-ngoai-tinh", "450 lượt", value="450", locator="I.1¶1#2"),
            _figure("ty-le-khach-trong-tinh", "64%", value="64"),
            _figure("ty-le-khach-trong-tinh", "70%", year=NEXT_YEAR, plan="70", obs_status="O", locator="III.2"),
            _figure("vu-xa-thai", "chưa phát hiện vụ nào", value="0", zero_kind="not_found", locator="I.2¶1"),
            _figure("diem-ngap", "không còn điểm ngập", value="0", zero_kind="none", locator="I.2¶1"),
            _figure("tat-ca-ho", "", obs_status="O", locator="I.2¶2"),
            _figure("ho-tach-rac", "480 hộ", value="480", locator="I.2¶2"),
            _figure("ho-nuoc-may", "1.920 hộ", value="1920", locator="I.2¶2"),
            _figure("ty-le-tach-rac", "24%", value="24", obs_status="P", locator="I.2¶2"),
            _figure("ty-le-nuoc-may", "96%; 100%", value="96", plan_pct="100", locator="I.2¶2"),
            _figure("ty-le-thu-gom", "91,5%", value="91.5", plan_claim="exceeded", locator="I.2¶3"),
            _figure(
                "cay-ven-song",
                "3,25/3,5 ha",
                value="3.25",
                plan="3.5",
                locator="I.2¶3",
                note_vi="Tính cả cây trồng dặm.",
                note_en="Replanted trees included.",
            ),
        ],
        "statements": [
            _statement("han-che-1", "limitation", "Thu phí còn thấp.", "Few fees were collected."),
            _statement("khach-quan-1", "objective_cause", "Mưa kéo dài.", "The rains were long."),
            _statement("chu-quan-1", "subjective_cause", "Thiếu người thu phí.", "Collectors were too few."),
            _statement("bien-phap-1", "remedy", "Tuyển thêm người.", "Hire more people."),
            _statement("xep-loai-1", "rating", "Tự đề nghị mức khá.", "The ward proposes “fair”."),
            _statement("viec-1", "task", "Đón thêm khách trong tỉnh.", "Win more visits from nearby.", year=NEXT_YEAR),
        ],
        "statement_indicators": [
            {"statement_id": "han-che-1", "indicator_id": "thu-phi"},
            {"statement_id": "viec-1", "indicator_id": "ty-le-khach-trong-tinh"},
        ],
        "discrepancies": [
            {
                "check_id": "plan-pct/luot-khach/2031",
                "explanation_vi": "1.250 chia 1.200 bằng 104,17%; báo cáo cắt bớt chữ số.",
                "explanation_en": "1,250 over 1,200 is 104.17%; the report cut a digit off.",
            }
        ],
        "corrections": [
            {
                "date": "2032-02-03",
                "table": "observations",
                "key": f"{AREA}/luot-khach/2031",
                "field": "value",
                "old_value": "1205",
                "new_value": "1250",
                "reason_vi": "Gõ nhầm.",
                "reason_en": "A slip of the keyboard.",
            }
        ],
        "redirects": [
            {
                "from_id": "du-khach",
                "to_id": "luot-khach",
                "reason_vi": "Đổi tên chỉ tiêu.",
                "reason_en": "The indicator was renamed.",
            }
        ],
    }


def _topic(topic_id, parent_id, position, *texts):
    names = ("name_vi", "name_en", "summary_vi", "summary_en")
    return {"topic_id": topic_id, "parent_id": parent_id, "position": position, **dict(zip(names, texts, strict=True))}


def _unit(unit_id, symbol_vi, symbol_en, plural_en, kind, **cells):
    symbols = {"symbol_vi": symbol_vi, "symbol_en": symbol_en, "plural_en": plural_en}
    return {"unit_id": unit_id, "name_vi": symbol_vi, "name_en": symbol_en, **symbols, "kind": kind, **cells}


def _indicator(indicator_id, topic_id, unit_id, position, name_vi, name_en, **cells):
    return {
        "indicator_id": indicator_id,
        "topic_id": topic_id,
        "unit_id": unit_id,
        "position": str(position),
        "name_vi": name_vi,
        "name_en": name_en,
        "sentence_vi": "phường có {value}",
        "sentence_en": "the ward had {value}",
        "definition_vi": f"{name_vi} trong năm.",
        "definition_en": f"{name_en} over the year.",
        "direction": "higher",
        **cells,
    }


def _part(indicator_id, position, name_vi, name_en):
    breakdown = {"breakdown_vi": "theo nơi đến", "breakdown_en": "by origin"}
    whole = {"part_of": "luot-khach", **breakdown}
    return _indicator(indicator_id, "du-lich", "luot", position, name_vi, name_en, direction="neutral", **whole)


def _rate(indicator_id, position, numerator, denominator, topic_id="song-sach"):
    name_vi, name_en = f"Tỷ lệ {position}: phần của tổng", f"Rate {position}: part of the whole"
    ends = {"numerator": numerator, "denominator": denominator}
    return _indicator(indicator_id, topic_id, "phan-tram", position, name_vi, name_en, **ends)


def _figure(indicator_id, as_printed, **cells):
    return {
        "area_id": AREA,
        "indicator_id": indicator_id,
        "year": YEAR,
        "obs_status": "A",
        "source_id": SOURCE,
        "locator": "I.1¶1",
        "as_printed": as_printed,
        **cells,
    }


def _statement(statement_id, kind, text_vi, text_en, year=YEAR):
    return {
        "statement_id": statement_id,
        "kind": kind,
        "year": year,
        "topic_id": "du-lich",
        "position": "1",
        "text_vi": text_vi,
        "text_en": text_en,
        "source_id": SOURCE,
        "locator": "II.1¶2#3",
    }
