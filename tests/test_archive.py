"""The archive of a version: packed out of the site for a release, fetched and unpacked for later sites."""

import hashlib
import io
import json
import os
import shlex
import shutil
import stat
import sys
import zipfile

import pytest

import build
from wardbook.archive import ArchiveError, archive_name, pack, unpack
from wardbook.version import is_tag, order
from wards import add, describe_as, read_rows, ward, write

TAG = "v2031.0.0"
FILES = {"so-lieu.csv": "năm,số\n2031,5\n".encode(), "chi-tieu/thu-phi.csv": b"x\n", "rong.csv": b""}


def listed(files):
    """Return the files with the list of their checksums."""
    lines = "".join(f"{hashlib.sha256(content).hexdigest()}  {path}\n" for path, content in sorted(files.items()))
    return files | {"SHA256SUMS": lines.encode()}


def zipped(entries):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, content in entries.items():
            archive.writestr(path, content)
    return packed.getvalue()


def run(capsys, command, folder, *arguments):
    code = build.main([command, "--package", str(folder), "--lang", "en", *map(str, arguments)])
    return code, *capsys.readouterr()


@pytest.fixture
def released(capsys, tmp_path):
    folder = tmp_path / "ward"
    write(ward(), folder)
    assert run(capsys, "release", folder)[0] == 0
    return folder


def test_what_was_packed_comes_back():
    assert unpack(TAG, pack(TAG, listed(FILES))) == listed(FILES)


def test_the_same_files_are_packed_into_the_same_bytes():
    turned = dict(reversed(listed(FILES).items()))
    assert pack(TAG, turned) == pack(TAG, listed(FILES))


def test_an_unpacked_archive_has_its_files_in_a_folder_named_by_the_tag():
    with zipfile.ZipFile(io.BytesIO(pack(TAG, listed(FILES)))) as archive:
        assert archive.namelist() == sorted(f"{TAG}/{path}" for path in listed(FILES))


def test_an_archive_with_any_damaged_byte_is_refused_or_gives_its_files_whole():
    files = listed({"a.csv": hashlib.sha512(b"a").hexdigest().encode() * 3})
    whole, refused = pack(TAG, files), set()
    for place in range(len(whole)):
        damaged = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
        try:
            assert unpack(TAG, damaged) == files, place
        except ArchiveError as error:
            refused.add(error.reason)
    assert {"archive_broken", "archive_path", "archive_sums"} <= refused


@pytest.mark.parametrize("tag", ["v2025.0.0", "v0.10.3"])
def test_a_tag_of_the_data_is_a_v_and_three_numbers(tag):
    assert is_tag(tag)


def test_tags_are_ordered_by_their_numbers():
    assert sorted(["v2025.10.0", "v2026.0.0", "v2025.2.11", "v2025.2.9"], key=order) == [
        "v2025.2.9",
        "v2025.2.11",
        "v2025.10.0",
        "v2026.0.0",
    ]
    with pytest.raises(ValueError, match="2025"):
        order("2025.0.0")


@pytest.mark.parametrize(
    "tag",
    [
        "",
        "2025.0.0",
        "v01.0.0",
        "v1.2.٣",
        "v1.2." + "9" * 5000,
        "v1",
        "v1.2",
        "v1.2.3.4",
        "v1.2.3-rc1",
        "v1.2.3\n",
        "v1.2/../3",
        "V1.2.3",
    ],
)
def test_anything_else_is_no_tag_of_the_data(tag):
    assert not is_tag(tag)


@pytest.mark.parametrize(
    "path", ["../x", f"{TAG}/../x", f"{TAG}/a/../../x", f"{TAG}/..\\x", f"/{TAG}/x", "x", "v1.0.0/x", f"{TAG}/c:x"]
)
def test_a_path_that_leads_out_of_the_folder_is_refused(path):
    good = {f"{TAG}/{inside}": content for inside, content in listed(FILES).items()}
    with pytest.raises(ArchiveError) as refused:
        unpack(TAG, zipped(good | {path: b"x"}))
    assert refused.value.reason == "archive_path"


