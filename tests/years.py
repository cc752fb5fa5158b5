"""The invented ward with three years: gaps, breaks, an estimate made final, a late start and an early end."""

from wards import AREA, YEAR, add, change, ward

FIRST, SECOND = "2029", "2030"

# indicator, year, as printed, and the cells that differ from a plain figure
_FIGURES = (
    # an estimate that became final, with a plan each year
    ("thu-phi", FIRST, "9,8/10 tỷ đồng; 98%", {"value": "9.8", "plan": "10", "plan_pct": "98"}),
    ("thu-phi", SECOND, "11,2/12 tỷ đồng; 93,33%", {"value": "11.2", "plan": "12", "plan_pct": "93.33"}),
    # a whole and its parts, and the rate between them
    ("luot-khach", FIRST, "980/1.000 lượt; 98%", {"value": "980", "plan": "1000", "plan_pct": "98"}),
    ("luot-khach", SECOND, "1.120/1.100 lượt; 101,8%", {"value": "1120", "plan": "1100", "plan_pct": "101.8"}),
    ("khach-trong-tinh", FIRST, "700 lượt", {"value": "700"}),
    ("khach-trong-tinh", SECOND, "720 lượt", {"value": "720"}),
    ("khach-ngoai-tinh", FIRST, "280 lượt", {"value": "280"}),
    ("khach-ngoai-tinh", SECOND, "400 lượt", {"value": "400"}),
    ("ty-le-khach-trong-tinh", FIRST, "71,4%", {"value": "71.4"}),
    ("ty-le-khach-trong-tinh", SECOND, "64,3%", {"value": "64.3"}),
    # few cases, then none found so far
    ("vu-xa-thai", FIRST, "3 vụ", {"value": "3"}),
    ("vu-xa-thai", SECOND, "2 vụ", {"value": "2"}),
    # a jump that a note explains, then none at all
    (
        "diem-ngap",
        FIRST,
        "25 điểm",
        {"value": "25"},
    ),
    (
        "diem-ngap",
        SECOND,
        "2 điểm",
        {"value": "2", "note_vi": "Xây xong kè bờ bắc.", "note_en": "The north bank was walled."},
    ),
    # figures that stop being reported
    ("tat-ca-ho", FIRST, "1.950 hộ", {"value": "1950"}),
    ("tat-ca-ho", SECOND, "1.970 hộ", {"value": "1970"}),
    # a gap between two years
    ("ho-tach-rac", FIRST, "300 hộ", {"value": "300"}),
    ("ho-tach-rac", SECOND, "", {"obs_status": "O"}),
    ("ho-nuoc-may", FIRST, "1.833 hộ", {"value": "1833"}),
    ("ho-nuoc-may", SECOND, "1.872 hộ", {"value": "1872"}),
    ("ty-le-tach-rac", FIRST, "15,4%", {"value": "15.4"}),
    ("ty-le-tach-rac", SECOND, "", {"obs_status": "O"}),
    ("ty-le-nuoc-may", FIRST, "94%", {"value": "94"}),
    ("ty-le-nuoc-may", SECOND, "95%", {"value": "95"}),
    # a break in the middle of the series
    ("ty-le-thu-gom", FIRST, "70,5%", {"value": "70.5"}),
    (
        "ty-le-thu-gom",
        SECOND,
        "88,5%",
        {"value": "88.5", "obs_status": "B", "note_vi": "Cân cả rác chợ.", "note_en": "Market waste is weighed too."},
    ),
    # a break in the last year (its status stands below)
    ("cay-ven-song", FIRST, "2,1/2,5 ha", {"value": "2.1", "plan": "2.5"}),
    ("cay-ven-song", SECOND, "2,6/2,6 ha", {"value": "2.6", "plan": "2.6"}),
    # a late start, and a jump that a note explains
    ("thue-thuyen", SECOND, "12 lượt", {"value": "12"}),
    (
        "thue-thuyen",
        YEAR,
        "156 lượt",
        {"value": "156", "note_vi": "Mở thêm bến phía nam.", "note_en": "The south pier opened."},
    ),
    # an early end
    ("ho-dung-gieng", FIRST, "120 hộ", {"value": "120"}),
    ("ho-dung-gieng", SECOND, "", {"obs_status": "M"}),
)

