"""The page of one topic in one year: what was planned and reached there, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wardbook.catalogue import Indicator, Topic
    from wardbook.chart import Chart
    from wardbook.derive import Book
    from wardbook.page import Writer


def topic_page(writer: Writer, topic: Topic, chart: Chart | None) -> str:
    """Return the page of a topic in the writer's year as Markdown."""
    book, place = writer.book, f"chu-de/{topic.topic_id}"
    indicators = book.field_indicators(topic)
    context = {
        "topic": topic,
        "indicators": indicators,
        "judged": [i for i in indicators if book.is_planned(i)],
        "chart": chart,
        "subtopics": book.subtopics.get(topic.topic_id, ()),
        "task_year": book.task_year,
        "before": _year_before(book, indicators),
    }
    # a card of the last year's figures must not go with a page of another year
    card = writer.edition.rstrip("/") or place
    return writer.page("topic", writer.edition.count("/") + 2, context, book.field_items(topic), image=card)


def topic_page_file(edition: str, topic: Topic) -> str:
    """Return the path of a topic's page below the documentation of its language; `edition` as the writer has it."""
    return f"{edition}chu-de/{topic.topic_id}.md"


def _year_before(book: Book, indicators: Sequence[Indicator]) -> int | None:
    """Return the year before, where any of these indicators has a figure of it."""
    year = book.year_before
    figures = [book.figure(indicator, year) for indicator in indicators]
    return year if any(o is not None and o.value is not None for o in figures) else None
