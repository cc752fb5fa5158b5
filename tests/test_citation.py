"""Citations, read by the programs that they are for."""

import html
import json
import re
from pathlib import Path

import bibtexparser
import jsonschema
import pytest
import rispy
import yaml

from published import ADDRESS, LANGUAGES, NASTY, WARDS, described_ward, every_ward
from wardbook.language import CODES, escape
from wardbook.metadata.citation import citation, citation_cff
from wardbook.site import pages

CFF_SCHEMA = Path(__file__).parent / "standards/cff/schema.json"


def cite(name, code, indicator_id="", address=ADDRESS):
    ward = described_ward(name, address)
    indicator = ward.book.catalogue.indicators[indicator_id] if indicator_id else None
    return citation(ward.publication, LANGUAGES[code], indicator)


def bibtex(text):
    """Return the one entry of a BibTeX file; what cannot be read is no entry but a failed block."""
    library = bibtexparser.parse_string(text)
    assert library.failed_blocks == []
    (entry,) = library.entries
    return entry.entry_type, entry.key, {field.key: field.value for field in entry.fields}


def untex(text):
    """Undo what the escapes of TeX stand for."""
    for escaped, sign in ((r"\textasciitilde{}", "~"), (r"\textasciicircum{}", "^"), (r"\textbackslash{}", "\0")):
        text = text.replace(escaped, sign)
    for sign in "&%$#_{}":
        text = text.replace(f"\\{sign}", sign)
    return text.replace("\0", "\\")


def test_the_data_set_is_cited_by_ward_year_title_and_version():
    found = cite("one year", "en")
    assert found.plain == (
        "Sông Trắng ward (2031). Yearly results of Sông Trắng ward, version 2031.0.0. CC BY 4.0. https://ward.example/en/"
    )
    kind, key, fields = bibtex(found.bibtex)
    assert (kind, key) == ("misc", "phuong-song-trang-2031")
    assert fields == {
        "author": "{Sông Trắng ward}",
        "title": "{Yearly results of Sông Trắng ward}",
        "year": "2031",
        "version": "2031.0.0",
        "publisher": "{Contributors to “Yearly results of Sông Trắng ward”}",
        "note": "Creative Commons Attribution 4.0",
        "url": "https://ward.example/en/",
        "langid": "english",
    }


def test_an_indicator_is_cited_in_its_data_set():
    found = cite("three years", "vi", "thue-thuyen")
    _, key, fields = bibtex(found.bibtex)
    assert key == "phuong-song-trang-thue-thuyen-2031"
    assert fields["title"] == "{Thuê thuyền}"
    assert fields["howpublished"] == "Trong: Kết quả hằng năm của phường Sông Trắng, phiên bản 2031.0.0"
    assert fields["url"] == "https://ward.example/chi-tieu/thue-thuyen/"
    (record,) = rispy.loads(found.ris)
    assert record["type_of_reference"] == "DATA"
    assert record["title"] == "Thuê thuyền"
    assert record["secondary_title"] == fields["howpublished"]
    assert record["authors"] == ["Phường Sông Trắng"]
    assert (record["year"], record["language"]) == ("2031", "vi")
    assert record["urls"] == [fields["url"]]


@every_ward
@pytest.mark.parametrize("code", CODES)
def test_every_indicator_can_be_read_by_reference_managers(name, address, code):
    ward = described_ward(name, address)
    for indicator_id, indicator in ward.book.catalogue.indicators.items():
        found = citation(ward.publication, LANGUAGES[code], indicator)
        _, _, fields = bibtex(found.bibtex)
        (record,) = rispy.loads(found.ris)
        title = " ".join(indicator.name[code].split())
        assert untex(fields["title"].removeprefix("{").removesuffix("}")) == title, indicator_id
        assert record["title"] == title
        assert ("url" in fields) == ("urls" in record) == bool(address)
        assert found.plain.endswith(f"chi-tieu/{indicator_id}/" if address else "CC BY 4.0.")