# id, kind, year it speaks of, the report it stands in, and its words
_STATEMENTS = (
    ("han-che-2029-1", "limitation", FIRST, FIRST, "Bến tàu còn chật.", "The pier was too small."),
    ("han-che-2030-1", "limitation", SECOND, SECOND, "Thiếu thuyền.", "Boats were too few."),
    ("viec-2030-1", "task", SECOND, FIRST, "Mở rộng bến tàu.", "Widen the pier."),
    ("viec-2031-1", "task", YEAR, SECOND, "Mua thêm thuyền.", "Buy more boats."),
    ("xep-loai-2030-1", "rating", SECOND, SECOND, "Tự đề nghị mức trung bình.", "The ward proposes “average”."),
)


def three_years():
    """Return the ward with figures of three years and a target for a fourth; it breaks no rule."""
    package = ward()
    for year in (FIRST, SECOND):
        package = add(package, "sources", **_source(year))
    package = add(
        package, "indicators", **_indicator("thue-thuyen", "du-lich", "luot", "6", "Thuê thuyền", "Boat hire")
    )
    package = add(
        package,
        "indicators",
        **_indicator("ho-dung-gieng", "song-sach", "ho", "10", "Hộ dùng giếng", "Households with wells"),
    )
    for indicator_id, year, as_printed, cells in _FIGURES:
        package = add(package, "observations", **_figure(indicator_id, year, as_printed), **_plain(cells))
    for statement in _STATEMENTS:
        package = add(package, "statements", **_statement(*statement))
    for statement_id, indicator_id in (("han-che-2030-1", "thue-thuyen"), ("viec-2031-1", "thue-thuyen")):
        package = add(package, "statement_indicators", statement_id=statement_id, indicator_id=indicator_id)
    for field, old_value, new_value in (
        ("value", "11", "11.2"),
        ("plan_pct", "91.67", "93.33"),
        ("obs_status", "E", "A"),
    ):
        package = add(package, "corrections", **_final(field, old_value, new_value))
    package = change(package, "observations", "cay-ven-song/2031", obs_status="B")
    none_left = {"note_vi": "Hai điểm cuối đã hết ngập.", "note_en": "The last two spots are dry."}
    return change(package, "observations", "diem-ngap/2031", **none_left)


def _plain(cells):
    return {"obs_status": "A", **cells}


def _figure(indicator_id, year, as_printed):
    return {
        "area_id": AREA,
        "indicator_id": indicator_id,
        "year": year,
        "source_id": f"bao-cao-{year}",
        "locator": "I.1¶1",
        "as_printed": as_printed,
    }


def _source(year):
    return {
        "source_id": f"bao-cao-{year}",
        "title_vi": f"Báo cáo tổng kết năm {year}",
        "title_en": f"Report on the year {year}",
        "publisher_vi": "Ủy ban nhân dân phường Sông Trắng",
        "publisher_en": "People’s Committee of Sông Trắng ward",
        "date_issued": f"{year}-12-20",
        "period_start": f"{year}-01-01",
        "period_end": f"{year}-12-31",
        "sha256": "0123456789abcdef" * 4,
    }


def _indicator(indicator_id, topic_id, unit_id, position, name_vi, name_en):
    return {
        "indicator_id": indicator_id,
        "topic_id": topic_id,
        "unit_id": unit_id,
        "position": position,
        "name_vi": name_vi,
        "name_en": name_en,
        "sentence_vi": "phường có {value}",
        "sentence_en": "the ward had {value}",
        "definition_vi": f"{name_vi} trong năm.",
        "definition_en": f"{name_en} over the year.",
        "direction": "neutral",
    }


def _statement(statement_id, kind, year, source_year, text_vi, text_en):
    return {
        "statement_id": statement_id,
        "kind": kind,
        "year": year,
        "topic_id": "du-lich",
        "position": "1",
        "text_vi": text_vi,
        "text_en": text_en,
        "source_id": f"bao-cao-{source_year}",
        "locator": "II.1¶2",
    }


def _final(field, old_value, new_value):
    return {
        "date": "2031-04-10",
        "table": "observations",
        "key": f"{AREA}/thu-phi/{SECOND}",
        "field": field,
        "old_value": old_value,
        "new_value": new_value,
        "reason_vi": "Số chính thức thay số ước.",
        "reason_en": "The final figure replaced the estimate.",
    }
