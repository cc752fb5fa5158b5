"""What search engines read in the pages, read by a parser of HTML, one of JSON and one of RDF."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import urljoin

import pytest
from rdflib import RDF, Graph, Literal, Namespace, URIRef

from conftest import ADDRESS as SITE
from published import ADDRESS, LANGUAGES, NASTY, WARDS, described_ward, every_ward
from wardbook.catalogue import Text
from wardbook.language import CODES
from wardbook.metadata.forms import forms
from wardbook.metadata.schema_org import LONGEST, dataset_script
from wardbook.site import pages

# rdflib's reader of JSON-LD uses what rdflib advises against
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")

SCHEMA = Namespace("https://schema.org/")
# the entries of schema.org's context whose values are addresses
ADDRESSES = {name: {"@type": "@id"} for name in ("url", "contentUrl", "license", "isPartOf")}
CONTEXT = {"@vocab": str(SCHEMA), **ADDRESSES}

REQUIRED = {"name", "description"}
RECOMMENDED = {"url", "license", "creator", "distribution", "temporalCoverage", "spatialCoverage", "variableMeasured"}
RECOMMENDED |= {"isAccessibleForFree", "version", "identifier", "publisher", "inLanguage", "dateModified", "isBasedOn"}


class Scripts(HTMLParser):
    """The scripts of a page with their attributes and what stands in them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[dict, str]] = []
        self.inside = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.inside = tag == "script"
        if self.inside:
            self.found.append((dict(attrs), ""))

    def handle_data(self, data):
        if self.inside:
            attributes, text = self.found[-1]
            self.found[-1] = attributes, text + data

    def handle_endtag(self, tag):
        self.inside = False

    def data(self):
        return [json.loads(text) for attributes, text in self.found if attributes == {"type": "application/ld+json"}]


def record(ward, code, indicator=None):
    """Return the description in a page, as it comes out of the element."""
    (found,) = Scripts(dataset_script(ward.publication, LANGUAGES[code], indicator)).data()
    return found


def records(ward):
    """Every description of a ward with its language and the path of its page."""
    for code in CODES:
        folder = "" if code == "vi" else "en/"
        yield code, f"{folder}so-lieu/", record(ward, code)
        for indicator in ward.book.catalogue.indicators.values():
            yield code, f"{folder}chi-tieu/{indicator.indicator_id}/", record(ward, code, indicator)


def as_rdf(found, page):
    assert found["@context"] == "https://schema.org"
    text = json.dumps({**found, "@context": CONTEXT})
    return Graph().parse(data=text, format="json-ld", publicID=ADDRESS + page)


@every_ward
def test_every_description_has_what_is_required_and_recommended(name, address):
    for _, page, found in records(described_ward(name, address)):
        assert found.keys() >= REQUIRED | RECOMMENDED, page
        assert all(found[entry] for entry in REQUIRED | RECOMMENDED), page
        assert 50 <= len(found["description"]) <= LONGEST, page
        assert found["@type"] == "Dataset"
        assert found["distribution"]
        for file in found["distribution"]:
            assert file.keys() == {"@type", "encodingFormat", "contentUrl"}, page
            assert re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", file["encodingFormat"])


@every_ward
def test_every_address_leads_to_a_page_or_file_of_the_site(name, address):
    ward = described_ward(name, address)
    known = {f"{'' if code == 'vi' else 'en/'}{path}" for code in CODES for path in ("", "so-lieu/")}
    known |= {page for _, page, _ in records(ward)}
    files = ward.served().keys()
    for _, page, found in records(ward):
        graph = as_rdf(found, page)
        addresses = {
            str(node) for name in ("url", "contentUrl", "isPartOf") for node in graph.objects(None, SCHEMA[name])
        }
        assert {urljoin(ADDRESS, one) for one in addresses} == addresses
        assert {one.removeprefix(ADDRESS) for one in addresses} <= known | files, page
        (own,) = graph.subjects(RDF.type, SCHEMA.Dataset)
        assert graph.value(own, SCHEMA.url) == URIRef(ADDRESS + page)


@pytest.mark.parametrize("name", WARDS)
def test_without_an_address_the_description_says_the_same_in_its_page(name):
    known, unknown = (list(records(described_ward(name, address))) for address in (ADDRESS, ""))
    for (_, page, one), (_, _, other) in zip(known, unknown, strict=True):
        same = [set(map(str, graph.objects())) for graph in (as_rdf(one, page), as_rdf(other, page))]
        assert same[0] - blank(same[0]) == same[1] - blank(same[1]), page


def blank(names):
    return {name for name in names if re.fullmatch(r"N[0-9a-f]{32}", name)}


def test_nasty_text_ends_no_element_and_comes_back_as_it_was():
    ward = described_ward("nasty")
    indicator = next(iter(ward.book.catalogue.indicators.values()))
    for code in CODES:
        script = dataset_script(ward.publication, LANGUAGES[code], indicator)
        assert script.count("<") == 2
        assert script.count(">") == 2
        assert "&" not in script
        assert [sign for sign in ("\u2028", "\u2029", "\n", "{{", "`") if sign in script] == []
        found = record(ward, code, indicator)
        assert found["variableMeasured"]["name"] == NASTY
        assert " ".join(NASTY.split()) in found["name"]


