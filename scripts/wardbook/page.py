"""Pages of one language as Markdown, from templates and a book; those of single parts have modules of their own."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache, cached_property, partial
from pathlib import Path
from string import Formatter
from typing import Any

import yaml
from jinja2 import Environment
from markupsafe import Markup

from wardbook import glossary, say
from wardbook.catalogue import Indicator, Observation, Statement, Unit
from wardbook.chart import Chart, against_plan_plot, draw
from wardbook.compiled import compile_all, templates
from wardbook.data_page import data_page, extension, first_files
from wardbook.derive import (
    Book,
    Status,
    base_amount,
    implied_plan,
    last_change,
    plan_percent,
    share,
    status_counts,
)
from wardbook.download import indicator_file, topic_file
from wardbook.language import Language, escape
from wardbook.ledger import built_path
from wardbook.problem import read_rules
from wardbook.publication import Publication
from wardbook.sheet import sheet

TEMPLATES = Path(__file__).parent / "templates"

_KILO = 1000

# the same writer in C, where there is one
_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

# Where words match equally well, a number answers better than a list of numbers, and a list better than text.
SEARCH_BOOST = {"indicator": 1, "topic": 0.8}
OTHER_BOOST = 0.5

# on the home page: how many planned indicators it shows one by one, and how many of those that missed their plan
_MANY = 100
_FURTHEST = 20

# the path of a generated page, and what writes it
_Page = tuple[str, Callable[[], str]]

JUDGED = (Status.MISSED, Status.MET, Status.EXCEEDED)
CAUSES = ("objective_cause", "subjective_cause")


@cache
def _environment() -> Environment:
    """Return the templates of pages: what is not markup is inert in Markdown too."""
    environment = templates("pages", TEMPLATES, finalize=escape)
    environment.filters["capitalize_first"] = lambda text: text[:1].upper() + text[1:]
    environment.filters["lines"] = _lines
    return environment


def compile_pages() -> None:
    """Put the templates of pages on the shelf as Python code, for every process that will fill them."""
    compile_all(_environment(), ".html")


@dataclass(frozen=True)
class Writer:
    """Writes the pages of one publication in one language.

    `edition` is the folder of a year's own pages, "" for those of the last year at the root.
    """

    publication: Publication
    language: Language
    edition: str = ""

    @property
    def book(self) -> Book:
        """The book whose figures the pages show."""
        return self.publication.book

    def pages(self, wanted: Container[str] | None = None) -> dict[str, bytes]:
        """Return all but the pages of single indicators and topics: path below the language's folder, and bytes.

        Or those of them that are wanted, by their paths in the built site.
        """
        return self.pages_of_whole(wanted) | self.pages_of_parts(wanted)

    def pages_of_whole(self, wanted: Container[str] | None = None) -> dict[str, bytes]:
        """Return, as `pages` does, those that tell of files that hold the whole data."""
        return _write(self._of_whole(), wanted)

    def pages_of_parts(self, wanted: Container[str] | None = None) -> dict[str, bytes]:
        """Return, as `pages` does, those that tell of no file that holds the whole data."""
        return _write(self._of_parts(), wanted)

    def _of_whole(self) -> Iterator[_Page]:
        yield "index.md", partial(self._home_page, 0)
        for edition in self._editions():
            yield f"{edition.edition}index.md", edition._year_page
        yield "so-lieu/index.md", self._data_page

    def _of_parts(self) -> Iterator[_Page]:
        yield "niem-yet/index.md", self.sheet
        yield "chi-tieu/index.md", partial(self.page, "indicators", 1, {})
        for redirect in self.book.catalogue.redirects.values():
            yield f"chi-tieu/{redirect.from_id}.md", partial(self.page, "redirect", 2, {"redirect": redirect}, ())
        yield from self._statement_pages()
        yield "kiem-tra/index.md", partial(self.page, "checks", 1, {})
        yield "kiem-tra/quy-tac.md", self._rules_page
        yield "dinh-chinh/index.md", partial(self.page, "corrections", 1, {})
        for edition in self.past_editions():
            yield from edition._statement_pages()

    def _editions(self) -> Iterator[Writer]:
        """Yield the writer of each year's pages at an address that stays, where there is more than one year."""
        for year in self.book.years if len(self.book.years) > 1 else ():
            publication = replace(self.publication, book=self.book.at(year))
            yield replace(self, publication=publication, edition=f"nam/{year}/")

    def past_editions(self) -> Iterator[Writer]:
        """Yield those of the years before the last one.

        The page of the last year leads on to its others, which stand at the root until a year comes after it.
        """
        return (edition for edition in self._editions() if edition.book.year != self.book.year)

    def _statement_pages(self) -> Iterator[_Page]:
        yield f"{self.edition}han-che/index.md", self._limitations_page
        yield f"{self.edition}nhiem-vu/index.md", self._tasks_page

    def _home_page(self, depth: int, items: Iterable[Observation | Statement] | None = None, image: str = "") -> str:
        return self.page("home", depth, self._home(), items, image=image)

    def _year_page(self) -> str:
        return self._home_page(2, self._of_year(), self.edition.rstrip("/"))

    def _limitations_page(self) -> str:
        limits = [s for kind in ("limitation", *CAUSES, "remedy") for s in self._statements(kind)]
        return self.page("limitations", self.edition.count("/") + 1, {}, limits)

    def _tasks_page(self) -> str:
        year = self.book.task_year
        tasks = self._statements("task", year)
        return self.page("tasks", self.edition.count("/") + 1, {"task_year": year}, tasks)

    def _rules_page(self) -> str:
        return self.page("rules", 2, {"rules": self._rules()}, ())

    def _data_page(self) -> str:
        return self.page("data", 1, data_page(self.publication, self.language) | {"due": self._due()})

    def sheet(self) -> str:
        """Return the page of the notice-board sheet."""
        task_year = self.book.task_year
        lists = sheet(self.book, self._statements("limitation"), self._statements("task", task_year), self.language)
        return self.page("sheet", 1, {"sheet": lists, "task_year": task_year})

    def hand_written_foot(self) -> str:
        """Return the last lines of the hand-written pages, all of which stand one folder below the language's root."""
        return self._foot({"root": "../"})

    def page(
        self,
        name: str,
        depth: int,
        context: Mapping[str, Any],
        items: Iterable[Observation | Statement] | None = None,
        *,
        image: str = "",
        other_names: Sequence[str] = (),
    ) -> str:
        """Render one page: front matter, then blocks of HTML that Markdown leaves alone.

        `depth` is how many folders below the language's root the page is served from; `items` are the figures and
        statements on it, whose last change its foot tells: without them, all figures of the book. `image` names the
        card that goes with a link to it, where it has one of its own; `other_names` are what else it is searched by.
        """
        root = "../" * depth
        files = root if self.language.code == "vi" else root + "../"
        past = self.edition if self.book.year != self.book.years[0] else ""
        # `own` is the root of the pages of the same year
        places = {"root": root or "./", "own": (root or "./") + past, "files": (files or "./") + "tai-ve/"}
        module = _environment().get_template(f"{name}.html").make_module(self._names | places | context)
        front = {
            # the theme prints both unescaped, in <title> and <meta>
            "title": html.escape(_line(module.title)),
            "description": html.escape(_line(module.description)),
            "hide": ["navigation", "toc"],
            **({"image": image} if image else {}),
        }
        if self.edition and name in ("home", "topic"):
            # what stands there is found by the pages of its figures, and the last year by its own pages
            front["search"] = {"exclude": True}
        elif (boost := SEARCH_BOOST.get(name, OTHER_BOOST)) != 1:
            front["search"] = {"boost": boost}
        if hasattr(module, "script"):
            front["script"] = module.script
        if hasattr(module, "moved_to"):
            # canonical, so that search engines carry the old address over to the new one
            front |= {"moved_to": _line(module.moved_to), "search": {"exclude": True}}
        if other_names:
            # a tag is what the theme searches as well and shows with the result
            front["tags"] = [html.escape(name) for name in other_names]
        head = yaml.dump(front, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)
        described = f"{context['described']}\n" if "described" in context else ""
        return f"---\n{head}---\n\n{str(module).strip()}\n\n{self._foot(places, items)}\n{described}"

    def _foot(self, places: Mapping[str, str], items: Iterable[Observation | Statement] | None = None) -> str:
        """Return the last lines of a page: how old its figures are, and when the next ones come."""
        change = last_change(self.book, self.book.catalogue.observations if items is None else items)
        return self.fill("foot", places | {"change": change, "due": self._due()})

    def fill(self, name: str, context: Mapping[str, Any]) -> str:
        """Return a template that is no page of its own, filled."""
        return _environment().get_template(f"{name}.html").render(self._names | context).strip()

    def _due(self) -> str:
        """Return when the next figures are due, in words; "" where the package does not say."""
        due = self.publication.descriptor.get("next_update", "")
        if len(due) == len("2027-01"):
            return self.language.month(date.fromisoformat(f"{due}-01"))
        return due and self.language.day(date.fromisoformat(due))

    @cached_property
    def _names(self) -> dict[str, Any]:
        """What the templates may ask of the book and the language."""
        book, language = self.book, self.language
        return {
            "book": book,
            "area": book.area,
            "catalogue": book.catalogue,
            "year": book.year,
            "edition": self.edition,
            "years": say.years(book.years[-1], book.years[0]),
            "lang": language,
            "say": _sayer(language, book.area.kind),
            "publication": self.publication,
            "Status": Status,
            "JUDGED": JUDGED,
            "CAUSES": CAUSES,
            "counts": lambda indicators: status_counts(book, tuple(indicators)),
            "planned": book.planned(),
            "plan_sentence": lambda counts: say.plan_sentence(counts, language),
            "sentence": lambda indicator, o: say.sentence(book, indicator, o, language),
            "value_text": lambda indicator, o: say.value_text(book, indicator, o, language),
            "trend_text": lambda indicator, o: say.trend_text(book, indicator, o, language),
            "trend_clause": lambda indicator, o: say.trend_clause(book, indicator, o, language),
            "cell_text": lambda o, field, cell: say.cell_text(book, o, field, cell, language),
            "field_title": lambda table, name: self.publication.field_title(table, name, language),
            "percent_text": lambda o: say.percent_text(o, language),
            "place": lambda locator: say.place(locator, language),
            "plan_percent": plan_percent,
            "sort_key": _sort_key,
            "implied_plan": lambda indicator, o: implied_plan(o, book.unit(indicator)),
            "share": share,
            "anchor": glossary.anchor,
            "status_note": lambda indicator, o: say.status_note(indicator, o, language),
            "name_inside": lambda indicator: say.name_inside(indicator, language),
            "depth": self._depth,
            "formula": lambda identity: say.formula(identity, language),
            "stated": lambda identity: say.stated(book, identity, language),
            "computed": lambda identity: say.computed(book, identity, language),
            "statements": self._statements,
            "bar_width": lambda o: _bar_width(plan_percent(o)),
            "indicator_file": indicator_file,
            "topic_file": topic_file,
            "file_size": self._file_size,
        }

    def _home(self) -> dict[str, Any]:
        indicators = self.book.catalogue.indicators.values()
        headline = list(self.book.headlines())
        missed = [i for i in indicators if self.book.status(i) is Status.MISSED]
        planned = self.book.planned()
        shown = planned if len(planned) <= _MANY else ()
        return {
            "headline": headline,
            "examples": sorted((self.language.text(i.name) for i in headline), key=len)[:3],
            # each of them is a square and a bar: more than can be told apart only keep a phone waiting
            "squares": shown,
            "chart": self._against_plan(shown),
            "missed": sorted(missed, key=self._percent_of_plan)[:_FURTHEST],
            "not_listed": max(0, len(missed) - _FURTHEST),
            "task_year": self.book.task_year,
            "take": first_files(self.language),
            "extension": extension,
        }

    def _against_plan(self, indicators: Sequence[Indicator]) -> Chart | None:
        """Return the chart of the results of some indicators against their plans; None where there are too few."""
        plot = against_plan_plot(self.book, indicators, self.language)
        return draw({plot.kind: plot})[plot.kind] if plot else None

    def _percent_of_plan(self, indicator: Indicator) -> Decimal:
        """Return where an indicator stands among others, as the chart of them has it; last where only words tell."""
        percent = plan_percent(self.book.current(indicator))
        return Decimal("Infinity") if percent is None else percent

    def _of_year(self) -> list[Observation | Statement]:
        """Return the figures and the statements of the book's year."""
        catalogue = self.book.catalogue
        return [i for i in (*catalogue.observations, *catalogue.statements.values()) if i.year == self.book.year]

    def _depth(self, indicator: Indicator) -> int:
        """Return how many wholes an indicator is nested in within its own topic."""
        whole = self.book.catalogue.indicators.get(indicator.part_of)
        return 0 if whole is None or whole.topic_id != indicator.topic_id else 1 + self._depth(whole)

    def _rules(self) -> list[tuple[str, str, str]]:
        """Return every rule of the check with its message and its cure, their blanks shown as a dotted line."""
        found = []
        for rule, languages in read_rules().items():
            wording = languages[self.language.code]
            names = [name for text in wording.values() for _, name, _, _ in Formatter().parse(text) if name]
            blanks = {**dict.fromkeys(names, "…"), "column": self.language.words["rules"]["column"]}
            found.append((rule, wording["message"].format(**blanks), wording["hint"].format(**blanks)))
        return found

    def _statements(self, kind: str, year: int | None = None) -> list[Statement]:
        found = [s for s in self.book.catalogue.statements.values() if s.kind == kind]
        return [s for s in found if s.year == (year or self.book.year)]

    def _file_size(self, path: str) -> str:
        size = Decimal(len(self.publication.file(path).content))
        if size < _KILO:
            return f"{self.language.number(size)} B"
        return f"{self.language.number((size / _KILO).quantize(Decimal('0.1')))} kB"


