"""What is kept between builds: found again whole, made anew when damaged, thrown away when nobody asks for it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from wardbook import shelf
from wardbook.beside import by_language


def made_of(source: bytes) -> bytes:
    return b"made of " + source


def keep(source: bytes, kind: str = "thing") -> tuple[bytes, bool]:
    """Return what the shelf gives for a source, and whether it had to be made."""
    made = []

    def make() -> bytes:
        made.append(source)
        return made_of(source)

    return shelf.keep(kind, source, make), bool(made)


def test_without_a_shelf_everything_is_made_each_time():
    assert keep(b"a") == keep(b"a") == (b"made of a", True)


def test_what_was_made_once_is_found_the_next_time(tmp_path):
    with shelf.shelf(tmp_path / "shelf"):
        assert keep(b"a") == (b"made of a", True)
        assert keep(b"a") == (b"made of a", False)
    with shelf.shelf(tmp_path / "shelf"):
        assert keep(b"a") == (b"made of a", False)


def test_another_source_kind_or_program_is_another_thing(tmp_path, monkeypatch):
    with shelf.shelf(tmp_path):
        keep(b"a")
        assert keep(b"b")[1]
        assert keep(b"a", "other thing")[1]
        monkeypatch.setattr(shelf, "program", lambda: "another")
        assert keep(b"a")[1]


@pytest.mark.parametrize(
    "damage",
    [
        lambda entry: entry[:-1],
        lambda entry: entry[:40] + bytes([entry[40] ^ 1]) + entry[41:],
        lambda entry: b"",
        lambda entry: b"version https://git-lfs.github.com/spec/v1\n",
    ],
    ids=["cut", "flipped", "empty", "text"],
)
def test_what_is_damaged_is_made_again(tmp_path, damage):
    with shelf.shelf(tmp_path):
        keep(b"a" * 20)
        (entry,) = tmp_path.iterdir()
        entry.write_bytes(damage(entry.read_bytes()))
        assert keep(b"a" * 20) == (made_of(b"a" * 20), True)
        assert keep(b"a" * 20) == (made_of(b"a" * 20), False)


def test_a_folder_in_the_place_of_an_entry_is_no_entry(tmp_path):
    with shelf.shelf(tmp_path):
        keep(b"a")
        (entry,) = tmp_path.iterdir()
        entry.unlink()
        entry.mkdir()
        assert shelf.find("thing", b"a") is None


def test_what_nobody_asks_for_in_a_whole_build_is_thrown_away(tmp_path):
    with shelf.shelf(tmp_path):
        keep(b"a")
        keep(b"b")
    with shelf.shelf(tmp_path):
        keep(b"b")
    assert len(list(tmp_path.iterdir())) == 1
    with shelf.shelf(tmp_path):
        assert keep(b"b") == (b"made of b", False)


def test_a_build_that_stops_throws_nothing_away(tmp_path):
    with shelf.shelf(tmp_path):
        keep(b"a")
    with pytest.raises(KeyError), shelf.shelf(tmp_path):
        raise KeyError
    with shelf.shelf(tmp_path):
        assert keep(b"a") == (b"made of a", False)


def test_the_same_thing_may_be_made_many_times_at_once(tmp_path):
    def made(number: int) -> bytes:
        return shelf.keep("thing", b"a", lambda: made_of(b"a" * 100_000))

    with shelf.shelf(tmp_path), ThreadPoolExecutor(8) as pool:
        assert set(pool.map(made, range(200))) == {made_of(b"a" * 100_000)}
    assert len(list(tmp_path.iterdir())) == 1


def test_what_the_processes_of_the_languages_make_lies_on_the_same_shelf(tmp_path):
    with shelf.shelf(tmp_path):
        assert by_language(lambda code: keep(code.encode())) == {
            "vi": (b"made of vi", True),
            "en": (b"made of en", True),
        }
    assert len(list(tmp_path.iterdir())) == 2
    with shelf.shelf(tmp_path):
        assert keep(b"vi") == (b"made of vi", False)
        assert keep(b"en") == (b"made of en", False)
