"""What the site is made of: every generated file, from a package that passed its check."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import TemplateError, TemplateSyntaxError

from wardbook.beside import Caller, Copy, beside, beside_by_language, by_language
from wardbook.card import cards
from wardbook.check import Checked
from wardbook.contact import Contact, ContactError, read_contact
from wardbook.derive import derive
from wardbook.download import Download, flat_downloads, program_downloads, spreadsheet_downloads
from wardbook.error import BuildError
from wardbook.formats.contents import Contents, data_day, read_contents
from wardbook.formats.flat import Row, flat_rows
from wardbook.language import CODES, Language, read_language
from wardbook.ledger import moved
from wardbook.metadata.api import record_downloads
from wardbook.metadata.described import described_data, described_files
from wardbook.metadata.place import FILES
from wardbook.package import Package
from wardbook.page import TEMPLATES, Writer, live_numbers
from wardbook.part_files import indicator_files, topic_files
from wardbook.picture import picture
from wardbook.progress import Tally
from wardbook.publication import Publication
from wardbook.versions import versioned, with_earlier

_Make = Callable[[Contents, list[Row]], dict[str, Download]]

# what makes the files that hold the whole data: about as long each
_OF_WHOLE: tuple[_Make, ...] = (spreadsheet_downloads, program_downloads)

CONFIGS = {"vi": "mkdocs.yml", "en": "mkdocs.en.yml"}


def publish(
    outline: Publication,
    package: Package,
    earlier: Mapping[str, bytes] | None = None,
    of_whole: Callable[[_Make], Mapping[str, Download]] | None = None,
) -> Iterator[Publication]:
    """Yield what is published of a package: with the files of single topics and indicators only, and then whole.

    The first is all that most pages tell of, and there long before the rest. `earlier` are the copies of earlier
    versions of the data, by their path below /tai-ve/: they are published as they are. `of_whole` gives what one of
    `_OF_WHOLE` makes, where another process does.
    """
    languages = {code: read_language(code) for code in CODES}
    contents = read_contents(outline.book, package, outline.address)
    flat = flat_rows(contents)
    downloads = flat_downloads(outline.book, flat) | record_downloads(outline, languages)
    yield replace(outline, downloads=downloads)
    of_data = described_data(outline, languages)
    for make in _OF_WHOLE:
        downloads = downloads | (of_whole(make) if of_whole else make(contents, flat))
    whole = replace(outline, downloads=downloads)
    files = {path: file.content for path, file in whole.downloads.items()}
    copies = with_earlier(versioned(files, str(whole.descriptor["version"])), earlier or {})
    yield replace(whole, copies=copies, described=of_data | described_files(whole, languages))


@contextmanager
def publishing(outline: Publication, package: Package, earlier: Mapping[str, bytes]) -> Iterator[Iterator[Publication]]:
    """Give what `publish` does, from copies of this process, which may do other things meanwhile."""

    def work(caller: Caller) -> dict[str, Mapping[str, Any]]:
        steps = publish(outline, package, earlier, lambda _: caller.told())
        caller.tell(next(steps).files)
        return next(steps).files

    def work_beside(make: _Make) -> dict[str, Download]:
        contents = read_contents(outline.book, package, outline.address)
        return make(contents, flat_rows(contents))

    def steps(copy: Copy, others: Sequence[Copy]) -> Iterator[Publication]:
        yield replace(outline, **copy.found())
        for other in others:
            copy.tell(other.found())
        yield replace(outline, **copy.found())

    with ExitStack() as stack:
        copy = stack.enter_context(beside(work))
        yield steps(copy, [stack.enter_context(beside(lambda _, make=make: work_beside(make))) for make in _OF_WHOLE])


def render(
    outline: Publication, published: Iterable[Publication], tally: Tally | None = None
) -> dict[str, dict[str, bytes]]:
    """Return every generated file: "vi" and "en" for the two documentation folders, "live" for the macros.

    What is drawn needs no more than the outline of what `publish` gives, which is made meanwhile. `tally` counts the
    pictures that are drawn. Raises BuildError where a template, a chart or the words of a language are broken.
    """
    counted = tally or Tally(CODES)
    with beside(lambda _: _cards(outline, counted)) as of_cards:
        with beside_by_language(lambda code, caller: _part(outline, code, caller)) as copies:
            for publication in published:
                for copy in copies.values():
                    copy.tell(publication.files)
            parts = {code: copy.found() for code, copy in copies.items()}
        # the engine of charts is done and its processor free
        drawn = by_language(lambda code: _pictures(_drawings(parts[code].figures), partial(counted.add, code)))
        pictures = of_cards.found()
    files = {path: file.content for path, file in publication.downloads.items()} | publication.copies | pictures
    rendered = {code: part.pages for code, part in parts.items()}
    rendered["live"] = {f"{code}.json": part.live for code, part in parts.items()}
    for code, part in parts.items():
        files |= part.figures | drawn[code]
    # one copy, under the root of the site: a permanent address does not depend on a language
    rendered["vi"] |= {FILES + path: content for path, content in files.items()}
    rendered["vi"] |= publication.described
    rendered["vi"]["robots.txt"] = robots(publication.address)
    redirects = {one.from_id: one.to_id for one in publication.book.catalogue.redirects.values()}
    for code in CODES:
        rendered[code] |= moved(rendered[code], redirects)
    return rendered


def render_pages(publication: Publication, wanted: Mapping[str, Container[str]]) -> dict[str, dict[str, bytes]]:
    """Return, of what `render` would, the wanted pages of each language, and what its macros read.

    A page is wanted by its path in the built site, below the folder of its language.
    """
    rendered: dict[str, dict[str, bytes]] = {"live": {}}
    with of_templates():
        for code, built in wanted.items():
            language = read_language(code)
            rendered[code] = pages(publication, language, built)
            rendered["live"][f"{code}.json"] = live_numbers(publication, language)
    return rendered


def pages(publication: Publication, language: Language, wanted: Container[str] | None = None) -> dict[str, bytes]:
    """Return every page of a language by its path below the folder of the language.

    Or those that are wanted, by their paths in the built site; with one page of a topic come those of its other years.
    """
    indicators = indicator_files(publication, language, wanted).pages
    topics = topic_files(publication, language, wanted).pages
    return Writer(publication, language).pages(wanted) | indicators | topics


@dataclass(frozen=True)
class _Part:
    """What is made of a publication in one language.

    `pages` by their path below the folder of the language; `figures` by their path below /tai-ve/; `live` are the
    numbers of the hand-written pages.
    """

    pages: dict[str, bytes]
    figures: dict[str, bytes]
    live: bytes


def _part(outline: Publication, code: str, caller: Caller) -> _Part:
    language = read_language(code)
    with of_templates():
        parts = replace(outline, **caller.told())
        indicators, topics = indicator_files(parts, language), topic_files(parts, language)
        written = Writer(parts, language).pages_of_parts() | indicators.pages | indicators.frames | topics.pages
        whole = replace(outline, **caller.told())
        written |= Writer(whole, language).pages_of_whole()
        return _Part(written, indicators.figures | topics.figures, live_numbers(whole, language))


def _cards(outline: Publication, tally: Tally) -> dict[str, bytes]:
    """Return the picture of every card, by its path below /tai-ve/."""
    pictures = {}
    for code in CODES:
        with of_templates():
            drawings = cards(outline, read_language(code))
        pictures |= _pictures(drawings, partial(tally.add, code))
    return pictures


def _drawings(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return every drawing among these files by the path of its picture."""
    return {path.removesuffix(".svg") + ".png": file for path, file in files.items() if path.endswith(".svg")}