@cache
def _sayer(language: Language, kind: str) -> Callable[..., Markup]:
    """Return what gives words of a language; those that name the kind of area (ward, commune) need not be told it.

    Words without other blanks are worked out once: most words of a page stand on every page.
    """
    area = language.words["area_kind"][kind]
    words = partial(language.say, kind=area, Kind=area[:1].upper() + area[1:])
    same = cache(words)
    return lambda key, **blanks: words(key, **blanks) if blanks else same(key)


def _write(pages: Iterable[_Page], wanted: Container[str] | None) -> dict[str, bytes]:
    return {path: write().encode() for path, write in pages if wanted is None or built_path(path) in wanted}


def _bar_width(percent: Decimal | None) -> int:
    """Return the length of a small bar of 100 units that stands for a percent of plan."""
    return min(100, int(percent or 0))


def _sort_key(number: Decimal | None, unit: Unit | None = None) -> str:
    """Write what a number is sorted by, in the base unit of its unit; "" where there is no number."""
    if number is None:
        return ""
    amount = base_amount(number, unit) if unit else None
    return f"{number if amount is None else amount:f}"


def _lines(text: str) -> Markup:
    """Write text of several lines for where HTML keeps them; the line ends as entities, which Markdown leaves alone."""
    return Markup("&#10;").join(escape(line) for line in text.splitlines())


