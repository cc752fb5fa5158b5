"""What changed since a git revision: found in the records, said in words, and read by the command from git."""

import html
import json
import subprocess
import sys
from decimal import Decimal

import pytest

from hostile import HOSTILE
from wardbook.catalogue import Text
from wardbook.changes import TABLES, Kind, changes, describe, titles, to_markdown, to_text
from wardbook.language import CODES, read_language
from wardbook.package import RevisionError, read_revision
from wards import (
    AREA,
    ROOT,
    SOURCE,
    YEAR,
    add,
    catalogue,
    change,
    describe_as,
    descriptor,
    edit,
    read_rows,
    remove,
    resources,
    ward,
    with_file,
    with_rows,
    without_file,
    write,
)

WARD = ward()
LANGUAGES = {code: read_language(code) for code in CODES}
TITLES = {code: titles(resources(WARD), language) for code, language in LANGUAGES.items()}
KEY = f"{AREA}/luot-khach/{YEAR}"


def found(after, before=WARD):
    return changes(catalogue(before), catalogue(after))


def said(after, before=WARD, code="en"):
    return [describe(one, LANGUAGES[code], TITLES[code]) for one in found(after, before)]


def figure(**cells):
    """Return the ward with other cells in one figure: 1,250 of 1,200 planned visits."""
    return change(WARD, "observations", "luot-khach/2031", **cells)


def markdown(after, code="en"):
    return to_markdown(found(after), LANGUAGES[code], TITLES[code])


def test_nothing_changed_is_said():
    assert found(WARD) == ()
    assert to_text((), LANGUAGES["vi"], TITLES["vi"]) == "Không có thay đổi nào trong dữ liệu."
    assert to_markdown((), LANGUAGES["en"], TITLES["en"]) == "Nothing changed in the data."


def test_every_table_is_compared():
    assert set(TABLES) == set(resources(WARD))


def test_a_changed_number_is_one_change_with_both_numbers():
    (one,) = found(figure(value="1300"))
    assert (one.kind, one.table, one.key, one.field) == (Kind.CHANGED, "observations", KEY, "value")
    assert (one.before, one.after, one.name) == (Decimal(1250), Decimal(1300), Text("Lượt khách 2031", "Visits 2031"))


@pytest.mark.parametrize(
    ("cells", "vi", "en"),
    [
        (
            {"value": "1300"},
            "Lượt khách 2031: 1.250 → 1.300 lượt (+50; +4,0%)",
            "Visits 2031: 1,250 → 1,300 visits (+50; +4.0%)",
        ),
        (
            {"value": "1000.5"},
            "Lượt khách 2031: 1.250 → 1.000,5 lượt (-249,5; -20,0%)",
            "Visits 2031: 1,250 → 1,000.5 visits (-249.5; -20.0%)",
        ),
        (
            {"plan": "1201"},
            "Lượt khách 2031 – Kế hoạch: 1.200 → 1.201 lượt (+1; +0,1%)",
            "Visits 2031 – Plan: 1,200 → 1,201 visits (+1; +0.1%)",
        ),
        (
            {"plan_pct": "105"},
            "Lượt khách 2031 – Phần trăm kế hoạch: 104,16% → 105% (+0,84 điểm phần trăm)",
            "Visits 2031 – Percent of plan: 104.16% → 105% (+0.84 percentage points)",
        ),
        (
            {"value": ""},
            "Lượt khách 2031: 1.250 lượt → không có số",
            "Visits 2031: 1,250 visits → no figure",
        ),
        (
            {"plan_claim": "exceeded"},
            "Lượt khách 2031 – Lời nói về kế hoạch: trống → vượt",
            "Visits 2031 – Claim about the plan: empty → exceeded",
        ),
        (
            {"obs_status": "E"},
            "Lượt khách 2031 – Tình trạng số liệu: bình thường → ước",
            "Visits 2031 – Observation status: normal → estimate",
        ),
        (
            {"zero_kind": "not_found"},
            "Lượt khách 2031 – Loại số không: trống → chưa phát hiện",
            "Visits 2031 – Kind of zero: empty → none found so far",
        ),
        (
            {"locator": "I.1¶2"},
            "Lượt khách 2031 – Vị trí: “I.1¶1” → “I.1¶2”",
            "Visits 2031 – Locator: “I.1¶1” → “I.1¶2”",
        ),
        (
            {"note_en": "Counted at the gate."},
            "Lượt khách 2031 – Ghi chú (tiếng Anh): trống → “Counted at the gate.”",
            "Visits 2031 – Note (English): empty → “Counted at the gate.”",
        ),
        (
            {"as_printed": "1.250 lượt"},
            "Lượt khách 2031 – Như báo cáo in: “1.250/1.200 lượt; 104,16%” → “1.250 lượt”",
            "Visits 2031 – As printed: “1.250/1.200 lượt; 104,16%” → “1.250 lượt”",
        ),
    ],
)
def test_each_cell_of_a_figure_is_said_in_both_languages(cells, vi, en):
    assert (said(figure(**cells), code="vi"), said(figure(**cells))) == ([vi], [en])


