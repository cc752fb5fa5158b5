"""The index of what was published: written by the command, held against the package by the check."""

import json
import subprocess

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


def git(folder, *arguments):
    who = ("-c", "user.name=Officer", "-c", "user.email=officer@ward.example", "-c", "tag.gpgSign=false")
    subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True)


def tagged(capsys, folder):
    """Write a ward into a git repository, with its release in a tag."""
    write(ward(), folder / "datapackage")
    release(capsys, folder / "datapackage")
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "Release")
    git(folder, "tag", "v2031.0.0")
    return folder / "datapackage"


def changed_behind_the_back(folder):
    """Change a published figure, and the index beside it as if it had been published so."""
    other = change(ward(), "observations", f"ty-le-thu-gom/{YEAR}", value="91.6", as_printed="91,6%")
    write(other, folder)
    index = folder / INDEX
    told = index.read_text(encoding="utf-8")
    assert '"phuong-song-trang/ty-le-thu-gom/2031": {"value": "91.5"' in told
    index.write_text(
        told.replace('ty-le-thu-gom/2031": {"value": "91.5"', 'ty-le-thu-gom/2031": {"value": "91.6"'), "utf-8"
    )


def rules(folder):
    return [problem.rule for problem in check(read_package(folder, "ward")).problems]


def test_a_figure_changed_together_with_the_index_is_found_by_the_tag_of_the_release(capsys, tmp_path):
    folder = tagged(capsys, tmp_path)
    assert rules(folder) == []
    changed_behind_the_back(folder)
    assert rules(folder) == ["published-changed"]


def test_where_there_is_no_tag_the_index_alone_decides(capsys, tmp_path):
    folder = tagged(capsys, tmp_path)
    changed_behind_the_back(folder)
    git(tmp_path, "tag", "--delete", "v2031.0.0")
    assert rules(folder) == []
    git(tmp_path, "checkout", "--", "datapackage/released.json")
    assert rules(folder) == ["published-changed"]


def test_the_last_release_is_the_highest_version_and_other_tags_are_none(capsys, tmp_path):
    folder = tagged(capsys, tmp_path)
    index = (folder / INDEX).read_text(encoding="utf-8")
    for tag, version in (
        ("v2031.0.10", "2031.0.10"),
        ("v2031.0.9", "2031.0.9"),
        ("v2032", "x"),
        ("v2031.0.11-thu", "y"),
    ):
        (folder / INDEX).write_text(index.replace("2031.0.0", version), encoding="utf-8")
        git(tmp_path, "commit", "--quiet", "-am", tag)
        git(tmp_path, "tag", tag)
    assert b'"version": "2031.0.10"' in read_package(folder, "ward").tagged


def test_a_tag_from_before_there_was_an_index_says_nothing(capsys, tmp_path):
    write(ward(), tmp_path / "datapackage")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "First")
    git(tmp_path, "tag", "v2031.0.0")
    assert read_package(tmp_path / "datapackage", "ward").tagged is None
    assert rules(tmp_path / "datapackage") == []
