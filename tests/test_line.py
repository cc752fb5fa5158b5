"""The line of an indicator over the years: its points, plans, gaps and breaks, and what its title says."""

import html
import json
import re
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import pytest

from wardbook import chart, line, vega
from wardbook.chart import draw, indicator_plots, line_plot
from wardbook.derive import derive
from wardbook.error import BuildError
from wardbook.language import read_language
from wards import AREA, SOURCE, add, catalogue, change, ward
from years import three_years

VI, EN = read_language("vi"), read_language("en")
WIDTH = 228


@pytest.fixture(scope="module")
def book():
    return derive(catalogue(three_years()))


def drawn(book, indicator_id, kind, width=WIDTH):
    """Return what is drawn of one kind."""
    rows = line.rows(book, book.catalogue.indicators[indicator_id], VI, width)
    return [row for row in rows if row["kind"] == kind]


def svg_of(book, indicator_id):
    """Return the drawing of an indicator's line."""
    return draw({"line": line_plot(book, book.catalogue.indicators[indicator_id], VI)})["line"].svg


def title(book, indicator_id, language=VI):
    return str(line.title(book, book.catalogue.indicators[indicator_id], language)).replace("\u00a0", " ")


def long_series(years):
    """Return a book in which one indicator has a figure in each of many years."""
    package = ward()
    for back in range(1, years):
        cells = {"indicator_id": "luot-khach", "year": str(2031 - back), "value": str(1250 - back), "obs_status": "A"}
        package = add(package, "observations", area_id=AREA, source_id=SOURCE, locator="I.1", **cells)
    return derive(catalogue(package))


def test_a_point_stands_at_each_figure_with_its_value(book):
    points = [(row["year"], row["value"], row["label"]) for row in drawn(book, "luot-khach", "value")]
    assert points == [(2029, 980, "980"), (2030, 1120, "1.120"), (2031, 1250, "1.250")]


def test_an_estimate_and_none_found_so_far_are_hollow(book):
    assert [row["unsure"] for row in drawn(book, "thu-phi", "value")] == [False, False, True]
    last = drawn(book, "vu-xa-thai", "value")[-1]
    assert (last["unsure"], last["label"]) == (True, "Chưa phát hiện")


def test_a_year_without_a_figure_is_a_gap_in_the_line_and_says_so(book):
    assert [(row["year"], row["segment"]) for row in drawn(book, "ho-tach-rac", "value")] == [(2029, 0), (2031, 1)]
    assert [(row["year"], row["label"]) for row in drawn(book, "ho-tach-rac", "gap")] == [(2030, "không có số")]
    assert drawn(book, "luot-khach", "gap") == []


def test_a_figure_that_is_missing_in_the_last_year_leaves_its_place_empty(book):
    assert [row["year"] for row in drawn(book, "tat-ca-ho", "gap")] == [2031]


def test_a_break_parts_the_line_at_an_upright_rule_before_its_year(book):
    assert [row["segment"] for row in drawn(book, "ty-le-thu-gom", "value")] == [0, 1, 1]
    (rule,) = drawn(book, "ty-le-thu-gom", "break")
    assert (rule["year"], rule["label"]) == (2029.5, "Cách tính khác từ 2030")
    assert drawn(book, "luot-khach", "break") == []


def test_each_plan_is_a_tick_and_the_last_one_is_labelled(book):
    plans = [(row["year"], row["value"]) for row in drawn(book, "luot-khach", "plan")]
    assert plans == [(2029, 1000), (2030, 1100), (2031, 1200)]
    labels = [(row["year"], row["label"]) for row in drawn(book, "luot-khach", "plan-label")]
    assert labels == [(2031, "Kế hoạch"), (2031, "1.200")]
    assert drawn(book, "khach-trong-tinh", "plan-label") == []


def test_a_plan_that_is_worked_out_is_marked_and_a_target_has_a_year_of_its_own(book):
    assert drawn(book, "thu-phi", "plan-label")[-1]["label"] == "≈ 15,5"
    assert [row["year"] for row in drawn(book, "ty-le-khach-trong-tinh", "plan")] == [2032]
    assert [row["label"] for row in drawn(book, "ty-le-khach-trong-tinh", "year")][-1] == "2032"


def test_a_value_stands_on_the_side_of_its_point_where_its_plan_is_not(book):
    assert [row["above"] for row in drawn(book, "luot-khach", "value")] == [False, True, True]
    assert min(row["dy"] for row in drawn(book, "luot-khach", "plan-label")) > 0
    assert max(row["dy"] for row in drawn(book, "thu-phi", "plan-label")) < 0


def test_an_indicator_that_starts_late_has_only_its_own_years(book):
    assert [row["label"] for row in drawn(book, "thue-thuyen", "year")] == ["2030", "2031"]


@pytest.mark.parametrize("years", [2, 8, 30])
def test_no_two_labels_run_into_each_other(years):
    book = long_series(years)
    for kind in ("value", "year"):
        labelled = [row for row in drawn(book, "luot-khach", kind) if row["label"]]
        assert labelled[-1]["year"] == 2031
        for left, right in pairwise(labelled):
            apart = (right["year"] - left["year"]) * WIDTH / (years - 1)
            assert apart > (len(left["label"]) + len(right["label"])) * 8 / 2, (kind, left, right)


def test_where_not_all_labels_fit_the_ends_are_written():
    labels = [(row["year"], row["label"]) for row in drawn(long_series(12), "luot-khach", "value") if row["label"]]
    assert labels == [(2020, "1.239"), (2031, "1.250")]