def test_two_cells_of_a_row_are_two_changes():
    assert [one.field for one in found(figure(value="1300", note_vi="Đếm lại."))] == ["value", "note_vi"]


def test_a_share_changes_by_points_and_not_by_per_cent_of_per_cent():
    after = change(WARD, "observations", "ty-le-thu-gom/2031", value="92")
    assert said(after) == ["Share of waste collected 2031: 91.5% → 92% (+0.5 percentage points)"]


def test_a_number_that_was_zero_has_no_per_cent_and_is_not_loud():
    after = change(WARD, "observations", "diem-ngap/2031", value="5")
    assert said(after) == ["Flooded spots 2031: 0 → 5 cases (+5)"]


def test_a_number_printed_with_one_more_digit_has_changed():
    after = change(WARD, "observations", "thu-phi/2031", value="12.50")
    assert said(after) == ["Visitor fees 2031: 12.5 → 12.50 billion dong"]


@pytest.mark.parametrize(
    ("value", "factor"),
    [("12500", 1), ("12499", 0), ("125", -1), ("126", 0), ("0", -1)],
)
def test_a_change_of_ten_times_or_more_is_loud(value, factor):
    (one,) = found(figure(value=value))
    assert one.factor == factor


def test_a_loud_change_begins_with_the_loud_words():
    up, down = figure(value="12500"), figure(value="125")
    assert said(up, code="vi") == [
        "CHÚ Ý – gấp từ 10 lần trở lên: Lượt khách 2031: 1.250 → 12.500 lượt (+11.250; +900,0%)"
    ]
    assert said(up)[0].startswith("ATTENTION – changed 10 times or more: Visits 2031")
    assert said(down, code="vi")[0].startswith("CHÚ Ý – giảm từ 10 lần trở lên: Lượt khách 2031")
    assert "- **ATTENTION – changed 10 times or more:** Visits 2031: 1,250" in markdown(up)


def test_another_unit_under_the_same_digits_is_a_loud_change_of_the_number():
    after = change(WARD, "indicators", "thu-phi", unit_id="dong")
    assert said(after) == [
        "ATTENTION – changed 10 times or more: Visitor fees 2031: 12.5 billion dong → 12.5 dong",
        "Indicator “Visitor fees” – Unit: “ty-dong” → “dong”",
    ]


def test_the_same_amount_in_another_unit_is_not_loud():
    after = change(WARD, "indicators", "thu-phi", unit_id="dong")
    (one, _) = found(change(after, "observations", "thu-phi/2031", value="12500000000"))
    assert one.factor == 0


def test_a_number_may_be_as_long_as_a_cell():
    (line,) = said(figure(value="9" * 4000))
    assert line.startswith("ATTENTION")


def test_a_new_figure_says_all_its_numbers():
    before = remove(WARD, "observations", "luot-khach/2031")
    assert said(WARD, before) == ["New: Visits 2031: 1,250 visits; Plan: 1,200 visits; Percent of plan: 104.16%"]
    assert said(WARD, before, "vi") == [
        "Mới: Lượt khách 2031: 1.250 lượt; Kế hoạch: 1.200 lượt; Phần trăm kế hoạch: 104,16%"
    ]


