"""The page of one indicator, and the smaller one that other sites show in a frame."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from wardbook.chart import is_line
from wardbook.derive import base_amount, part_share, per_head
from wardbook.metadata.citation import citation
from wardbook.metadata.schema_org import dataset_script

if TYPE_CHECKING:
    from wardbook.catalogue import Indicator, Observation
    from wardbook.chart import Chart
    from wardbook.derive import Book
    from wardbook.page import Writer

# how high a frame must be for its words, and for the words of a chart in it, where it is 280 px wide
_FRAME = 470
_CAPTION = 60


def indicator_page(writer: Writer, indicator: Indicator, charts: Mapping[str, Chart]) -> str:
    """Return the page of an indicator as Markdown; its charts are given by the end of their files' names."""
    context = _context(writer, indicator, charts)
    return writer.page(
        "indicator",
        2,
        context,
        context["observations"],
        image=_place(indicator),
        other_names=indicator.other_names(writer.language.code),
    )


def frame(writer: Writer, indicator: Indicator, charts: Mapping[str, Chart]) -> str:
    """Return the page, in HTML from end to end, that other sites may show in a frame."""
    page = f"{_place(indicator)}/"
    context = {
        "root": "../../",
        "indicator": indicator,
        "o": _latest(writer.book, indicator),
        "chart": next(iter(charts.values()), None),
        "page": writer.publication.url(writer.language, page) or f"../../{page}",
    }
    return writer.fill("embed", context) + "\n"


def indicator_page_file(indicator: Indicator) -> str:
    """Return the path of an indicator's page below the documentation of its language."""
    return f"{_place(indicator)}.md"


def frame_file(indicator: Indicator) -> str:
    """Return the path of an indicator's frame below the documentation of its language."""
    return f"{_frame_place(indicator)}index.html"


def _context(writer: Writer, indicator: Indicator, charts: Mapping[str, Chart]) -> dict[str, Any]:
    book, language = writer.book, writer.language
    catalogue, own = book.catalogue, indicator.indicator_id
    observation = _latest(book, indicator)
    unit = book.unit(indicator)
    exact = base_amount(observation.value, unit) if observation.value is not None else None
    inhabitants = book.inhabitants(observation)
    head = per_head(observation.value, unit, inhabitants) if observation.value is not None else None
    before, after = book.neighbours[own]
    counter = catalogue.indicators.get(book.population)
    return {
        "indicator": indicator,
        "o": observation,
        "unit": unit,
        "topic": catalogue.topics[indicator.topic_id],
        "observations": book.observations[own],
        "exact": None if exact is None else language.amount(exact, catalogue.units[unit.base_unit]),
        "head": None if head is None else language.amount(head, catalogue.units[unit.base_unit]),
        "inhabitants": None if head is None else language.amount(inhabitants, book.unit(counter)),
        "part_share": part_share(book, indicator, observation),
        "ask": _ask(writer, indicator),
        "over_years": is_line(book, indicator),
        "plan_chart": charts.get("ke-hoach"),
        "snippet": _snippet(writer, indicator, charts),
        "revisions": book.indicator_revisions(indicator),
        "breakdowns": [
            (name, parts, charts.get(f"phan-{number}"))
            for number, (name, parts) in enumerate(book.parts.get(own, {}).items(), 1)
        ],
        "whole": catalogue.indicators.get(indicator.part_of),
        "whole_chart": charts.get("tong"),
        "ratios": book.rates_of.get(own, ()),
        "identities": book.indicator_identities.get(own, ()),
        "before": before,
        "after": after,
        "cite": citation(writer.publication, language, indicator),
        "described": dataset_script(writer.publication, language, indicator),
    }


def _latest(book: Book, indicator: Indicator) -> Observation:
    """Return the figure of the book's year, or the last one where that year has none."""
    return book.current(indicator) or book.observations[indicator.indicator_id][-1]


def _snippet(writer: Writer, indicator: Indicator, charts: Mapping[str, Chart]) -> str:
    """Return the HTML that frames an indicator in another page; "" where the site's address is not known."""
    url = writer.publication.url(writer.language, _frame_place(indicator))
    title = html.escape(writer.language.text(indicator.name))
    drawn = next(iter(charts.values()), None)
    height = _FRAME + (drawn.height + _CAPTION if drawn else 0)
    size = f'width="100%" height="{height}" style="max-width:700px;border:0"'
    return f'<iframe src="{html.escape(url)}" title="{title}" {size} loading="lazy"></iframe>' if url else ""


def _ask(writer: Writer, indicator: Indicator) -> dict[str, str]:
    """Return the links by which a reader asks about a number; "" for each way that the site does not have."""
    words, name = writer.language.words["ask"], writer.language.text(indicator.name)
    page = f"{_place(indicator)}/"
    page = writer.publication.cited(writer.language, page).strip() or page
    blanks = {"name": name, "id": indicator.indicator_id, "page": page}
    subject, body = words["subject"].format(**blanks), words["body"].format(**blanks)
    contact = writer.publication.contact
    return {"issue": contact.issue(indicator.indicator_id, subject, page), "mail": contact.mail(subject, body)}


def _place(indicator: Indicator) -> str:
    return f"chi-tieu/{indicator.indicator_id}"


def _frame_place(indicator: Indicator) -> str:
    return f"nhung/{indicator.indicator_id}/"