def test_a_description_that_is_too_long_is_cut():
    ward = described_ward("one year")
    indicator = ward.book.catalogue.indicators["thu-phi"]
    long = record(ward, "vi", replace(indicator, definition=Text("dài " * 2000, "long " * 2000)))
    assert len(long["description"]) == LONGEST
    assert long["description"].endswith("…")


def test_the_words_are_those_of_the_page_and_the_figures_those_of_the_indicator():
    ward = described_ward("three years")
    found = record(ward, "en", ward.book.catalogue.indicators["thue-thuyen"])
    assert found["name"] == "Boat hire, Sông Trắng ward"
    assert found["temporalCoverage"] == "2030-01-01/2031-12-31"
    assert found["variableMeasured"] == {"@type": "PropertyValue", "name": "Boat hire", "unitText": "visit"}
    assert [one["name"] for one in found["isBasedOn"]] == ["Report on the year 2030", "Report on the year 2031"]
    assert {one["contentUrl"].rpartition("/")[2] for one in found["distribution"]} == {
        "thue-thuyen.csv",
        "thue-thuyen.json",
    }


def test_the_code_of_the_area_stands_with_the_day_from_which_it_holds():
    area = record(described_ward("one year"), "en")["spatialCoverage"]
    assert area["name"] == "Sông Trắng ward"
    assert area["identifier"]["value"] == "99001"
    assert "from July 1, 2025 under 7/2025/QĐ" in area["identifier"]["name"]
    assert "identifier" not in area["containedInPlace"]


def test_the_whole_data_set_names_its_catalogue_keywords_and_leading_figures():
    found = record(described_ward("nasty"), "vi")
    assert found["keywords"] == ["khách", "sông"]
    assert found["includedInDataCatalog"]["@type"] == "DataCatalog"
    assert len(found["variableMeasured"]) == 2


@pytest.mark.parametrize("code", CODES)
def test_the_data_page_and_every_indicator_page_have_one_description_and_no_other_page_has(code):
    ward = described_ward("three years")
    written = pages(ward.publication, LANGUAGES[code])
    having = {path for path, page in written.items() if Scripts(page.decode("utf-8")).data()}
    own = {f"chi-tieu/{indicator_id}.md" for indicator_id in ward.book.catalogue.indicators}
    assert having == own | {"so-lieu/index.md"}
    assert all(len(Scripts(written[path].decode("utf-8")).found) == 1 for path in having)


# ---- the built site --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(site):
    """The described pages of the built site: their path, their text, their description."""
    found = {}
    for page in sorted(site.rglob("index.html")):
        text = page.read_text(encoding="utf-8")
        if data := Scripts(text).data():
            found[page.parent.relative_to(site).as_posix() + "/"] = text, data
    return found


def test_the_built_pages_hold_their_descriptions(built, site):
    kinds = {path.removeprefix("en/").partition("/")[0] for path in built}
    assert kinds == {"chi-tieu", "so-lieu"}
    assert len(built) > 150
    for path, (_, data) in built.items():
        (found,) = data
        graph = as_rdf(found, path)
        (own,) = graph.subjects(RDF.type, SCHEMA.Dataset)
        assert graph.value(own, SCHEMA.url) == URIRef(SITE + path)
        assert isinstance(graph.value(own, SCHEMA.name), Literal)
        for file in graph.objects(None, SCHEMA.contentUrl):
            assert (site / str(file).removeprefix(SITE)).is_file(), path


def test_a_description_costs_a_page_less_than_a_kilobyte_and_a_half(built):
    for path, (text, _) in built.items():
        without = re.sub(r'<script type="application/ld\+json">.*?</script>', "", text)
        assert without != text
        added = len(gzip.compress(text.encode("utf-8"))) - len(gzip.compress(without.encode("utf-8")))
        assert added < 1500, path


def test_descriptions_stay_out_of_the_search_index(site):
    for index in (site / "search/search_index.json", site / "en/search/search_index.json"):
        text = index.read_text(encoding="utf-8")
        assert "schema.org" not in text
        assert "DataDownload" not in text
        # what reference managers read is no text for people either
        assert "howpublished" not in text


def test_each_file_is_sorted_by_what_it_is_a_form_of_at_most_twice_for_all_pages(monkeypatch):
    # for each page again, that would take more time than all else in a ward of thousands of indicators
    publication, sorted_times = replace(described_ward("one year").publication), []
    monkeypatch.setattr("wardbook.publication.forms", lambda files: sorted_times.append(files) or forms(files))
    assert len(pages(publication, LANGUAGES["vi"])) > 20
    assert sum(map(len, sorted_times)) <= 2 * len(publication.downloads)