def test_a_removed_figure_says_what_it_was():
    after = remove(WARD, "observations", "ho-tach-rac/2031")
    assert said(after, code="vi") == ["Bỏ: Hộ tách rác 2031: 480 hộ"]
    assert said(after) == ["Removed: Households that sort waste 2031: 480 households"]


def test_a_figure_without_a_number_is_said_to_have_none():
    assert said(remove(WARD, "observations", "tat-ca-ho/2031")) == ["Removed: All households 2031: no figure"]


def test_a_new_or_removed_indicator_is_one_change():
    fewer = remove(WARD, "indicators", "cay-ven-song")
    assert said(fewer, code="vi")[-1:] == ["Bỏ: Chỉ tiêu “Cây ven sông”"]
    new = [one for one in found(WARD, fewer) if one.table == "indicators"]
    assert [(one.kind, one.key, one.field) for one in new] == [(Kind.NEW, "cay-ven-song", "")]


def test_a_renamed_indicator_is_called_by_its_new_name():
    after = change(WARD, "indicators", "ho-tach-rac", name_vi="Hộ phân loại rác")
    assert said(after, code="vi") == [
        "Chỉ tiêu “Hộ phân loại rác” – Tên chỉ tiêu (tiếng Việt): “Hộ tách rác” → “Hộ phân loại rác”"
    ]


def test_the_place_of_a_row_in_its_file_is_no_change():
    after = edit(WARD, "statements", b"\nhan-che-1,", b"\n\nhan-che-1,")
    assert found(after) == ()


@pytest.mark.parametrize(
    ("table", "key", "cells", "line"),
    [
        ("areas", AREA, {"official_code": "99002"}, "Area “Sông Trắng ward” – Official code: “99001” → “99002”"),
        ("topics", "song-sach", {"position": "10"}, "Topic “Clean river” – Position: “1” → “10”"),
        (
            "units",
            "ty-dong",
            {"scale": "1000000"},
            "ATTENTION – changed 10 times or more: Unit “billion dong” – Scale: "
            "1,000,000,000 → 1,000,000 (-999,000,000; -99.9%)",
        ),
        (
            "sources",
            SOURCE,
            {"date_issued": ""},
            "Source “Report on the year 2031” – Date issued: “2031-12-20” → empty",
        ),
        ("indicators", "thu-phi", {"headline": ""}, "Indicator “Visitor fees” – Headline: yes → no"),
        ("statements", "viec-1", {"year": "2033"}, "Statement “viec-1” – Year: “2032” → “2033”"),
        (
            "discrepancies",
            "plan-pct/luot-khach/2031",
            {"explanation_en": "Cut."},
            "Explained discrepancy “plan-pct/luot-khach/2031” – Explanation (English): "
            "“1,250 over 1,200 is 104.17%; the report cut a digit off.” → “Cut.”",
        ),
        (
            "corrections",
            "value",
            {"old_value": "1206"},
            f"Correction “2032-02-03/observations/{KEY}/value” – Old value: “1205” → “1206”",
        ),
    ],
)
def test_a_changed_cell_of_any_table_is_said(table, key, cells, line):
    assert said(change(WARD, table, key, **cells)) == [line]


@pytest.mark.parametrize(
    ("table", "key", "line"),
    [
        ("statements", "xep-loai-1", "Statement “xep-loai-1”: “The ward proposes “fair”.”"),
        ("statement_indicators", "han-che-1/thu-phi", "Link “han-che-1 – Visitor fees”"),
        ("units", "ha", "Unit “ha”"),
        ("topics", "song-sach", "Topic “Clean river”"),
        (
            "corrections",
            "value",
            f"Correction “2032-02-03/observations/{KEY}/value”: “A slip of the keyboard.”",
        ),
    ],
)
def test_a_new_or_removed_record_of_any_table_is_said_with_what_it_says(table, key, line):
    fewer = remove(WARD, table, key)
    assert f"Removed: {line}" in said(fewer)
    assert f"New: {line}" in said(WARD, fewer)


def test_figures_come_first_and_what_is_removed_comes_last_in_its_table():
    after = change(remove(figure(value="1300"), "observations", "thu-phi/2031"), "areas", AREA, official_code="99002")
    after = add(after, "statement_indicators", statement_id="han-che-1", indicator_id="luot-khach")
    assert [(one.table, one.kind) for one in found(after)] == [
        ("observations", Kind.CHANGED),
        ("observations", Kind.REMOVED),
        ("statement_indicators", Kind.NEW),
        ("areas", Kind.CHANGED),
    ]