@pytest.mark.parametrize(
    "files",
    [
        {},
        FILES,
        {**listed(FILES), "so-lieu.csv": b"other"},
        {**listed(FILES), "more.csv": b"not listed"},
        {path: content for path, content in listed(FILES).items() if path != "rong.csv"},
    ],
)
def test_files_that_their_checksums_do_not_fit_are_neither_packed_nor_unpacked(files):
    for refuse in (lambda: pack(TAG, files), lambda: unpack(TAG, zipped({f"{TAG}/{p}": c for p, c in files.items()}))):
        with pytest.raises(ArchiveError) as refused:
            refuse()
        assert refused.value.reason == "archive_sums"


def test_what_is_no_archive_is_refused():
    for content in (b"", b"<html>", pack(TAG, listed(FILES))[:-40]):
        with pytest.raises(ArchiveError) as refused:
            unpack(TAG, content)
        assert refused.value.reason == "archive_broken"


def test_an_archive_that_would_fill_the_memory_is_refused(monkeypatch):
    content = pack(TAG, listed({"x": b"0" * 5000}))
    monkeypatch.setattr("wardbook.archive.LARGEST", 5000)
    with pytest.raises(ArchiveError) as refused:
        unpack(TAG, content)
    assert refused.value.reason == "archive_size"


def test_the_tag_of_the_released_version_is_right(capsys, released):
    code, out, err = run(capsys, "tag", released, TAG)
    assert (code, err) == (0, "")
    assert out.startswith(f"{TAG} = ")


@pytest.mark.parametrize("tag", ["v2031.0.1", "2031.0.0", "v2031.0.0 ", "--", "$(touch x)"])
def test_another_tag_is_refused_with_the_right_one(capsys, released, tag):
    code, _, err = run(capsys, "tag", released, "--", tag)
    assert code == 1
    assert TAG in err


def test_a_version_that_was_not_released_has_no_tag(capsys, tmp_path):
    write(ward(), tmp_path)
    code, _, err = run(capsys, "tag", tmp_path, TAG)
    assert code == 1
    assert "released.json is not that of version 2031.0.0" in err


def test_figures_that_came_after_the_release_have_no_tag(capsys, released):
    target = next(row for row in read_rows(ward(), "observations") if row["year"] == "2032")
    more = add(ward(), "observations", **target | {"indicator_id": "cay-ven-song", "plan": "4", "as_printed": "4 ha"})
    index = (released / "released.json").read_bytes()
    shutil.rmtree(released)
    write(more, released)
    (released / "released.json").write_bytes(index)
    assert run(capsys, "tag", released, TAG)[0] == 1


def test_a_version_of_other_than_three_numbers_has_no_tag(capsys, tmp_path):
    write(describe_as(ward(), version="2031-a"), tmp_path)
    assert run(capsys, "tag", tmp_path, "v2031-a")[0] == 1


def test_the_files_of_a_release_are_the_archive_and_its_checksum(capsys, released, tmp_path):
    for path, content in listed(FILES).items():
        target = tmp_path / "site" / "tai-ve" / TAG / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    output = tmp_path / "release"
    output.mkdir()
    (output / "so-lieu-v1.0.0.zip").write_bytes(b"of the version before")
    code, out, _ = run(capsys, "archive", released, tmp_path / "site", output)
    assert (code, out) == (0, f"{output / archive_name(TAG)}\n")
    assert sorted(path.name for path in output.iterdir()) == ["SHA256SUMS", archive_name(TAG)]
    packed = (output / archive_name(TAG)).read_bytes()
    assert unpack(TAG, packed) == listed(FILES)
    assert (output / "SHA256SUMS").read_text() == f"{hashlib.sha256(packed).hexdigest()}  {archive_name(TAG)}\n"


def test_a_site_without_the_files_of_the_version_is_not_packed(capsys, released, tmp_path):
    code, _, err = run(capsys, "archive", released, tmp_path / "site", tmp_path / "release")
    assert code == 1
    assert "run make site first" in err
    assert not (tmp_path / "release").exists()


