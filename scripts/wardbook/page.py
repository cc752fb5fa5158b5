"""Pages: every generated page of one language as Markdown, from templates and a book."""

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
from wardbook.catalogue import Indicator, Observation, Statement, Topic, Unit
from wardbook.chart import Chart, Charts, is_line
from wardbook.compiled import compile_all, templates
from wardbook.data_page import data_page, extension, first_files
from wardbook.derive import (
    Book,
    Status,
    base_amount,
    implied_plan,
    last_change,
    part_share,
    per_head,
    plan_percent,
    share,
    status_counts,
)
from wardbook.download import indicator_file, topic_file
from wardbook.language import Language, escape
from wardbook.ledger import built_path
from wardbook.metadata.citation import citation
from wardbook.metadata.schema_org import dataset_script
from wardbook.problem import read_rules
from wardbook.publication import Publication
from wardbook.sheet import sheet

TEMPLATES = Path(__file__).parent / "templates"

_KILO = 1000

# the same writer in C, where there is one
_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

# how high a frame must be for its words, and for the words of a chart in it, where it is 280 px wide
_FRAME = 470
_CAPTION = 60
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

    `drawn` are the charts of its book, where they are drawn already; `edition` is the folder of a year's own pages, ""
    for those of the last year at the root.
    """

    publication: Publication
    language: Language
    drawn: Charts | None = None
    edition: str = ""

    @property
    def book(self) -> Book:
        """The book whose figures the pages show."""
        return self.publication.book

    @cached_property
    def charts(self) -> Charts:
        """The charts of the book."""
        return self.drawn or Charts(self.book, self.language)

    def pages(self, wanted: Container[str] | None = None) -> dict[str, bytes]:
        """Return every generated page: its path below the language's folder, and its bytes.

        Or those that are wanted, by their paths in the built site.
        """
        return self.pages_of_whole(wanted) | self.pages_of_parts(wanted)

    def pages_of_whole(self, wanted: Container[str] | None = None) -> dict[str, bytes]:
        """Return, as `pages` does, those that tell of files that hold the whole data."""
        return _write(self._of_whole(), wanted)

    def pages_of_parts(self, wanted: Container[str] | None = None) -> dict[str, bytes]:
        """Return, as `pages` does, those that tell of no other files than those of single topics and indicators."""
        return _write(self._of_parts(), wanted)

    def _of_whole(self) -> Iterator[_Page]:
        yield "index.md", partial(self._home_page, 0)
        for edition in self._editions():
            yield f"{edition.edition}index.md", edition._year_page
        yield "so-lieu/index.md", self._data_page

    def _of_parts(self) -> Iterator[_Page]:
        yield "niem-yet/index.md", self.sheet
        yield "chi-tieu/index.md", partial(self._page, "indicators", 1, {})
        yield from self._topic_pages()
        ordered = list(self.book.catalogue.indicators.values())
        for indicator, before, after in zip(ordered, [None, *ordered], [*ordered[1:], None], strict=False):
            yield f"{_place(indicator)}.md", partial(self._indicator_page, indicator, before, after)
        for redirect in self.book.catalogue.redirects.values():
            yield f"chi-tieu/{redirect.from_id}.md", partial(self._page, "redirect", 2, {"redirect": redirect}, ())
        yield from self._statement_pages()
        yield "kiem-tra/index.md", partial(self._page, "checks", 1, {})
        yield "kiem-tra/quy-tac.md", self._rules_page
        yield "dinh-chinh/index.md", partial(self._page, "corrections", 1, {})
        for edition in self._editions():
            # the page of the last year leads on to its others, which stand at the root until a year comes after it
            if edition.book.year != self.book.year:
                yield from edition._topic_pages()
                yield from edition._statement_pages()

    def _editions(self) -> Iterator[Writer]:
        """Yield the writer of each year's pages at an address that stays, where there is more than one year."""
        for year in self.book.years if len(self.book.years) > 1 else ():
            publication = replace(self.publication, book=self.book.at(year))
            yield replace(self, publication=publication, drawn=None, edition=f"nam/{year}/")

    def _topic_pages(self) -> Iterator[_Page]:
        for topic in self.book.catalogue.topics.values():
            yield f"{self.edition}chu-de/{topic.topic_id}.md", partial(self._topic_page, topic)

    def _statement_pages(self) -> Iterator[_Page]:
        yield f"{self.edition}han-che/index.md", self._limitations_page
        yield f"{self.edition}nhiem-vu/index.md", self._tasks_page

    def _home_page(self, depth: int, items: Iterable[Observation | Statement] | None = None, image: str = "") -> str:
        return self._page("home", depth, self._home(), items, image=image)

    def _year_page(self) -> str:
        return self._home_page(2, self._of_year(), self.edition.rstrip("/"))

    def _topic_page(self, topic: Topic) -> str:
        depth = self.edition.count("/") + 2
        # a card of the last year's figures must not go with a page of another year
        card = self.edition.rstrip("/") or f"chu-de/{topic.topic_id}"
        return self._page("topic", depth, self._topic(topic), self._of_topic(topic), image=card)

    def _indicator_page(self, indicator: Indicator, before: Indicator | None, after: Indicator | None) -> str:
        context = self._indicator(indicator, before, after)
        names = indicator.other_names(self.language.code)
        items = context["observations"]
        return self._page("indicator", 2, context, items, image=_place(indicator), other_names=names)

    def _limitations_page(self) -> str:
        limits = [s for kind in ("limitation", *CAUSES, "remedy") for s in self._statements(kind)]
        return self._page("limitations", self.edition.count("/") + 1, {}, limits)

    def _tasks_page(self) -> str:
        year = self.book.task_year
        tasks = self._statements("task", year)
        return self._page("tasks", self.edition.count("/") + 1, {"task_year": year}, tasks)

    def _rules_page(self) -> str:
        return self._page("rules", 2, {"rules": self._rules()}, ())

    def _data_page(self) -> str:
        return self._page("data", 1, data_page(self.publication, self.language) | {"due": self._due()})

    def sheet(self) -> str:
        """Return the page of the notice-board sheet."""
        task_year = self.book.task_year
        lists = sheet(self.book, self._statements("limitation"), self._statements("task", task_year), self.language)
        return self._page("sheet", 1, {"sheet": lists, "task_year": task_year})

    def hand_written_foot(self) -> str:
        """Return the last lines of the hand-written pages, all of which stand one folder below the language's root."""
        return self._foot({"root": "../"})

    def frames(self) -> dict[str, bytes]:
        """Return a page for every indicator that other sites may show in a frame, by its path below the language."""
        return {
            f"nhung/{indicator.indicator_id}/index.html": self._frame(indicator).encode("utf-8")
            for indicator in self.book.catalogue.indicators.values()
        }

    def _frame(self, indicator: Indicator) -> str:
        page = f"{_place(indicator)}/"
        charts = self.charts.of_indicators[indicator.indicator_id]
        context = {
            "root": "../../",
            "indicator": indicator,
            "o": self._latest(indicator),
            "chart": next(iter(charts.values()), None),
            "page": self.publication.url(self.language, page) or f"../../{page}",
        }
        return self._templates.get_template("embed.html").render(context).strip() + "\n"

    def _snippet(self, indicator: Indicator, charts: Mapping[str, Chart]) -> str:
        """Return the HTML that frames an indicator in another page; "" where the site's address is not known."""
        url = self.publication.url(self.language, f"nhung/{indicator.indicator_id}/")
        title = html.escape(self.language.text(indicator.name))
        drawn = next(iter(charts.values()), None)
        height = _FRAME + (drawn.height + _CAPTION if drawn else 0)
        size = f'width="100%" height="{height}" style="max-width:700px;border:0"'
        return f'<iframe src="{html.escape(url)}" title="{title}" {size} loading="lazy"></iframe>' if url else ""

    def _latest(self, indicator: Indicator) -> Observation:
        """Return the figure of the book's year, or the last one where that year has none."""
        return self.book.current(indicator) or self.book.observations[indicator.indicator_id][-1]

    def _page(
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
        module = self._templates.get_template(f"{name}.html").make_module(places | context)
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
        return self._templates.get_template("foot.html").render(places, change=change, due=self._due()).strip()

    def _due(self) -> str:
        """Return when the next figures are due, in words; "" where the package does not say."""
        due = self.publication.descriptor.get("next_update", "")
        if len(due) == len("2027-01"):
            return self.language.month(date.fromisoformat(f"{due}-01"))
        return due and self.language.day(date.fromisoformat(due))

    @cached_property
    def _templates(self) -> Environment:
        """The templates, with what they may ask of the book and the language."""
        environment = _environment()
        book, language = self.book, self.language
        environment.globals |= {
            "book": book,
            "area": book.area,
            "catalogue": book.catalogue,
            "year": book.year,
            "edition": self.edition,
            "years": say.years(book.years[-1], book.years[0]),
            "lang": language,
            "say": self._say,
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
        return environment

    def _say(self, key: str, **blanks: object) -> Markup:
        """Return words of the language; those that name the kind of area (ward, commune) need not be told it."""
        return self._words(key, **blanks) if blanks else self._same_words(key)

    @cached_property
    def _words(self) -> Callable[..., Markup]:
        """What gives words of the language in which the kind of area is filled in."""
        kind = self.language.words["area_kind"][self.book.area.kind]
        return partial(self.language.say, kind=kind, Kind=kind[:1].upper() + kind[1:])

    @cached_property
    def _same_words(self) -> Callable[[str], Markup]:
        """What gives words without other blanks, worked out once: most words of a page stand on every page."""
        return cache(self._words)

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
            "chart": self.charts.against_plan(shown),
            "missed": sorted(missed, key=self._percent_of_plan)[:_FURTHEST],
            "not_listed": max(0, len(missed) - _FURTHEST),
            "task_year": self.book.task_year,
            "take": first_files(self.language),
            "extension": extension,
        }

    def _percent_of_plan(self, indicator: Indicator) -> Decimal:
        """Return where an indicator stands among others, as the chart of them has it; last where only words tell."""
        percent = plan_percent(self.book.current(indicator))
        return Decimal("Infinity") if percent is None else percent

    def _topic(self, topic: Topic) -> dict[str, Any]:
        indicators = self.book.field_indicators(topic)
        return {
            "topic": topic,
            "indicators": indicators,
            "judged": [i for i in indicators if self.book.is_planned(i)],
            "chart": self.charts.of_topics.get(topic.topic_id),
            "subtopics": self.book.subtopics.get(topic.topic_id, ()),
            "task_year": self.book.task_year,
            "before": self._year_before(indicators),
        }

    def _year_before(self, indicators: Sequence[Indicator]) -> int | None:
        """Return the year before, where any of these indicators has a figure of it."""
        year = self.book.year_before
        figures = [self.book.figure(indicator, year) for indicator in indicators]
        return year if any(o is not None and o.value is not None for o in figures) else None

    def _indicator(self, indicator: Indicator, before: Indicator | None, after: Indicator | None) -> dict[str, Any]:
        book, catalogue = self.book, self.book.catalogue
        observation = self._latest(indicator)
        unit = book.unit(indicator)
        whole = catalogue.indicators.get(indicator.part_of)
        charts = self.charts.of_indicators[indicator.indicator_id]
        exact = base_amount(observation.value, unit) if observation.value is not None else None
        inhabitants = book.inhabitants(observation)
        head = per_head(observation.value, unit, inhabitants) if observation.value is not None else None
        return {
            "indicator": indicator,
            "o": observation,
            "unit": unit,
            "topic": catalogue.topics[indicator.topic_id],
            "observations": book.observations[indicator.indicator_id],
            "exact": None if exact is None else self.language.amount(exact, catalogue.units[unit.base_unit]),
            "head": None if head is None else self.language.amount(head, catalogue.units[unit.base_unit]),
            "inhabitants": None if head is None else self._amount_of(book.population, inhabitants),
            "part_share": part_share(book, indicator, observation),
            "ask": self._ask(indicator),
            "over_years": is_line(book, indicator),
            "plan_chart": charts.get("ke-hoach"),
            "snippet": self._snippet(indicator, charts),
            "revisions": book.indicator_revisions(indicator),
            "breakdowns": [
                (name, parts, charts.get(f"phan-{number}"))
                for number, (name, parts) in enumerate(book.parts.get(indicator.indicator_id, {}).items(), 1)
            ],
            "whole": whole,
            "whole_chart": charts.get("tong"),
            "ratios": book.rates_of.get(indicator.indicator_id, ()),
            "identities": book.indicator_identities.get(indicator.indicator_id, ()),
            "before": before,
            "after": after,
            "cite": citation(self.publication, self.language, indicator),
            "described": dataset_script(self.publication, self.language, indicator),
        }

    def _amount_of(self, indicator_id: str, value: Decimal) -> str:
        return self.language.amount(value, self.book.unit(self.book.catalogue.indicators[indicator_id]))

    def _ask(self, indicator: Indicator) -> dict[str, str]:
        """Return the links by which a reader asks about a number; "" for each way that the site does not have."""
        words, name = self.language.words["ask"], self.language.text(indicator.name)
        page = f"{_place(indicator)}/"
        page = self.publication.cited(self.language, page).strip() or page
        blanks = {"name": name, "id": indicator.indicator_id, "page": page}
        subject, body = words["subject"].format(**blanks), words["body"].format(**blanks)
        contact = self.publication.contact
        return {"issue": contact.issue(indicator.indicator_id, subject, page), "mail": contact.mail(subject, body)}

    def _of_topic(self, topic: Topic) -> list[Observation | Statement]:
        """Return the figures and the statements of a topic and of the topics in it."""
        members = self.book.field_indicators(topic)
        figures = [o for i in members for o in self.book.observations.get(i.indicator_id, ())]
        return [*figures, *self.book.field_statements(topic)]

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


def _write(pages: Iterable[_Page], wanted: Container[str] | None) -> dict[str, bytes]:
    return {path: write().encode() for path, write in pages if wanted is None or built_path(path) in wanted}


def _place(indicator: Indicator) -> str:
    return f"chi-tieu/{indicator.indicator_id}"


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