def test_a_figure_names_its_area_where_there_are_several():
    other = read_rows(WARD, "areas")[0] | {"area_id": "xa-ben-lo", "name_en": "Bến Lở commune"}
    lines = said(add(figure(value="1300"), "areas", **other))
    assert lines[0].startswith("Visits 2031 (Sông Trắng ward): 1,250 →")


def test_a_figure_whose_indicator_could_not_be_read_before_is_compared_in_the_unit_of_today():
    before = remove(WARD, "indicators", "luot-khach")
    assert said(figure(value="1300"), before)[0] == "Visits 2031: 1,250 → 1,300 visits (+50; +4.0%)"


def test_a_removed_figure_whose_indicator_could_not_be_read_is_called_by_its_code():
    before, after = remove(WARD, "indicators", "ho-tach-rac"), remove(WARD, "observations", "ho-tach-rac/2031")
    assert said(after, before)[0] == "Removed: ho-tach-rac 2031: 480"


def test_markdown_has_a_heading_for_each_kind_that_there_is():
    after = remove(figure(value="1300"), "observations", "ho-tach-rac/2031")
    assert markdown(after, "vi") == (
        "## Thay đổi\n\n- Lượt khách 2031: 1.250 → 1.300 lượt (+50; +4,0%)\n\n## Bỏ\n\n- Hộ tách rác 2031: 480 hộ"
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert_in_markdown(text):
    after = change(figure(value="1300"), "indicators", "luot-khach", name_en=text)
    after = change(after, "units", "luot", plural_en=text)
    after = change(after, "observations", "thu-phi/2031", note_en=text)
    written = markdown(after)
    for line in written.splitlines()[2:]:
        assert line.startswith("- ")
        assert not set("<>\"'`*_{}[]!|~=^$@\\") & set(line)
    assert html.unescape(written).count(text) == 6


@pytest.mark.parametrize(("name", "start"), [("1. x", "&#49;. x"), ("- x", "&#45; x"), ("12) x", "&#49;2) x")])
def test_a_name_cannot_begin_a_list_inside_a_bullet_point(name, start):
    after = change(figure(value="1300"), "indicators", "luot-khach", name_en=name)
    assert markdown(after).splitlines()[2].startswith(f"- {start}")


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "a\u2028b", "\x1b[2Ja", "a\u202eb", "a\u0085b"])
def test_no_cell_breaks_a_line_or_hides_in_it(text):
    after = change(figure(value="1300"), "indicators", "luot-khach", name_en=text)
    after = change(after, "observations", "luot-khach/2031", note_en=text)
    lines = to_text(found(after), LANGUAGES["en"], TITLES["en"])
    assert len(lines.splitlines()) == len(found(after)) == 3
    assert "<U+" in lines
    assert lines.isprintable() or lines.replace("\n", "").isprintable()
    assert len(markdown(after).splitlines()) == 5


def test_no_line_begins_with_a_cell_that_is_a_command():
    after = change(figure(value="1300"), "indicators", "luot-khach", name_en="::error::x")
    lines = to_text(found(after), LANGUAGES["en"], TITLES["en"]).splitlines()
    assert lines[0].startswith("- ::error::x 2031")
    assert all(line.startswith("- ") for line in lines)


def test_blanks_in_a_cell_are_not_filled():
    assert said(figure(note_en="{what} {0}")) == ["Visits 2031 – Note (English): empty → “{what} {0}”"]


def test_a_column_without_a_title_is_called_by_its_name():
    assert describe(found(figure(plan="1201"))[0], LANGUAGES["en"], {}).startswith("Visits 2031 – plan: ")


# the command


def git(folder, *arguments):
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", folder, *identity, *arguments], check=True, capture_output=True)


def commit(package, folder):
    """Commit a package in the folder of a repository."""
    write(package, folder)
    git(folder, "add", "--all", ".")
    git(folder, "commit", "--quiet", "--message", "data")