# --- what GitHub has ------------------------------------------------------------------------------------------------

GH = """import json, pathlib, sys
releases = pathlib.Path({folder!r})
if sys.argv[1:3] == ["release", "list"]:
    print(json.dumps([{{"tagName": path.name}} for path in releases.iterdir()]))
else:
    _, _, tag, pattern, name, output, to = sys.argv[1:]
    assert (pattern, output, to) == ("--pattern", "--output", "-")
    file = releases / tag / name
    if not file.exists():
        sys.exit("no assets match the file pattern")
    sys.stdout.buffer.write(file.read_bytes())
"""


@pytest.fixture
def github(monkeypatch, tmp_path):
    """A folder with a folder of files for each release, and a gh that knows no other place."""
    releases, programs = tmp_path / "releases", tmp_path / "bin"
    releases.mkdir()
    programs.mkdir()
    (programs / "gh.py").write_text(GH.format(folder=str(releases)), encoding="utf-8")
    # by way of a shell: the first line of a script cannot name a program in a folder with a space
    run = f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(programs / "gh.py"))} "$@"\n'
    (programs / "gh").write_text(run, encoding="utf-8")
    (programs / "gh").chmod(0o755 | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    return releases


def put(github, tag, content):
    (github / tag).mkdir()
    (github / tag / archive_name(tag)).write_bytes(content)


def test_every_release_is_unpacked_into_a_folder_of_its_own(capsys, released, tmp_path, github):
    put(github, "v2030.0.0", pack("v2030.0.0", listed({"a.csv": b"1"})))
    put(github, TAG, pack(TAG, listed(FILES)))
    (github / "wardbook-0.2").mkdir()  # of the code, no version of the data
    output = tmp_path / "earlier"
    (output / "v1.0.0").mkdir(parents=True)
    (output / "v1.0.0" / "stale.csv").write_bytes(b"x")
    (output / "notes.txt").write_bytes(b"of somebody else")
    code, _, err = run(capsys, "earlier", released, output)
    assert (code, err) == (0, "")
    assert sorted(path.name for path in output.iterdir()) == ["notes.txt", "v2030.0.0", TAG]
    assert (output / "v2030.0.0" / "a.csv").read_bytes() == b"1"
    assert (output / TAG / "SHA256SUMS").read_bytes() == listed(FILES)["SHA256SUMS"]


def test_without_a_release_there_is_nothing_to_unpack(capsys, released, tmp_path, github):
    code, _, err = run(capsys, "earlier", released, tmp_path / "earlier")
    assert (code, err) == (0, "")
    assert list((tmp_path / "earlier").iterdir()) == []


def test_a_release_without_its_archive_stops_the_build(capsys, released, tmp_path, github):
    (github / TAG).mkdir()
    code, _, err = run(capsys, "earlier", released, tmp_path / "earlier")
    assert (code, err) == (1, "gh: no assets match the file pattern\n")


def test_a_broken_archive_stops_the_build_and_is_named(capsys, released, tmp_path, github):
    put(github, TAG, b"<html>")
    code, _, err = run(capsys, "earlier", released, tmp_path / "earlier")
    assert code == 1
    assert err.startswith(f"{archive_name(TAG)}: cannot be read: ")


def test_without_gh_the_command_says_so(capsys, released, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    code, _, err = run(capsys, "earlier", released, tmp_path / "earlier")
    assert code == 1
    assert "no gh" in err


# --- the summary of a job -------------------------------------------------------------------------------------------


def test_what_has_no_room_in_a_summary_is_cut_at_a_line_and_that_is_said(monkeypatch, tmp_path):
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.setattr(build, "_SUMMARY_ROOM", 100)
    build._add_to_summary(["- một điều"] * 50)
    build._add_to_summary(["- nữa"])
    lines = summary.read_text(encoding="utf-8").splitlines()
    assert set(lines) == {"- một điều", "", *(words["cut"] for words in build._WORDS.values())}
    assert "- nữa" not in json.dumps(lines, ensure_ascii=False)
