"""The ledger of addresses: it only grows, and a site in which one of them is lost is not published."""

import json
import shutil

import pytest

import build
from conftest import copy_project, run_build
from wardbook.ledger import GoneError, addresses, hold, moved
from wardbook.package import read_package
from wardbook.release import INDEX, read_release
from wards import REAL, YEAR, add, remove, ward, with_file, write

PAGE = "# Lời mời\n\nMời đến xem.\n"


def index_of(folder):
    return json.loads((folder / "datapackage" / INDEX).read_text(encoding="utf-8"))


def test_pages_and_files_are_noted_once_and_what_comes_and_goes_is_not():
    tree = [
        "index.html",
        "chi-tieu/a/index.html",
        "en/chi-tieu/a/index.html",
        "en/index.html",
        "nhung/a/index.html",
        "tai-ve/a.csv",
        "api/v1/a.json",
        "tai-ve/v2031.0.0/a.csv",
        "tai-ve/hinh/vi/a.svg",
        "tai-ve/chia-se/vi/a.png",
        "404.html",
        "assets/stylesheets/site.0.css",
        "search/search_index.json",
        "sitemap.xml",
    ]
    assert addresses(tree) == {"/", "/chi-tieu/a/", "/nhung/a/", "/tai-ve/a.csv", "/api/v1/a.json"}


def test_a_page_must_be_there_in_both_languages_and_a_file_once():
    files = ("index.html", "en/index.html", "a/index.html", "tai-ve/a.csv")
    hold(files, {"/", "/tai-ve/a.csv"})
    hold(files, ())
    for published, gone in (("/a/", ["/en/a/"]), ("/b/", ["/b/", "/en/b/"]), ("/tai-ve/b.csv", ["/tai-ve/b.csv"])):
        with pytest.raises(GoneError) as error:
            hold(files, {"/", published})
        assert error.value.gone == gone


def test_what_belongs_to_an_indicator_is_served_at_its_earlier_id_too():
    files = {
        "api/v1/indicators/b.json": b"1",
        "tai-ve/chi-tieu/b.csv": b"2",
        "nhung/b/index.html": b"3",
        "nhung/b-c/index.html": b"4",
        "chi-tieu/b.md": b"5",
    }
    assert moved(files, {"a": "b"}) == {
        "api/v1/indicators/a.json": b"1",
        "tai-ve/chi-tieu/a.csv": b"2",
        "nhung/a/index.html": b"3",
    }
    assert moved(files, {}) == {}


def test_an_index_from_before_there_were_addresses_is_read():
    old = json.dumps({"version": "2031.0.0", "figures": {}, "units": {}}).encode()
    release, problems = read_release(with_file(ward(), INDEX, old))
    assert (release.version, release.addresses, problems) == ("2031.0.0", frozenset(), [])


@pytest.mark.parametrize("addresses", ['"x"', "[1]", '["chi-tieu/"]', "7", '{"/a/": [}'])
def test_a_ledger_that_is_none_is_a_located_fault(addresses):
    index = f'{{"version": "1", "figures": {{}}, "units": {{}}, "addresses": {addresses}}}'
    _, problems = read_release(with_file(ward(), INDEX, index.encode()))
    assert [(one.path, one.rule) for one in problems] == [(f"ward/{INDEX}", "release-index")]


def test_an_address_that_the_last_tag_has_cannot_be_taken_out_of_the_index():
    def index(*places):
        return json.dumps({"version": "2031.0.0", "figures": {}, "units": {}, "addresses": places}).encode()

    package = with_file(ward(), INDEX, index("/b/"))
    release, _ = read_release(type(package)(package.label, package.files, package.links, index("/a/")))
    assert release.addresses == {"/a/", "/b/"}


def test_the_real_index_has_every_address_of_the_real_site(site):
    release, _ = read_release(read_package(REAL, "datapackage"))
    tree = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert release.addresses == addresses(tree)


def test_another_ward_begins_without_a_ledger():
    assert read_release(ward())[0].addresses == frozenset()