@pytest.fixture
def folder(tmp_path):
    """The folder of a package in a git repository that holds it."""
    inside = tmp_path / "số liệu"
    inside.mkdir()
    git(tmp_path, "init", "--quiet")
    commit(WARD, inside)
    return inside


def diff(folder, *arguments):
    command = [sys.executable, str(ROOT / "scripts" / "build.py"), "diff", "--package", str(folder), *arguments]
    done = subprocess.run(command, cwd=folder.parent, capture_output=True, check=False)
    return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")


CHANGED = change(WARD, "observations", "cay-ven-song/2031", value="3.3", as_printed="3,3/3,5 ha")


def test_the_command_says_what_changed_since_a_revision(folder):
    write(CHANGED, folder)
    vi = "- Cây ven sông 2031: 3,25 → 3,3 ha (+0,05; +1,5%)\n- Cây ven sông 2031 – Như báo cáo in: "
    assert diff(folder, "HEAD") == (0, f"{vi}“3,25/3,5 ha” → “3,3/3,5 ha”\n", "")
    code, out, _ = diff(folder, "HEAD", "--format", "markdown", "--lang", "en")
    assert (code, out.splitlines()[:3]) == (
        0,
        ["## Changed", "", "- Riverside trees 2031: 3.25 → 3.3 ha (+0.05; +1.5%)"],
    )


def test_the_command_says_that_nothing_changed_and_leaves_the_folder_alone(folder):
    (folder / "data" / "x.txt").write_text("mine", encoding="utf-8")
    assert diff(folder, "HEAD") == (0, "Không có thay đổi nào trong dữ liệu.\n", "")
    assert (folder / "data" / "x.txt").read_text(encoding="utf-8") == "mine"


def test_an_older_revision_can_be_named(folder):
    commit(CHANGED, folder)
    assert diff(folder, "HEAD")[1] == "Không có thay đổi nào trong dữ liệu.\n"
    assert diff(folder, "HEAD~1")[1].startswith("- Cây ven sông 2031: 3,25 → 3,3 ha")


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "-h", "", "HEAD:./data", "HEAD..HEAD", "a\n::error::b"])
def test_a_revision_that_is_not_there_is_said_in_one_line(folder, revision):
    code, out, err = diff(folder, "--lang", "en", "--", revision)
    assert (code, out) == (1, "")
    assert err.startswith("The git repository has no revision “")
    assert len(err.splitlines()) == 1
    assert not (folder / "x").exists()
    assert not (folder.parent / "x").exists()


def test_a_folder_outside_any_repository_is_said_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    write(WARD, tmp_path)
    code, out, err = diff(tmp_path, "HEAD", "--lang", "en")
    assert (code, out, len(err.splitlines())) == (1, "", 1)
    assert "not in a git repository" in err


def test_a_folder_that_the_revision_does_not_have_is_said_in_one_line(folder):
    other = folder.parent / "other"
    write(WARD, other)
    code, out, err = diff(other, "HEAD", "--lang", "en")
    assert (code, out) == (1, "")
    assert err == f"The revision “HEAD” has no folder {other}.\n"


def test_a_machine_without_git_is_told_so(folder, monkeypatch):
    monkeypatch.setenv("PATH", str(folder))
    code, out, err = diff(folder, "HEAD", "--lang", "en")
    assert (code, out, err) == (1, "", "There is no git on this machine; the command diff needs it.\n")


def test_faulty_data_of_today_is_refused_with_its_problems(folder):
    write(figure(value="many"), folder)
    code, out, err = diff(folder, "HEAD", "--lang", "en")
    assert (code, err) == (1, "")
    assert "data/observations.csv:" in out
    assert "→" not in out


def test_faulty_data_of_the_past_is_compared_as_far_as_it_can_be_read(folder):
    commit(change(figure(value="many"), "observations", "cay-ven-song/2031", value="3.2"), folder)
    write(WARD, folder)
    code, out, err = diff(folder, "HEAD", "--lang", "en")
    assert code == 0
    assert out.splitlines() == [
        "- New: Visits 2031: 1,250 visits; Plan: 1,200 visits; Percent of plan: 104.16%",
        "- Riverside trees 2031: 3.2 → 3.25 ha (+0.05; +1.6%)",
    ]
    assert err.startswith("HEAD: problems that the check finds in the old data: ")


