"""The site: generated files beside the hand-written pages, and MkDocs once a language."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import TemplateError, TemplateSyntaxError

from wardbook.card import cards
from wardbook.check import Checked
from wardbook.contact import Contact, ContactError, read_contact
from wardbook.derive import derive
from wardbook.download import CHECKSUMS, checksums, downloads
from wardbook.error import BuildError
from wardbook.figure import figure_files
from wardbook.formats.contents import data_day
from wardbook.formats.whole_site import read_site, site_zip
from wardbook.language import CODES, read_language
from wardbook.package import Package
from wardbook.page import TEMPLATES, Publication, Writer, live_numbers
from wardbook.picture import pictures
from wardbook.seal import seal
from wardbook.tree import Changes, recover, replace, settle, sync
from wardbook.versions import version_names, versioned, with_earlier

# what the build owns inside docs/vi and docs/en; everything else there is written by hand
GENERATED = (
    "index.md",
    "chi-tieu",
    "chu-de",
    "dinh-chinh",
    "han-che",
    "kiem-tra",
    "nam",
    "nhiem-vu",
    "nhung",
    "niem-yet",
    "robots.txt",
    "so-lieu",
    "tai-ve",
)

# everything to take away stands here, for both languages
FILES = "tai-ve/"
SITE_ZIP = "toan-trang.zip"
# what the data page has in the place of the size of that zip, which is known only when every page is built
SITE_ZIP_SIZE = "TOAN-TRANG-ZIP-SIZE"

CONFIGS = {"vi": "mkdocs.yml", "en": "mkdocs.en.yml"}


@dataclass(frozen=True)
class Built:
    """What a build did: how many pages there are in both languages, and what changed among the generated files."""

    pages: int
    changes: Changes


def render(
    checked: Checked, package: Package, address: str, contact: Contact, earlier: Mapping[str, bytes] | None = None
) -> dict[str, dict[str, bytes]]:
    """Return every generated file: "vi" and "en" for the two documentation folders, "live" for the macros.

    `earlier` are the copies of earlier versions of the data, by their path below /tai-ve/: they are published as they
    are.
    "drawings" are what pictures are to be made from, by the path of the picture in the Vietnamese folder.
    Raises BuildError where a template, a chart or the words of a language are broken.
    """
    try:
        return _render(checked, package, address, contact, earlier or {})
    except TemplateError as error:
        raise BuildError(_of_template(error)) from error


def _of_template(error: TemplateError) -> str:
    """Say which line of which template is at fault: Jinja puts it into the traceback, not into the message."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.name}:{error.lineno}: {error.message}"
    frames = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).parent == TEMPLATES]
    return "".join(f"{Path(f.filename).name}:{f.lineno}: " for f in frames[-1:]) + str(error.message)


def _render(
    checked: Checked, package: Package, address: str, contact: Contact, earlier: Mapping[str, bytes]
) -> dict[str, dict[str, bytes]]:
    book = derive(checked.catalogue, checked.descriptor.get("population", ""))
    schemas = {name: resource.schema for name, resource in checked.resources.items()}
    files = downloads(book, package, address)
    now = versioned({path: file.content for path, file in files.items()}, str(checked.descriptor["version"]))
    versions = with_earlier(now, earlier)
    publication = Publication(
        book, checked.descriptor, schemas, files, address, contact, versions=version_names(versions)
    )
    rendered: dict[str, dict[str, bytes]] = {"live": {}}
    figures: dict[str, bytes] = {}
    drawings: dict[str, bytes] = {}
    for code in CODES:
        language = read_language(code)
        writer = Writer(publication, language)
        rendered[code] = writer.pages() | writer.frames()
        rendered["live"][f"{code}.json"] = live_numbers(publication, language)
        figures |= figure_files(publication, language)
        drawings |= cards(publication, language)
    drawings |= {path.replace(".svg", ".png"): svg for path, svg in figures.items() if path.endswith(".svg")}
    # one copy, under the root of the site: a permanent address does not depend on a language
    rendered["vi"] |= {FILES + path: file.content for path, file in files.items()}
    rendered["vi"] |= {FILES + path: content for path, content in (figures | versions).items()}
    rendered["vi"]["robots.txt"] = robots(address)
    rendered["drawings"] = {FILES + path: drawing for path, drawing in drawings.items()}
    return rendered


def robots(address: str) -> bytes:
    """Return what crawlers are told: they may read everything, and where each language has its list of pages."""
    maps = [f"Sitemap: {address}{folder}sitemap.xml\n" for folder in ("", "en/") if address]
    return "".join(["User-agent: *\nAllow: /\n", *maps]).encode("utf-8")


