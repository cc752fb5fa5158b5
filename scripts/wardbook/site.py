"""The site: generated files beside the hand-written pages, and MkDocs once a language."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from wardbook.card import cards
from wardbook.check import Checked
from wardbook.contact import Contact, ContactError, read_contact
from wardbook.derive import derive
from wardbook.download import downloads
from wardbook.figure import figure_files
from wardbook.language import CODES, read_language
from wardbook.package import Package
from wardbook.page import Publication, Writer, live_numbers
from wardbook.picture import pictures
from wardbook.stylesheet import merge_stylesheets
from wardbook.tree import Changes, replace, sync

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

CONFIGS = {"vi": "mkdocs.yml", "en": "mkdocs.en.yml"}


class BuildError(Exception):
    """The site could not be built; the message is one line for whoever ran the command."""


@dataclass(frozen=True)
class Built:
    """What a build did: how many pages there are in both languages, and what changed among the generated files."""

    pages: int
    changes: Changes


def render(checked: Checked, package: Package, address: str, contact: Contact) -> dict[str, dict[str, bytes]]:
    """Return every generated file: "vi" and "en" for the two documentation folders, "live" for the macros.

    "drawings" are what pictures are to be made from, by the path of the picture in the Vietnamese folder.
    """
    book = derive(checked.catalogue, checked.descriptor.get("population", ""))
    schemas = {name: resource.schema for name, resource in checked.resources.items()}
    files = downloads(book, package)
    publication = Publication(book, checked.descriptor, schemas, files, address, contact)
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
    rendered["vi"] |= {f"tai-ve/{path}": file.content for path, file in files.items()}
    rendered["vi"] |= {f"tai-ve/{path}": content for path, content in figures.items()}
    rendered["vi"]["robots.txt"] = robots(address)
    rendered["drawings"] = {f"tai-ve/{path}": drawing for path, drawing in drawings.items()}
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
    done = [sync(root / "docs" / code, files[code], GENERATED) for code in CODES]
    done.append(sync(root / "build", {f"live/{name}": data for name, data in rendered["live"].items()}, ("live",)))
    return Changes(*(sum(getattr(c, name) for c in done) for name in ("written", "deleted", "kept")))


def build(root: Path, output: Path, rendered: Mapping[str, Mapping[str, bytes]], latest: datetime) -> Built:
    """Build both languages beside `output` and then put them in its place.

    `latest` dates the sitemap, unless SOURCE_DATE_EPOCH is set: nothing in a build may come from the clock.
    """
    changes = generate(root, rendered)
    beside = output.with_name(output.name + ".new")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        _mkdocs(root, {code: beside / code for code in CODES}, latest)
        (beside / "en").rename(beside / "vi" / "en")
        merge_stylesheets(beside / "vi", (beside / "vi", beside / "vi" / "en"))
        pages = sum("nhung" not in page.parts for page in (beside / "vi").rglob("index.html"))
        replace(output, beside / "vi")
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Built(pages, changes)


def _mkdocs(root: Path, folders: Mapping[str, Path], latest: datetime) -> None:
    """Run MkDocs for every language at once; each has a configuration and an output of its own."""
    environment = {"SOURCE_DATE_EPOCH": str(int(latest.timestamp())), **os.environ, "NO_MKDOCS_2_WARNING": "1"}
    if address := site_address():
        environment |= {"SITE_URL": address, "SITE_URL_EN": f"{address}en/"}
    running = {
        code: subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", CONFIGS[code], "-d", str(folder)],
            cwd=root,
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
    """Return the line of MkDocs's output that says why it stopped."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
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
    dates = [c.date for c in checked.catalogue.corrections]
    dates += [source.date_issued or source.period_end for source in checked.catalogue.sources.values()]
    return datetime.combine(max(dates), datetime.min.time(), UTC)