def test_a_revision_without_the_package_yet_has_everything_new(folder):
    git(folder, "rm", "--quiet", "-r", "--cached", "data", "schemas")
    git(folder, "commit", "--quiet", "--message", "nothing")
    code, out, _ = diff(folder, "HEAD", "--lang", "en")
    assert code == 0
    assert all(line.startswith("- New: ") for line in out.splitlines())


def test_a_revision_whose_tables_lack_a_column_is_said_in_one_line(folder):
    raw = WARD.files["schemas/sources.json"].replace(b'"period_end"', b'"period"')
    old = with_file(edit(WARD, "sources", b",period_end,", b",period,"), "schemas/sources.json", raw)
    commit(old, folder)
    write(WARD, folder)
    code, out, err = diff(folder, "HEAD", "--lang", "en")
    assert (code, out) == (1, "")
    assert err == "Table sources of the revision “HEAD” has other columns, so the two cannot be compared.\n"


def test_a_job_on_github_gets_both_languages_in_its_summary(folder, monkeypatch):
    summary = folder.parent / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    write(CHANGED, folder)
    assert diff(folder, "HEAD", "--format", "github") == (0, "", "")
    lines = summary.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("#")] == [
        "# Số liệu thay đổi như thế nào",
        "## Thay đổi",
        "# What changes in the data",
        "## Changed",
    ]
    assert "- Riverside trees 2031: 3.25 → 3.3 ha (+0.05; +1.5%)" in lines


def test_a_pull_request_that_changes_columns_is_no_fault_on_github(folder, monkeypatch):
    summary = folder.parent / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    raw = WARD.files["schemas/sources.json"].replace(b'"period_end"', b'"period"')
    commit(with_file(edit(WARD, "sources", b",period_end,", b",period,"), "schemas/sources.json", raw), folder)
    write(WARD, folder)
    code, _, err = diff(folder, "HEAD", "--format", "github", "--lang", "en")
    assert code == 0
    assert "has other columns" in err
    assert summary.read_text(encoding="utf-8") == "Không so sánh được: HEAD\nCannot be compared: HEAD\n"
    assert diff(folder, "nowhere", "--format", "github")[0] == 1


def test_a_revision_from_before_a_column_or_a_table_is_compared_as_if_both_were_empty(folder):
    schema = json.loads(WARD.files["schemas/indicators.json"])
    schema["fields"] = [field for field in schema["fields"] if field["name"] != "sensitive"]
    rows = [{name: cell for name, cell in row.items() if name != "sensitive"} for row in read_rows(WARD, "indicators")]
    old = with_rows(with_file(WARD, "schemas/indicators.json", json.dumps(schema).encode()), "indicators", rows)
    resources = [one for one in descriptor(old)["resources"] if one["name"] != "redirects"]
    old = describe_as(
        without_file(without_file(old, "data/redirects.csv"), "schemas/redirects.json"), resources=resources
    )
    commit(old, folder)
    write(change(WARD, "indicators", "thu-phi", sensitive="true"), folder)
    code, out, _ = diff(folder, "HEAD", "--lang", "en")
    assert code == 0
    assert out.splitlines() == [
        "- Indicator “Visitor fees” – Sensitive: no → yes",
        "- New: Redirect “du-khach”: “The indicator was renamed.”",
    ]


def test_a_package_at_the_top_of_its_repository_is_read(tmp_path):
    git(tmp_path, "init", "--quiet")
    commit(WARD, tmp_path)
    assert read_revision(tmp_path, "HEAD", "x").files == WARD.files


def test_files_are_read_as_they_were_committed_and_links_are_not_followed(folder):
    odd = with_file(with_file(WARD, "data/a b\n\tđ.txt", b"\r\n\x00x"), ".gitattributes", b"*.json export-ignore\n")
    (folder / "link.csv").symlink_to("/etc/passwd")
    commit(odd, folder)
    package = read_revision(folder, "HEAD", "label")
    assert (package.label, package.files) == ("label", odd.files)


def test_an_unknown_revision_is_an_error_of_its_own(folder):
    with pytest.raises(RevisionError) as caught:
        read_revision(folder, "nowhere", "label")
    assert caught.value.reason == "unknown_revision"
