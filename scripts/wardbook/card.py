"""Cards: the picture that goes with a link to a page, with the number that the page is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from wardbook import say
from wardbook.catalogue import Indicator, Observation, Topic
from wardbook.derive import Book, Status, implied_plan, plan_percent, status_counts
from wardbook.drawing import draw, plain
from wardbook.font import Block, bold, fit, regular
from wardbook.identity import HUNDRED
from wardbook.language import Language
from wardbook.page import JUDGED
from wardbook.publication import Publication

# what Facebook and Zalo ask for, so that neither cuts anything off
WIDTH, HEIGHT = 1200, 630

SITE = "index"

_MARGIN = 64
_INSIDE = WIDTH - 2 * _MARGIN
_GAP = 28
_LOGO = 62
_MARK = 44

# the sizes of each text and its most lines, the first choice first
_WARD = ((30, 1), (26, 1), (22, 1))
_NAME = ((54, 1), (48, 1), (44, 2), (40, 2), (36, 2))
_WORDS = ((34, 2), (30, 2), (27, 2))
_SOURCE = ((23, 1), (21, 1), (19, 1), (18, 2))
_HOST = ((23, 1), (19, 1), (16, 1))
_PLAN = ((26, 1), (22, 1))

_NUMBER = (150, 132, 116, 100, 84, 68, 56, 48)
_UNIT = (52, 44, 38, 32, 26)
_UNDER = (34, 30, 26, 22)

_STEP = 50

_NO_WORDS = Block((), 1)


@dataclass(frozen=True)
class Piece:
    """A few words on the line below the number, with the mark of a status before them where they name one."""

    text: str
    place: float
    status: str
    mark_place: float


@dataclass(frozen=True)
class Bar:
    """A result against its plan as lengths, and what the plan is."""

    result: float
    plan: float
    status: str
    label: Block
    anchor: str


@dataclass(frozen=True)
class Number:
    """The large number with its unit, at sizes that let both stand on one line."""

    text: str
    size: int
    unit: str
    unit_size: int
    unit_place: float


@dataclass(frozen=True)
class Under:
    """The line below the number."""

    pieces: tuple[Piece, ...]
    size: int


def card_file(language: Language, name: str) -> str:
    """Return the path of a card below /tai-ve/; `name` is that of its page, SITE for the pages without their own."""
    return f"chia-se/{language.code}/{name}.png"


def cards(publication: Publication, language: Language) -> dict[str, bytes]:
    """Return the drawing of every card by the path of its picture below /tai-ve/."""
    catalogue = publication.book.catalogue
    found = {SITE: _site_card(publication, language)}
    for year in publication.book.years if len(publication.book.years) > 1 else ():
        found[f"nam/{year}"] = _site_card(replace(publication, book=publication.book.at(year)), language)
    for topic in catalogue.topics.values():
        found[f"chu-de/{topic.topic_id}"] = _topic_card(publication, topic, language)
    for indicator in catalogue.indicators.values():
        found[f"chi-tieu/{indicator.indicator_id}"] = _indicator_card(publication, indicator, language)
    return {card_file(language, name): drawing for name, drawing in found.items()}


def _indicator_card(publication: Publication, indicator: Indicator, language: Language) -> bytes:
    book = publication.book
    o = book.current(indicator) or book.observations[indicator.indicator_id][-1]
    bar = _bar(book, indicator, o, language)
    said = [language.words["status"][(status := book.status(indicator)).value]]
    if percent := say.percent_text(o, language):
        plan_name = language.text(indicator.plan_name) or language.words["sentence"]["plan_name"]
        said.append(plain(language.say("chart.plan_title", percent=percent, plan_name=plan_name)))
    if o.value is not None and (flag := language.words["flag"][o.obs_status]):
        said.append(flag)
    return _card(
        publication,
        language,
        year=o.year,
        name=language.text(indicator.name),
        number=_value(book, indicator, o, language),
        under=_under([(status.value, said[0]), *(("", f" · {text}") for text in said[1:])]),
        bar=bar,
        words="" if bar else say.sentence(book, indicator, o, language),
        sources=[language.text(book.source(o).title)],
    )


def _topic_card(publication: Publication, topic: Topic, language: Language) -> bytes:
    return _summary_card(
        publication,
        language,
        language.text(topic.name),
        publication.book.field_indicators(topic),
        language.text(topic.summary),
    )


def _site_card(publication: Publication, language: Language) -> bytes:
    book = publication.book
    kind = language.words["area_kind"][book.area.kind]
    name = language.say("home.title", year=str(book.year), kind=kind, Kind=kind[:1].upper() + kind[1:])
    return _summary_card(publication, language, plain(name), tuple(book.catalogue.indicators.values()), "")


def _summary_card(
    publication: Publication, language: Language, name: str, indicators: Sequence[Indicator], words: str
) -> bytes:
    """Draw how many of several indicators reached their plan, each as a mark; or how many there are, with no plan."""
    book = publication.book
    planned = [i for i in indicators if book.is_planned(i)]
    counts = status_counts(book, tuple(planned))
    if planned:
        reached = language.number(counts[Status.MET] + counts[Status.EXCEEDED])
        number = f"{reached}/{language.number(len(planned))}", language.words["card"]["kept"]
    else:
        number = language.number(len(indicators)), plain(language.say("card.indicators", n=len(indicators)))
    legend = [(s.value, f"{language.words['status'][s.value]}: {language.number(counts[s])}") for s in JUDGED]
    return _card(
        publication,
        language,
        year=book.year,
        name=name,
        number=number,
        under=_under([piece for piece, status in zip(legend, JUDGED, strict=True) if counts[status]], _GAP),
        strip=[status.value for status in JUDGED for i in planned if book.status(i) is status],
        words="" if planned else words,
        sources=dict.fromkeys(
            language.text(book.source(o).title) for i in indicators if (o := book.current(i)) is not None
        ),
    )


def _card(
    publication: Publication,
    language: Language,
    *,
    year: int,
    name: str,
    number: tuple[str, str],
    under: Under,
    sources: Iterable[str],
    words: str = "",
    bar: Bar | None = None,
    strip: Sequence[str] = (),
) -> bytes:
    """Lay out and draw one card."""
    area = publication.book.area
    ward = f"{language.text(area.name)}, {language.text(area.parent_name)}"
    year_text = plain(language.say("figure.year", year=str(year)))
    site = fit(_host(publication.address), bold(), _HOST, _INSIDE / 2)
    source = plain(language.say("figure.source", source="; ".join(sources)))
    return draw(
        "card",
        width=WIDTH,
        height=HEIGHT,
        margin=_MARGIN,
        ward=fit(ward[:1].upper() + ward[1:], bold(), _WARD, _INSIDE - _LOGO - _GAP - regular().width(year_text, 30)),
        year=year_text,
        name=(title := fit(name, bold(), _NAME, _INSIDE)),
        number=_number(*number, _NUMBER if len(title.lines) == 1 else _NUMBER[1:]),
        under=under,
        bar=bar,
        strip=strip,
        step=min(_STEP, _INSIDE / max(len(strip), 1)),
        words=fit(words, regular(), _WORDS, _INSIDE) if words else _NO_WORDS,
        source=fit(source, regular(), _SOURCE, _INSIDE - _GAP - bold().width(site.lines[0], site.size)),
        site=site,
    )


def _value(book: Book, indicator: Indicator, o: Observation, language: Language) -> tuple[str, str]:
    """Return a figure and its unit; words in the place of both where there is no number to show."""
    unit = book.unit(indicator)
    if o.value is None or o.zero_kind == "not_found":
        return say.value_text(book, indicator, o, language), ""
    if unit.kind == "percent":
        return language.amount(o.value, unit), ""
    return language.number(o.value), language.symbol(o.value, unit)


def _number(text: str, unit: str, sizes: Sequence[int]) -> Number:
    """Make the number as large as it can be; its unit gives way first."""
    for size in sizes:
        place = bold().width(text, size) + (size / 6 if unit else 0)
        for unit_size in _UNIT:
            if place + bold().width(unit, unit_size) <= _INSIDE:
                return Number(bold().known(text), size, bold().known(unit), unit_size, place)
    shown = fit(text, bold(), ((sizes[-1], 1),), _INSIDE / 2)
    place = bold().width(shown.lines[0], shown.size) + _GAP
    rest = fit(unit, bold(), ((_UNIT[-1], 1),), _INSIDE - place)
    return Number(shown.lines[0], shown.size, rest.lines[0], rest.size, place)


def _under(parts: Sequence[tuple[str, str]], gap: float = 0) -> Under:
    """Place parts (a status or "", words) in a row at a size that lets them fit; the last give way where none does."""
    for size in _UNDER:
        pieces, place = [], 0.0
        for status, text in parts:
            start = place + (_MARK if status else 0)
            pieces.append(Piece(text, start, status, place))
            place = start + (bold() if status else regular()).width(text, size) + gap
        if place - gap <= _INSIDE:
            return Under(tuple(pieces), size)
    return _under(parts[:-1], gap)


def _bar(book: Book, indicator: Indicator, o: Observation, language: Language) -> Bar | None:
    """Return the result of the book's year against its plan as a bar; None where no percentage is known."""
    percent = plan_percent(o)
    if percent is None or o.value is None or book.status(indicator) not in JUDGED:
        return None
    unit = book.unit(indicator)
    plan = o.plan if o.plan is not None else implied_plan(o, unit)
    words = language.words["chart"]["plan" if o.plan is not None else "implied"]
    label = language.percent(HUNDRED) if plan is None else f"{words}: {language.amount(plan, unit)}"
    whole = max(100.0, float(percent))
    place = _INSIDE * 100 / whole
    return Bar(
        result=_INSIDE * float(percent) / whole,
        plan=place,
        status=book.status(indicator).value,
        label=fit(label, regular(), _PLAN, max(place, _INSIDE - place)),
        anchor="end" if place > _INSIDE / 2 else "start",
    )


def _host(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.netloc}{parts.path}".rstrip("/")
