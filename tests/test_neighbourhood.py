"""What the files of an indicator or a topic are made of: all that they tell of, and nothing else."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from published import ADDRESS, LANGUAGES, described_ward, every_ward, publish_whole
from wardbook.catalogue import RECORDS
from wardbook.chart import draw, indicator_plots, topic_plot
from wardbook.check import check
from wardbook.contact import Contact
from wardbook.derive import derive
from wardbook.figure import figure_files, indicator_figures
from wardbook.indicator_page import frame, indicator_page
from wardbook.language import CODES
from wardbook.neighbourhood import of_indicators, of_topics
from wardbook.page import Writer
from wardbook.part_files import indicator_files, topic_files
from wardbook.shelf import shelf
from wardbook.site import outline
from wardbook.topic_page import topic_page
from wards import change, read_rows, ward
from years import three_years


def published(package):
    """Return what is published of a package that breaks no rule."""
    checked = check(package)
    assert checked.problems == ()
    return publish_whole(outline(checked, ADDRESS, Contact()), package)


def near_indicators(publication):
    return of_indicators(publication, publication.book.catalogue.indicators.values())


def near_topics(publication):
    return of_topics(publication, publication.book.catalogue.topics.values())


def sources(package):
    """Return what the files of every indicator and topic are kept by."""
    publication = published(package)
    indicators = {near.subject.indicator_id: near.source for near in near_indicators(publication)}
    return indicators | {near.subject.topic_id: near.source for near in near_topics(publication)}


def changed(before, after):
    """Return the indicators and topics whose neighbourhood is another one."""
    before, after = sources(before), sources(after)
    assert before.keys() == after.keys()
    return {name for name, source in before.items() if after[name] != source}


@pytest.mark.parametrize("code", CODES)
@every_ward
def test_the_files_of_an_indicator_are_those_that_the_whole_publication_gives(name, address, code):
    whole, language = described_ward(name, address).publication, LANGUAGES[code]
    for near in near_indicators(whole):
        indicator = near.subject
        made = []
        for publication in (near.publication, whole):
            writer = Writer(publication, language)
            charts = draw(indicator_plots(publication.book, indicator, language))
            figures = indicator_figures(publication, indicator, charts, language)
            made.append(
                (
                    indicator_page(writer, indicator, charts),
                    frame(writer, indicator, charts),
                    figure_files(figures, language),
                )
            )
        assert made[0] == made[1], indicator.indicator_id


@pytest.mark.parametrize("code", CODES)
@every_ward
def test_the_pages_of_a_topic_are_those_that_the_whole_publication_gives(name, address, code):
    whole, language = described_ward(name, address).publication, LANGUAGES[code]
    for near in near_topics(whole):
        made = []
        for publication in (near.publication, whole):
            writers = [Writer(publication, language), *Writer(publication, language).past_editions()]
            books = [writer.book for writer in writers]
            plots = {b.year: topic_plot(b, b.field_indicators(near.subject), language) for b in books}
            charts = draw({year: plot for year, plot in plots.items() if plot})
            made.append([topic_page(writer, near.subject, charts.get(writer.book.year)) for writer in writers])
        assert made[0] == made[1], near.subject.topic_id


def test_one_value_changes_what_tells_of_it_and_nothing_else():
    after = change(ward(), "observations", "cay-ven-song/2031", value="3.3", as_printed="3,3/3,5 ha")
    # its topic, and the topic that this one is in
    assert changed(ward(), after) == {"cay-ven-song", "song-sach", "du-lich"}


def test_a_part_of_a_whole_changes_its_whole_and_the_other_parts():
    parts = {"luot-khach", "khach-trong-tinh", "khach-ngoai-tinh"}
    rows = read_rows(ward(), "indicators")
    english = next(row["name_en"] for row in rows if row["indicator_id"] == "khach-ngoai-tinh")
    after = change(ward(), "indicators", "khach-ngoai-tinh", name_en=f"{english} again")
    assert parts <= changed(ward(), after)
    assert "cay-ven-song" not in changed(ward(), after)


def test_where_a_row_stands_in_its_table_changes_nothing():
    def lower(record):
        return replace(record, line=record.line + 7)

    publication = published(three_years())
    catalogue = publication.book.catalogue
    tables = {field.name: getattr(catalogue, field.name) for field in fields(catalogue) if field.name in RECORDS}
    moved = {
        name: tuple(map(lower, table)) if isinstance(table, tuple) else {key: lower(one) for key, one in table.items()}
        for name, table in tables.items()
    }
    later = replace(publication, book=derive(replace(catalogue, **moved), publication.book.population))
    for near in (near_indicators, near_topics):
        assert [one.source for one in near(later)] == [one.source for one in near(publication)]


def test_what_stands_on_every_page_changes_all():
    for column, table in (("name_en", "areas"), ("symbol_en", "units")):
        row = read_rows(ward(), table)[0]
        after = change(ward(), table, next(iter(row.values())), **{column: f"{row[column]} x"})
        assert changed(ward(), after) == sources(ward()).keys(), table


def test_what_is_kept_is_taken_for_the_same_neighbourhood_only(tmp_path):
    before, language = published(ward()), LANGUAGES["vi"]
    after = published(change(ward(), "observations", "cay-ven-song/2031", value="3.3", as_printed="3,3/3,5 ha"))
    for make in (indicator_files, topic_files):
        alone = make(after, language)
        with shelf(tmp_path / make.__name__, tidy=False):
            first = make(before, language)
            assert first == make(before, language)
            assert make(after, language) == alone
            assert make(replace(after, address="https://other.example/"), language) != alone


def test_a_kept_file_is_not_made_again_and_a_damaged_one_is(tmp_path, monkeypatch):
    publication, language, made = published(ward()), LANGUAGES["en"], []
    real = Writer.page
    monkeypatch.setattr(
        Writer, "page", lambda self, name, *rest, **named: made.append(name) or real(self, name, *rest, **named)
    )
    with shelf(tmp_path, tidy=False):
        first = indicator_files(publication, language)
        assert len(made) == len(first.pages)
        assert indicator_files(publication, language) == first
        assert len(made) == len(first.pages)
        for path in tmp_path.iterdir():
            path.write_bytes(path.read_bytes()[:-1])
        assert indicator_files(publication, language) == first
        assert len(made) == 2 * len(first.pages)


def test_where_only_the_words_of_pages_change_no_chart_is_drawn_again(tmp_path, monkeypatch):
    publication, language = published(three_years()), LANGUAGES["en"]
    for kept in (publication, publication):
        with shelf(tmp_path):
            first = [make(kept, language) for make in (indicator_files, topic_files)]
    monkeypatch.setattr("wardbook.vega.to_svgs", lambda *_: pytest.fail("a chart was drawn"))
    with shelf(tmp_path):
        again = [
            make(replace(publication, address=ADDRESS + "x/"), language) for make in (indicator_files, topic_files)
        ]
    assert all(before.pages.keys() == after.pages.keys() for before, after in zip(first, again, strict=True))
