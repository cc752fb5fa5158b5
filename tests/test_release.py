"""The index of what was published: written by the command, held against the package by the check."""

import json

import build
from wardbook.check import check
from wardbook.package import read_package
from wardbook.release import INDEX
from wards import REAL, YEAR, add, change, describe_as, read_rows, ward, write


def release(capsys, folder, *arguments):
    code = build.main(["release", "--package", str(folder), *arguments])
    return code, *capsys.readouterr()


def test_a_release_writes_every_figure_on_a_line_of_its_own(capsys, tmp_path):
    write(ward(), tmp_path)
    assert release(capsys, tmp_path)[:2] == (0, f"{tmp_path}/{INDEX}: 2031.0.0\n")
    lines = (tmp_path / INDEX).read_text(encoding="utf-8").splitlines()
    figure = f'  "phuong-song-trang/luot-khach/{YEAR}": {{"value": "1250", "plan": "1200", "plan_pct": "104.16"}},'
    assert figure in lines
    assert check(read_package(tmp_path, "ward")).problems == ()


def test_a_second_release_of_the_same_figures_changes_nothing_and_says_nothing(capsys, tmp_path):
    write(ward(), tmp_path)
    release(capsys, tmp_path)
    assert release(capsys, tmp_path) == (0, "", "")


def test_more_figures_need_another_version(capsys, tmp_path):
    write(ward(), tmp_path)
    release(capsys, tmp_path)
    target = next(row for row in read_rows(ward(), "observations") if row["year"] == "2032")
    figures = {"indicator_id": "cay-ven-song", "plan": "4", "as_printed": "4 ha"}
    more = add(ward(), "observations", **target | figures)
    write(more, tmp_path)
    code, out, err = release(capsys, tmp_path, "--lang", "en")
    assert (code, out) == (1, "")
    assert err == "Version 2031.0.0 was published with other figures; raise version in datapackage.json first.\n"
    write(describe_as(more, version="2031.1.0"), tmp_path)
    assert release(capsys, tmp_path)[0] == 0
    index = json.loads((tmp_path / INDEX).read_text(encoding="utf-8"))
    assert index["version"] == "2031.1.0"
    assert index["figures"]["phuong-song-trang/cay-ven-song/2032"] == {"plan": "4"}


def test_a_package_with_a_fault_is_not_released(capsys, tmp_path):
    write(change(ward(), "observations", f"ho-tach-rac/{YEAR}", value="490"), tmp_path)
    code, out, _ = release(capsys, tmp_path)
    assert code == 1
    assert out
    assert not (tmp_path / INDEX).exists()


def test_the_real_package_is_what_its_index_says_was_published():
    package = read_package(REAL, "datapackage")
    checked = check(package)
    assert checked.catalogue.release.version == checked.descriptor["version"]
    assert checked.catalogue.release.figures.keys() == {o.key for o in checked.catalogue.observations}