# ---- a ward that is published, and then loses something --------------------------------------------------------------


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A copy of the project with the invented ward, one more hand-written page, and the index of what is published."""
    folder = copy_project(tmp_path_factory.mktemp("published"))
    shutil.rmtree(folder / "datapackage")
    write(ward(), folder / "datapackage")
    for code in ("vi", "en"):
        (folder / f"docs/{code}/loi-moi.md").write_text(PAGE, encoding="utf-8")
    config = folder / "mkdocs.yml"
    config.write_text(
        config.read_text(encoding="utf-8").replace("not_in_nav: |\n", "not_in_nav: |\n  /loi-moi.md\n"), "utf-8"
    )
    done = run_build(folder, "release")
    assert done.returncode == 0, done.stdout + done.stderr
    done = run_build(folder, "site")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture
def copy(published, tmp_path):
    return shutil.copytree(published, tmp_path / "project")


def refused(copy, lang="vi"):
    """Build; return the one line that says what is gone. The site of before stands."""
    before = (copy / "site/index.html").read_bytes()
    done = run_build(copy, "site", "--lang", lang)
    assert done.returncode == 1, done.stdout
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert (copy / "site/index.html").read_bytes() == before
    return done.stderr


def test_the_index_of_a_release_has_every_address_of_the_site(published):
    site = published / "site"
    tree = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert set(index_of(published)["addresses"]) == addresses(tree)
    assert "/loi-moi/" in addresses(tree)


def test_a_hand_written_page_that_is_gone_is_named_and_a_stub_in_its_place_answers(copy):
    for code in ("vi", "en"):
        (copy / f"docs/{code}/loi-moi.md").unlink()
    assert refused(copy).startswith("/loi-moi/ (+1) đã được công bố mà bản này không còn.")
    for code in ("vi", "en"):
        stub = "---\ntitle: Đã chuyển\nmoved_to: gioi-thieu/\n---\n# Đã chuyển\n"
        (copy / f"docs/{code}/loi-moi.md").write_text(stub, encoding="utf-8")
    done = run_build(copy, "site")
    assert done.returncode == 0, done.stderr
    assert 'content="0; url=../gioi-thieu/"' in (copy / "site/en/loi-moi/index.html").read_text(encoding="utf-8")


def test_an_earlier_address_of_an_indicator_that_is_gone_is_named(copy):
    write(remove(ward(), "redirects", "du-khach"), copy / "datapackage")
    assert refused(copy, "en").startswith("/chi-tieu/du-khach/ (+6) was published and this site has nothing there.")


def test_an_indicator_that_is_gone_without_a_redirect_is_found_by_the_check_and_with_one_its_files_go_on(copy):
    package = remove(remove(ward(), "observations", f"diem-ngap/{YEAR}"), "indicators", "diem-ngap")
    write(package, copy / "datapackage")
    done = run_build(copy, "site")
    assert done.returncode == 1
    assert "diem-ngap" in done.stdout
    redirect = {"to_id": "vu-xa-thai", "reason_vi": "Gộp.", "reason_en": "Merged."}
    write(add(package, "redirects", from_id="diem-ngap", **redirect), copy / "datapackage")
    done = run_build(copy, "site")
    assert done.returncode == 0, done.stdout + done.stderr
    site = copy / "site"
    for path in ("api/v1/indicators/{}.json", "tai-ve/chi-tieu/{}.csv", "en/nhung/{}/index.html"):
        old, new = (site / path.format(name) for name in ("diem-ngap", "vu-xa-thai"))
        assert old.read_bytes() == new.read_bytes()


def test_a_topic_that_has_another_id_is_named(copy):
    for table in ("topics", "indicators", "statements"):
        path = copy / f"datapackage/data/{table}.csv"
        path.write_bytes(path.read_bytes().replace(b"song-sach", b"song-trong"))
    assert refused(copy, "en").startswith("/chu-de/song-sach/ (+")


def test_a_download_that_is_gone_is_named(copy):
    source = copy / "scripts/wardbook/download.py"
    code = source.read_text(encoding="utf-8")
    assert code.count('BY_YEAR = "so-lieu-theo-nam.csv"') == 1
    source.write_text(code.replace('"so-lieu-theo-nam.csv"', '"theo-nam.csv"'), encoding="utf-8")
    assert "/tai-ve/so-lieu-theo-nam.csv" in refused(copy, "en")


def test_a_version_may_gain_addresses_and_loses_none(copy, capsys, monkeypatch):
    for code in ("vi", "en"):
        (copy / f"docs/{code}/loi-moi.md").rename(copy / f"docs/{code}/hai.md")
    before = index_of(copy)
    monkeypatch.setattr(build, "ROOT", copy)
    assert build.main(["release", "--package", str(copy / "datapackage")]) == 0
    after = index_of(copy)
    assert set(after["addresses"]) == {*before["addresses"], "/hai/"}
    assert {**after, "addresses": 0} == {**before, "addresses": 0}