def generate(root: Path, rendered: Mapping[str, Mapping[str, bytes]]) -> Changes:
    """Write the generated files of both languages below `root`; return what changed.

    Pictures are kept between builds in build/pictures/, which may be deleted at any time.
    """
    drawn, kept = pictures(rendered["drawings"], root / "build" / "pictures")
    sync(root / "build", {f"pictures/{name}": picture for name, picture in kept.items()}, ("pictures",))
    files = {**rendered, "vi": {**rendered["vi"], **drawn}}
    files["vi"][FILES + CHECKSUMS] = checksums(
        {path.removeprefix(FILES): content for path, content in files["vi"].items() if path.startswith(FILES)}
    )
    done = [sync(root / "docs" / code, files[code], GENERATED) for code in CODES]
    done.append(sync(root / "build", {f"live/{name}": data for name, data in rendered["live"].items()}, ("live",)))
    return Changes(*(sum(getattr(c, name) for c in done) for name in ("written", "deleted", "kept")))


def build(
    root: Path,
    output: Path,
    rendered: Mapping[str, Mapping[str, bytes]],
    latest: datetime,
    lock: int,
    *,
    name: str,
) -> Built:
    """Build both languages beside `output` and then put them in its place.

    `latest` dates the sitemap, unless SOURCE_DATE_EPOCH is set: nothing in a build may come from the clock. `lock` is
    the descriptor of the lock that this build holds (see lock.py). The whole site is also packed into a zip, in a
    folder of this `name`.
    """
    recover(output)
    changes = generate(root, rendered)
    beside = output.with_name(output.name + ".new")
    try:
        _mkdocs(root, {code: beside / code for code in CODES}, latest, lock)
        (beside / "en").rename(beside / "vi" / "en")
        # before the seal: from a folder no page is "self", so a page that allows itself alone would allow nothing
        pack(beside / "vi", name, latest)
        if lost := seal(beside / "vi"):
            raise BuildError(f"{lost[0]} leads nowhere" + (f" (and {len(lost) - 1} more)" if lost[1:] else ""))
        settle(beside / "vi")
        pages = sum("nhung" not in page.parts for page in (beside / "vi").rglob("index.html"))
        replace(output, beside / "vi")
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Built(pages, changes)


def pack(site: Path, name: str, latest: datetime) -> None:
    """Put the zip of the whole site beside the other files, its size into the data page, its checksum into the list."""
    pages = {code: site / ("" if code == "vi" else code) / "so-lieu" / "index.html" for code in CODES}
    files, mark = read_site(site), SITE_ZIP_SIZE.encode("ascii")
    # a copy does not say how large it is itself: that would change its size
    bare = {path: content.replace(mark, "–".encode()) for path, content in files.items() if path.endswith(".html")}
    packed = site_zip({**files, **bare}, FILES + SITE_ZIP, name, site_address(), latest.date())
    (site / FILES / SITE_ZIP).write_bytes(packed)
    for code, page in pages.items():
        size = read_language(code).megabytes(len(packed)).encode("utf-8")
        page.write_bytes(page.read_bytes().replace(mark, size))
    sums = site / FILES / CHECKSUMS
    lines = [*sums.read_bytes().splitlines(keepends=True), checksums({SITE_ZIP: packed})]
    sums.write_bytes(b"".join(sorted(lines, key=lambda line: line[66:])))


def _mkdocs(root: Path, folders: Mapping[str, Path], latest: datetime, lock: int) -> None:
    """Run MkDocs for every language at once; each has a configuration and an output of its own."""
    environment = {"SOURCE_DATE_EPOCH": str(int(latest.timestamp())), **os.environ, "NO_MKDOCS_2_WARNING": "1"}
    if address := site_address():
        environment |= {"SITE_URL": address, "SITE_URL_EN": f"{address}en/"}
    running = {
        code: subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", CONFIGS[code], "-d", str(folder)],
            cwd=root,
            pass_fds=(lock,),
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        for code, folder in folders.items()
    }
    said = {code: process.communicate()[0] for code, process in running.items()}
    for code, process in running.items():
        if process.returncode:
            raise BuildError(f"MkDocs ({CONFIGS[code]}): {_cause(said[code])}")


def _cause(output: str) -> str:
    """Return the line of MkDocs's output that says why it stopped; of a traceback that is the last one."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    if "Traceback (most recent call last):" in lines:
        return lines[-1]
    told = [line for line in lines if line.startswith(("ERROR", "WARNING", "Error", "Aborted"))]
    return (told or lines or ["no output"])[0]


def site_address() -> str:
    """Return where the site will stand, with a slash at its end, from SITE_URL; "" where nobody has said."""
    address = os.environ.get("SITE_URL", "")
    return f"{address.rstrip('/')}/" if address else ""


def site_contact(root: Path) -> Contact:
    """Return where the site says that questions go, from the settings that MkDocs reads too, !ENV included."""
    from mkdocs.exceptions import ConfigurationError
    from mkdocs.utils.yaml import yaml_load

    try:
        with (root / CONFIGS["vi"]).open("rb") as file:
            return read_contact(yaml_load(file).get("extra") or {})
    except (ConfigurationError, ContactError) as error:
        raise BuildError(f"{CONFIGS['vi']}: {_cause(str(error))}") from error


def data_date(checked: Checked) -> datetime:
    """Return the date that a build without a clock carries: the last correction, else the end of the last period."""
    return datetime.combine(data_day(checked.catalogue), datetime.min.time(), UTC)