@pytest.mark.parametrize(
    ("indicator_id", "vi", "en"),
    [
        (
            "luot-khach",
            "Tăng mỗi năm: từ 980 (2029) lên 1.250 lượt (2031)",
            "Up every year: from 980 (2029) to 1,250 visits (2031)",
        ),
        (
            "diem-ngap",
            "Giảm mỗi năm: từ 25 (2029) xuống 0 vụ (2031)",
            "Down every year: from 25 (2029) to 0 cases (2031)",
        ),
        (
            "ty-le-khach-trong-tinh",
            "Từ 71,4% năm 2029 xuống 64% năm 2031",
            "From 71.4% in 2029 down to 64% in 2031",
        ),
        ("ty-le-thu-gom", "Từ 88,5% năm 2030 lên 91,5% năm 2031", "From 88.5% in 2030 up to 91.5% in 2031"),
        ("ho-tach-rac", "Từ 300 năm 2029 lên 480 hộ năm 2031", "From 300 in 2029 up to 480 households in 2031"),
        (
            "cay-ven-song",
            "Từ năm 2031 con số được tính theo cách khác",
            "From 2031 the figure is counted in another way",
        ),
        ("vu-xa-thai", "Vụ xả thải qua các năm", "Dumping cases over the years"),
    ],
)
def test_the_title_says_what_is_seen_over_the_years_that_can_be_compared(book, indicator_id, vi, en):
    assert (title(book, indicator_id), title(book, indicator_id, EN)) == (vi, en)


def test_a_series_that_ends_where_it_began_is_said_to():
    book = derive(catalogue(change(three_years(), "observations", "luot-khach/2029", value="1250")))
    assert title(book, "luot-khach") == "Năm 2031 bằng năm 2029: 1.250 lượt"


def test_the_chart_says_its_figures_and_how_to_read_its_marks(book):
    plot = line_plot(book, book.catalogue.indicators["thu-phi"], VI)
    text = plot.text.replace("\u00a0", " ")
    assert text == "Thu phí tham quan, từng năm: 2029: 9,8 tỷ đồng; 2030: 11,2 tỷ đồng; 2031: 12,5 tỷ đồng."
    assert "Vạch ngang" in plot.note
    assert "Vòng rỗng" in plot.note
    assert line_plot(book, book.catalogue.indicators["khach-trong-tinh"], VI).note == ""


def test_the_drawing_has_every_year_value_and_plan_and_as_many_lines_as_pieces(book):
    svg = svg_of(book, "luot-khach")
    assert all(f">{text}<" in svg for text in ("2029", "2030", "2031", "980", "1.120", "1.250", "Kế hoạch"))
    assert "tspan" not in svg  # what is not the whole of a text element goes past the escaper
    pieces = {"luot-khach": 1, "ty-le-thu-gom": 2}
    for indicator_id, count in pieces.items():
        svg = svg_of(book, indicator_id)
        assert svg.count('stroke-width="2.5"') == count + 3, indicator_id  # and three points


def test_a_line_is_one_drawing_in_both_languages(book, monkeypatch):
    asked = []

    def to_svgs(specification, charts):
        asked.append((specification, charts))
        return vega.to_svgs(specification, charts)

    monkeypatch.setattr(chart, "vega", SimpleNamespace(to_svgs=to_svgs))
    lines = {}
    for language in (VI, EN):
        plots = {i.indicator_id: line_plot(book, i, language) for i in book.catalogue.indicators.values()}
        lines[language.code] = draw({name: plot for name, plot in plots.items() if plot})
    in_vi, in_en = asked
    assert in_vi == in_en
    assert all(lines["vi"][name].svg != lines["en"][name].svg for name in lines["vi"])


@pytest.mark.parametrize("language", [VI, EN], ids=["vi", "en"])
def test_every_chart_is_what_vega_draws_of_it_with_its_words(book, language):
    plots = {
        (len(one.years), indicator.indicator_id, which): plot
        for one in (book, derive(catalogue(ward())))
        for indicator in one.catalogue.indicators.values()
        for which, plot in indicator_plots(one, indicator, language).items()
    }
    assert {plot.kind for plot in plots.values()} == {"line", "plan", "bars"}
    charts = draw(plots)
    for key, plot in plots.items():
        (svg,) = vega.to_svgs(json.dumps(plot.specification), [json.dumps(plot.rows)])
        assert words(charts[key].svg) == words(svg), key
        assert places(charts[key].svg) == places(svg), key


def test_a_layer_without_a_mark_stops_the_build_and_the_file_is_named(book):
    plot = line_plot(book, book.catalogue.indicators["luot-khach"], VI)
    layers = [{part: cell for part, cell in layer.items() if part != "mark"} for layer in plot.specification["layer"]]
    broken = replace(plot, specification={**plot.specification, "layer": layers})
    with pytest.raises(BuildError, match=r"^line\.vl\.json: .*mark"):
        draw({"line": broken})


def words(svg):
    """Return the texts of a drawing as they are read, without its title and description."""
    return [html.unescape(text).replace("\u00a0", " ") for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]


def places(svg):
    """Return where the texts of a drawing stand."""
    return re.findall(r'<text[^>]* transform="([^"]*)"', svg)


@pytest.mark.parametrize("indicator_id", ["ho-dung-gieng", "thue-thuyen"])
def test_one_figure_is_no_line(indicator_id):
    package = change(three_years(), "observations", "thue-thuyen/2030", value="", obs_status="O")
    book = derive(catalogue(package))
    assert line_plot(book, book.catalogue.indicators[indicator_id], VI) is None


def test_nothing_but_zeros_is_no_line(book):
    package = three_years()
    for year in ("2029", "2030"):
        package = change(package, "observations", f"diem-ngap/{year}", value="0", zero_kind="none")
    zeros = derive(catalogue(package))
    assert line_plot(zeros, zeros.catalogue.indicators["diem-ngap"], VI) is None
    assert line_plot(book, book.catalogue.indicators["diem-ngap"], VI) is not None
