"""Copies of each version of the data, at addresses that never go away."""

import hashlib
import os
import shutil
import subprocess

import pytest

from conftest import copy_project, missing_program, run_build
from published import publish_whole
from wardbook.archive import pack, unpack
from wardbook.check import check
from wardbook.contact import Contact
from wardbook.download import CHECKSUMS, PACKAGE
from wardbook.language import CODES, read_language
from wardbook.metadata.place import FILES
from wardbook.package import DESCRIPTOR
from wardbook.site import outline, publish, render
from wardbook.versions import VersionError, read_versions, version_names, versioned, with_earlier
from wards import change, describe_as, ward, write

NOW = "2031.0.0"
BEFORE = "2030.2.0"


def copy_of(package, version):
    """Return what is published of a package under a version, by the path below /tai-ve/."""
    return versioned(
        {path: file.content for path, file in files_of(describe_as(package, version=version)).items()}, version
    )


def files_of(package):
    """Return the files to take away of a package, as a site without an address has them."""
    return publish_whole(outline(check(package), "", Contact()), package).downloads


@pytest.fixture(scope="module")
def now():
    return copy_of(ward(), NOW)


@pytest.fixture(scope="module")
def before():
    package = change(ward(), "observations", "ty-le-thu-gom/2031", value="90.5", as_printed="90,5%")
    return copy_of(package, BEFORE)


def put(folder, files):
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def refusal(folder):
    with pytest.raises(VersionError) as refused:
        read_versions(folder)
    for code in CODES:
        assert read_language(code).words["versions"][refused.value.reason].format(**refused.value.values)
    return refused.value.reason, refused.value.values.get("path")


def test_the_copy_of_a_version_has_the_same_bytes_as_the_files_that_always_have_the_same_address(now):
    files = files_of(describe_as(ward(), version=NOW))
    assert {path.removeprefix(f"v{NOW}/") for path in now} == {*files, CHECKSUMS}
    assert all(now[f"v{NOW}/{path}"] == file.content for path, file in files.items())


def test_the_copy_of_a_version_has_its_own_checksums_which_sha256sum_accepts(now, tmp_path):
    program = shutil.which("sha256sum") or missing_program("sha256sum", "sudo apt-get install coreutils")
    folder = put(tmp_path, now) / f"v{NOW}"
    done = subprocess.run(
        [program, "-c", "--strict", CHECKSUMS], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == len(now) - 1


def test_earlier_versions_are_published_as_they_are(before, now, tmp_path):
    package = describe_as(ward(), version=NOW)
    earlier = read_versions(put(tmp_path, before))
    assert earlier == before
    planned = outline(check(package), "", Contact())
    rendered = render(planned, publish(planned, package, earlier))["vi"]
    assert {path: rendered[FILES + path] for path in before} == before
    assert {path: rendered[FILES + path] for path in now} == now
    assert rendered[FILES + PACKAGE + DESCRIPTOR] == now[f"v{NOW}/{PACKAGE}{DESCRIPTOR}"]


def test_what_a_release_packs_of_a_version_is_published_again_as_it_was(now, tmp_path):
    """The way of a version from the site into its release, and from there into every later site."""
    tag = f"v{NOW}"
    files = {path.removeprefix(f"{tag}/"): content for path, content in now.items()}
    unpacked = {f"{tag}/{path}": content for path, content in unpack(tag, pack(tag, files)).items()}
    assert read_versions(put(tmp_path, unpacked)) == now


def test_the_released_copy_of_the_present_version_stays_whatever_this_build_would_write(before, now):
    released = {**now, f"v{NOW}/so-lieu.xlsx": b"as an older library wrote it"}
    del released[f"v{NOW}/so-lieu.sqlite"]
    assert with_earlier(now, {**before, **released}) == {**before, **released}


def test_a_version_whose_tables_changed_since_its_release_is_refused(now):
    path = f"v{NOW}/{PACKAGE}data/observations.csv"
    for other in ({**now, path: b"other"}, {p: c for p, c in now.items() if p != path}):
        with pytest.raises(VersionError) as refused:
            with_earlier(now, other)
        assert refused.value.reason == "other_bytes"
        assert refused.value.values == {"version": NOW, "path": path}


def test_a_copy_that_is_not_whole_is_refused(before, tmp_path):
    folder, version = put(tmp_path / "earlier", before), f"v{BEFORE}"
    table = folder / version / "so-lieu.csv"
    whole = table.read_bytes()
    table.write_bytes(whole.replace(b"90.5", b"99.5"))
    assert refusal(folder) == ("damaged", f"{version}/so-lieu.csv")
    table.unlink()
    assert refusal(folder) == ("missing", f"{version}/so-lieu.csv")
    table.write_bytes(whole)
    (folder / version / "khac.txt").write_text("x")
    assert refusal(folder) == ("unlisted", f"{version}/khac.txt")
    (folder / version / "khac.txt").unlink()
    assert read_versions(folder) == before
    sums = folder / version / CHECKSUMS
    sums.write_bytes(sums.read_bytes() + b"not a line\n")
    assert refusal(folder) == ("no_sums", f"{version}/{CHECKSUMS}")
    sums.unlink()
    assert refusal(folder) == ("no_sums", f"{version}/{CHECKSUMS}")


def test_only_folders_of_versions_may_lie_among_the_copies(before, tmp_path):
    assert refusal(tmp_path / "khong-co")[0] == "no_folder"
    folder = put(tmp_path / "earlier", before)
    for name in ("2030.2.0", "v2030", "v2030.2.0-b", "ghi-chu"):
        (folder / name).mkdir()
        assert refusal(folder) == ("stranger", name)
        (folder / name).rmdir()
    (folder / "README").write_text("x")
    assert refusal(folder) == ("stranger", "README")


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_is_never_followed(before, tmp_path):
    folder = put(tmp_path / "earlier", before)
    (folder / f"v{BEFORE}" / "khac.csv").symlink_to("/etc/hostname")
    assert refusal(folder) == ("link", f"v{BEFORE}/khac.csv")
    (folder / f"v{BEFORE}" / "khac.csv").unlink()
    (folder / "v1.0.0").symlink_to(folder / f"v{BEFORE}")
    assert refusal(folder) == ("stranger", "v1.0.0")


def test_versions_are_listed_by_their_numbers_the_last_one_first():
    paths = ["v2030.2.0/a", "v2030.10.0/a", "v2031.0.0/b/c", "so-lieu.csv", "version/x"]
    assert version_names(paths) == ("2031.0.0", "2030.10.0", "2030.2.0")


@pytest.mark.parametrize(("lang", "said"), [("vi", "Tăng version trong datapackage.json"), ("en", "Raise version in")])
def test_the_command_says_in_plain_words_why_a_version_cannot_be_published(now, tmp_path, lang, said):
    project = copy_project(tmp_path / "project")
    shutil.rmtree(project / "datapackage")
    write(ward(), project / "datapackage")
    content = now[f"v{NOW}/so-lieu.csv"] + b"x"
    sums = hashlib.sha256(content).hexdigest() + "  so-lieu.csv\n"
    earlier = put(tmp_path / "earlier", {f"v{NOW}/so-lieu.csv": content, f"v{NOW}/{CHECKSUMS}": sums.encode()})
    done = run_build(project, "site", "--earlier", str(earlier), "--lang", lang)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (project / "site").exists()