def _line(text: object) -> str:
    return " ".join(Markup(text).unescape().split())


def live_numbers(publication: Publication, language: Language) -> bytes:
    """Return what hand-written pages may quote, as JSON: figures by indicator, and what there is how many of.

    Every text is escaped here, or markup (`foot`): the macros put it into Markdown as it is.
    """
    book = publication.book
    indicators = book.catalogue.indicators.values()
    counts = status_counts(book, book.planned())
    numbers = {
        "figures": {
            i.indicator_id: escape(say.value_text(book, i, o, language))
            for i in indicators
            if (o := book.current(i)) is not None
        },
        "area": escape(language.text(book.area.name)),
        "parent": escape(language.text(book.area.parent_name)),
        "year": str(book.year),
        "version": escape(publication.descriptor["version"]),
        "indicators": language.number(len(book.catalogue.indicators)),
        "numbers": language.number(publication.typed_figures()),
        "planned": language.number(sum(counts.values())),
        "missed": language.number(counts[Status.MISSED]),
        "statements": language.number(len(book.catalogue.statements)),
        "checks": language.number(len(book.identities)),
        "discrepancies": language.number(len(book.catalogue.discrepancies)),
        "terms": {
            group: [{name: escape(text) for name, text in term.items()} for term in terms]
            for group, terms in glossary.terms(language).items()
        },
        "foot": Writer(publication, language).hand_written_foot(),
        "sources": [escape(language.text(source.title)) for source in book.catalogue.sources.values()],
    }
    return (json.dumps(numbers, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode("utf-8")
