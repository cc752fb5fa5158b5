"""A folder of generated files, made equal to what was rendered."""

import os

import pytest

from wardbook.tree import Changes, replace, sync

OWNED = ("index.md", "chi-tieu")
FILES = {"index.md": b"home", "chi-tieu/index.md": b"list", "chi-tieu/a.md": b"a"}


def contents(folder):
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_sync_writes_everything_into_an_empty_folder(tmp_path):
    assert sync(tmp_path / "docs", FILES, OWNED) == Changes(written=3, deleted=0, kept=0)
    assert contents(tmp_path / "docs") == FILES


def test_sync_writes_only_what_changed(tmp_path):
    sync(tmp_path, FILES, OWNED)
    for file in tmp_path.rglob("*.md"):
        os.utime(file, (1, 1))
    assert sync(tmp_path, FILES | {"chi-tieu/a.md": b"b"}, OWNED) == Changes(written=1, deleted=0, kept=2)
    assert contents(tmp_path) == FILES | {"chi-tieu/a.md": b"b"}
    assert [file.name for file in tmp_path.rglob("*.md") if file.stat().st_mtime > 1] == ["a.md"]


def test_sync_deletes_what_is_stale_and_the_folders_that_are_empty_then(tmp_path):
    sync(tmp_path, FILES | {"chi-tieu/old/b.md": b"b"}, OWNED)
    assert sync(tmp_path, {"chi-tieu/a.md": b"a"}, OWNED) == Changes(written=0, deleted=3, kept=1)
    assert contents(tmp_path) == {"chi-tieu/a.md": b"a"}
    assert not (tmp_path / "chi-tieu" / "old").exists()


def test_sync_never_touches_what_is_written_by_hand(tmp_path):
    by_hand = {"gioi-thieu.md": b"about", "anh/a.png": b"png", "chi-tieu.md": b"like a generated folder"}
    for path, content in by_hand.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    (tmp_path / "empty").mkdir()
    sync(tmp_path, FILES, OWNED)
    sync(tmp_path, {}, OWNED)
    assert contents(tmp_path) == by_hand
    assert (tmp_path / "empty").is_dir()


@pytest.mark.parametrize("path", ["gioi-thieu.md", "other/a.md", "../chi-tieu/a.md", "/chi-tieu/a.md", "chi-tieu.md"])
def test_sync_refuses_a_file_outside_the_generated_folders_and_writes_nothing(tmp_path, path):
    with pytest.raises(ValueError, match=path):
        sync(tmp_path / "docs", FILES | {path: b"x"}, OWNED)
    assert contents(tmp_path) == {}


def test_sync_refuses_a_path_that_leaves_its_generated_folder(tmp_path):
    (tmp_path / "docs" / "chi-tieu").mkdir(parents=True)
    with pytest.raises(ValueError, match="chi-tieu/"):
        sync(tmp_path / "docs", {"chi-tieu/../../a.md": b"x"}, OWNED)


@pytest.mark.parametrize("existing", [True, False])
def test_replace_puts_the_new_folder_in_the_place_of_the_old(tmp_path, existing):
    old, new = tmp_path / "site", tmp_path / "site.new"
    if existing:
        old.mkdir()
        (old / "old.html").write_bytes(b"old")
    new.mkdir()
    (new / "new.html").write_bytes(b"new")
    replace(old, new)
    assert contents(tmp_path) == {"site/new.html": b"new"}


def test_replace_clears_what_a_killed_build_left_aside(tmp_path):
    for name in ("site", "site.old", "site.new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_bytes(name.encode())
    replace(tmp_path / "site", tmp_path / "site.new")
    assert contents(tmp_path) == {"site/index.html": b"site.new"}


def test_replace_leaves_the_old_folder_in_its_place_when_there_is_no_new_one(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_bytes(b"old")
    with pytest.raises(FileNotFoundError):
        replace(tmp_path / "site", tmp_path / "site.new")
    assert contents(tmp_path) == {"site/index.html": b"old"}