@pytest.mark.parametrize("name", WARDS)
def test_keys_are_different_and_plain(name):
    ward = described_ward(name)
    keys = [cite(name, "vi").key, *(cite(name, "vi", one).key for one in ward.book.catalogue.indicators)]
    assert len(set(keys)) == len(keys)
    assert all(key.isascii() and set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for key in keys)


@pytest.mark.parametrize("name", WARDS)
def test_the_files_are_the_citations_of_the_page(name):
    files = described_ward(name).files
    for code in CODES:
        assert files[f"tai-ve/trich-dan-{code}.bib"].decode("utf-8") == cite(name, code).bibtex
        assert files[f"tai-ve/trich-dan-{code}.ris"].decode("utf-8") == cite(name, code).ris


@pytest.mark.parametrize("code", CODES)
def test_a_page_shows_the_citations_as_they_are_read(code):
    page = pages(described_ward("nasty").publication, LANGUAGES[code])["chi-tieu/thu-phi.md"].decode("utf-8")
    shown = [html.unescape(text) for text in re.findall(r'<pre class="wb-code">(.*?)</pre>', page)]
    found = cite("nasty", code, "thu-phi")
    assert shown == [found.bibtex.strip("\n"), found.ris.strip("\n")]
    assert str(escape(found.plain)) in page


# ---- CITATION.cff ----------------------------------------------------------------------------------------------------


def cff(content):
    """Read a CITATION.cff and hold it against the schema of its format, dates as the text that they are there."""
    found = yaml.load(content, yaml.BaseLoader)
    typed = yaml.safe_load(content)
    for reference, read in zip(found.get("references", []), typed.get("references", []), strict=True):
        reference["year"] = read["year"]
    schema = json.loads(CFF_SCHEMA.read_text(encoding="utf-8"))
    faults = [error.message for error in jsonschema.Draft7Validator(schema).iter_errors(found)]
    return found, faults


def written(name, address=ADDRESS):
    """Return the citation file of a ward."""
    publication = described_ward(name, address).publication
    return citation_cff(publication.book, publication.descriptor, address, LANGUAGES)


@pytest.mark.parametrize("name", ["one year", "three years"])
def test_the_citation_file_is_published(name):
    assert described_ward(name).served()["tai-ve/CITATION.cff"] == written(name)


@every_ward
def test_the_citation_file_satisfies_its_schema(name, address):
    found, faults = cff(written(name, address))
    assert faults == []
    assert found["type"] == "dataset"
    assert ("url" in found) == bool(address)


def test_the_citation_file_says_what_the_citation_says():
    found, _ = cff(written("three years"))
    assert found["title"] == "Kết quả hằng năm của phường Sông Trắng"
    assert found["authors"] == [{"name": "Phường Sông Trắng"}]
    assert (found["version"], found["date-released"], found["license"]) == ("2031.0.0", "2032-02-03", "CC-BY-4.0")
    assert found["references"][-1]["title"] == "Báo cáo tổng kết năm 2031"
    assert found["references"][-1]["number"] == "12/BC"


def test_a_licence_that_the_format_does_not_know_is_named_by_its_address():
    publication = described_ward("one year").publication
    own = [{"name": "phuong-song-trang-1.0", "path": "https://ward.example/licence/", "title": "Giấy phép riêng"}]
    descriptor = {**publication.descriptor, "licenses": own}
    found, faults = cff(citation_cff(publication.book, descriptor, ADDRESS, LANGUAGES))
    assert faults == []
    assert found["license-url"] == "https://ward.example/licence/"
    assert "license" not in found


def test_the_schema_notices_what_is_wrong():
    content = written("one year").replace(b"type: dataset", b"type: report")
    assert cff(content)[1]


def test_nasty_text_comes_back_as_it_was():
    found, _ = cff(written("nasty"))
    assert found["title"] == NASTY
    assert found["keywords"] == ["khách", "sông"]