def _pictures(drawings: Mapping[str, bytes], drawn: Callable[[], None]) -> dict[str, bytes]:
    """Return the picture of every drawing; `drawn` is called after each."""
    pictures = {}
    for path, drawing in drawings.items():
        pictures[path] = picture(drawing)
        drawn()
    return pictures


@contextmanager
def of_templates() -> Iterator[None]:
    """Turn what a template is refused for into a BuildError that says where."""
    try:
        yield
    except TemplateError as error:
        raise BuildError(_of_template(error)) from error


def _of_template(error: TemplateError) -> str:
    """Say which line of which template is at fault: Jinja puts it into the traceback, not into the message."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.name}:{error.lineno}: {error.message}"
    frames = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).parent == TEMPLATES]
    return "".join(f"{Path(f.filename).name}:{f.lineno}: " for f in frames[-1:]) + str(error.message)


def outline(checked: Checked, address: str, contact: Contact) -> Publication:
    """Return what is published of a package that passed its check, still without any file.

    `address` is where the site will stand, or "".
    """
    book = derive(checked.catalogue, checked.descriptor.get("population", ""))
    schemas = {name: resource.schema for name, resource in checked.resources.items()}
    return Publication(book, checked.descriptor, schemas, {}, address, contact)


def robots(address: str) -> bytes:
    """Return what crawlers are told: they may read everything, and where each language has its list of pages."""
    maps = [f"Sitemap: {address}{folder}sitemap.xml\n" for folder in ("", "en/") if address]
    return "".join(["User-agent: *\nAllow: /\n", *maps]).encode("utf-8")


def first_line(text: str) -> str:
    """Return the first line of a message that says something."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


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
        raise BuildError(f"{CONFIGS['vi']}: {first_line(str(error))}") from error


def data_date(checked: Checked) -> datetime:
    """Return the date that a build without a clock carries: the last correction, else the end of the last period."""
    return datetime.combine(data_day(checked.catalogue), datetime.min.time(), UTC)
