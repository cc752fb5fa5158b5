"""A folder of generated files, made equal to what was rendered."""

import os
import sys
import threading

import pytest

from wardbook import tree
from wardbook.tree import Changes, change, link, read, recover, remove, replace, settle, sync

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


@pytest.fixture(params=["one step", "two renames"])
def swap(request, monkeypatch):
    """Both ways to put a folder in another's place: in one step where the system has it, and the plain one."""
    if request.param == "two renames":
        monkeypatch.setattr(tree, "_exchange", lambda one, other: False)


def folder(path, **files):
    path.mkdir()
    for name, content in files.items():
        (path / f"{name}.html").write_bytes(content)
    return path


def test_what_a_site_has_of_the_generated_files_stays_when_they_are_written_again(tmp_path):
    docs, site = tmp_path / "docs", tmp_path / "site"
    sync(docs, {"tai-ve/a.csv": b"1", "tai-ve/b.md": b"page", "tai-ve/c/d.md": b"page"}, ["tai-ve"])
    (docs / "tam.csv").write_bytes(b"by hand")
    assert link(docs, ["tai-ve"], site) == ["tai-ve/a.csv"]
    assert sorted(path.relative_to(site).as_posix() for path in site.rglob("*")) == ["tai-ve", "tai-ve/a.csv"]
    sync(docs, {"tai-ve/a.csv": b"2"}, ["tai-ve"])
    assert (docs / "tai-ve/a.csv").read_bytes() == b"2"
    assert (site / "tai-ve/a.csv").read_bytes() == b"1"


def test_a_folder_is_changed_from_its_files_to_others_and_what_stays_is_not_written(tmp_path):
    site, before = tmp_path / "site", {"a.html": b"1", "b/c.css": b"2", "b/d.css": b"3"}
    sync(site, before, {"a.html", "b"})
    link(site, ["a.html"], tmp_path / "docs")
    for file in site.rglob("*.*"):
        os.utime(file, (1, 1))
    after = {"a.html": b"4", "b/d.css": b"3", "e/f.css": b"5"}
    assert read(site, {"a.html": b"known"}) == contents(site) | {"a.html": b"known"}
    change(site, read(site), after)
    assert read(site) == contents(site) == after
    assert (site / "b/d.css").stat().st_mtime == 1
    assert (tmp_path / "docs/a.html").read_bytes() == b"1"


def test_a_file_that_can_have_no_second_name_is_left_to_be_copied(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError

    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/a.csv").write_bytes(b"1")
    monkeypatch.setattr("pathlib.Path.hardlink_to", refuse)
    assert link(tmp_path / "docs", ["a.csv"], tmp_path / "site") == []
    assert list((tmp_path / "site").iterdir()) == []


@pytest.mark.usefixtures("swap")
@pytest.mark.parametrize("existing", [True, False])
def test_replace_puts_the_new_folder_in_the_place_of_the_old(tmp_path, existing):
    if existing:
        folder(tmp_path / "site", old=b"old")
    remove(replace(tmp_path / "site", folder(tmp_path / "site.new", new=b"new")))
    assert contents(tmp_path) == {"site/new.html": b"new"}
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.usefixtures("swap")
def test_replace_leaves_the_old_folder_in_its_place_when_there_is_no_new_one(tmp_path):
    folder(tmp_path / "site", index=b"old")
    with pytest.raises(FileNotFoundError):
        replace(tmp_path / "site", tmp_path / "site.new")
    assert contents(tmp_path) == {"site/index.html": b"old"}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets two folders change places in one step")
def test_the_old_folder_is_never_missing_while_it_is_replaced(tmp_path):
    site, missing = folder(tmp_path / "site", index=b"0"), []
    done = threading.Event()

    def look():
        while not done.is_set():
            if not site.exists():
                missing.append(True)

    looking = threading.Thread(target=look)
    looking.start()
    for number in range(200):
        remove(replace(site, folder(tmp_path / "site.new", index=str(number).encode())))
    done.set()
    looking.join()
    assert missing == []
    assert contents(tmp_path) == {"site/index.html": b"199"}


def test_recover_clears_what_a_killed_build_left_beside(tmp_path):
    for name in ("site", "site.old", "site.new"):
        folder(tmp_path / name, index=name.encode())
    recover(tmp_path / "site")
    assert contents(tmp_path) == {"site/index.html": b"site"}


def test_recover_brings_back_a_folder_whose_replacement_was_cut_short(tmp_path):
    for name in ("site.old", "site.new"):
        folder(tmp_path / name, index=name.encode())
    recover(tmp_path / "site")
    assert contents(tmp_path) == {"site/index.html": b"site.old"}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets one wait for a whole file system")
def test_the_disk_is_waited_for_in_one_step(tmp_path, monkeypatch):
    monkeypatch.setattr(tree, "_flush", lambda path: pytest.fail("file by file"))
    settle(folder(tmp_path / "site", index=b"page"))


def test_where_that_cannot_be_every_file_and_folder_is_waited_for(tmp_path, monkeypatch):
    flushed = []
    monkeypatch.setattr(tree, "_flush_all", lambda folder: False)
    monkeypatch.setattr(tree, "_flush", flushed.append)
    settle(folder(tmp_path / "site", index=b"page"))
    assert flushed == [tmp_path / "site", tmp_path / "site" / "index.html"]


def test_what_is_published_can_be_read_by_everyone_whatever_the_umask(tmp_path):
    before = os.umask(0o077)
    try:
        folder(tmp_path / "site", index=b"page")
        folder(tmp_path / "site" / "en", index=b"page")
    finally:
        os.umask(before)
    (tmp_path / "site" / "index.html").chmod(0o777)
    settle(tmp_path / "site")
    paths = [tmp_path / "site", *(tmp_path / "site").rglob("*")]
    assert [oct(path.stat().st_mode & 0o777) for path in sorted(paths)] == ["0o755", "0o755", "0o644", "0o644"]
