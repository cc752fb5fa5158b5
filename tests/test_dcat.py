"""The DCAT catalogue, read by rdflib and held against the shapes of DCAT-AP 3.0.0."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pyshacl
import pytest
from rdflib import DCTERMS, FOAF, RDF, RDFS, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic

from published import ADDRESS, LANGUAGES, NASTY, WARDS, described_ward, every_ward
from wardbook.contact import Contact
from wardbook.metadata.dcat import dcat_files
from wardbook.metadata.described import described_data, described_files

# rdflib's reader of JSON-LD uses what rdflib advises against
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")

SHAPES = Path(__file__).parent / "standards/dcat-ap/dcat-ap-SHACL.jsonld"
ADMS, SPDX = Namespace("http://www.w3.org/ns/adms#"), Namespace("http://spdx.org/rdf/terms#")
DCAT, MEDIA = Namespace("http://www.w3.org/ns/dcat#"), Namespace("https://www.iana.org/assignments/media-types/")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")

# what DCAT says of its own classes (https://www.w3.org/TR/vocab-dcat-3/) and the shapes leave to it
CLASSES = """
    @prefix dcat: <http://www.w3.org/ns/dcat#> .
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    dcat:Catalog rdfs:subClassOf dcat:Dataset .
    dcat:DatasetSeries rdfs:subClassOf dcat:Dataset .
    dcat:Dataset rdfs:subClassOf dcat:Resource .
    dcat:DataService rdfs:subClassOf dcat:Resource .
"""


def read(files, ending):
    """Read a catalogue as it would be read from where the site stands."""
    form = {"ttl": "turtle", "jsonld": "json-ld"}[ending]
    there = f"{ADDRESS}tai-ve/dcat.{ending}"
    return Graph().parse(data=files[f"tai-ve/dcat.{ending}"].decode("utf-8"), format=form, publicID=there)


def faults(graph):
    """Return what the shapes find, and whether they find nothing."""
    known = Graph() + graph
    # RDF Schema 2.1: everything is a resource; the shapes want it said
    for node in {*graph.subjects(), *graph.objects()}:
        if isinstance(node, URIRef):
            known.add((node, RDF.type, RDFS.Resource))
    shapes = Graph().parse(SHAPES, format="json-ld")
    conforms, _, told = pyshacl.validate(known, shacl_graph=shapes, ont_graph=Graph().parse(data=CLASSES))
    return conforms, told


def one(graph, kind):
    (found,) = graph.subjects(RDF.type, kind)
    return found


@pytest.fixture(scope="module")
def graph():
    return read(described_ward("three years").files, "ttl")


@pytest.mark.parametrize("name", WARDS)
def test_the_catalogue_conforms_to_the_shapes_of_dcat_ap(name):
    conforms, told = faults(read(described_ward(name).files, "ttl"))
    assert conforms, told


@pytest.mark.parametrize(
    ("kind", "lost"),
    [(DCAT.Catalog, DCTERMS.publisher), (DCAT.DatasetSeries, DCTERMS.title), (DCAT.Distribution, DCAT.accessURL)],
)
def test_the_shapes_notice_what_is_missing(graph, kind, lost):
    broken = Graph() + graph
    broken.remove((next(graph.subjects(RDF.type, kind)), lost, None))
    assert not faults(broken)[0]


@every_ward
def test_turtle_and_json_ld_say_the_same(name, address):
    files = described_ward(name, address).files
    turtle, json_ld = read(files, "ttl"), read(files, "jsonld")
    assert len(turtle) > 100
    assert isomorphic(turtle, json_ld)


@pytest.mark.parametrize("name", ["one year", "three years"])
def test_without_an_address_the_catalogue_says_the_same_where_it_is_served(name):
    known, unknown = (read(described_ward(name, address).files, "ttl") for address in (ADDRESS, ""))
    for graph in (known, unknown):  # but for the JSON files, which are other bytes with other addresses in them
        graph.remove((None, SPDX.checksumValue, None))
        graph.remove((None, DCAT.byteSize, None))
    assert isomorphic(known, unknown)
    assert ADDRESS.encode() not in described_ward(name, "").files["tai-ve/dcat.ttl"]


def test_nasty_text_comes_back_as_it_was(graph):
    nasty = read(described_ward("nasty").files, "jsonld")
    said = " ".join(NASTY.split())
    assert (None, DCTERMS.title, Literal(NASTY, lang="vi")) in nasty
    assert any(said in text for text in nasty.objects(None, DCTERMS.description))


def test_the_newest_year_comes_last_in_the_series_and_every_year_leads_to_the_one_before(graph):
    series = one(graph, DCAT.DatasetSeries)
    years, node = [], graph.value(series, DCAT.last)
    while node:
        assert (node, DCAT.inSeries, series) in graph
        years.append(str(node).rpartition("/")[2])
        node = graph.value(node, DCAT.prev)
    assert years == ["2031", "2030", "2029"]
    assert graph.value(series, DCAT.first) == URIRef(f"{ADDRESS}so-lieu/#nam/2029")


def test_every_data_set_is_in_the_catalogue(graph):
    listed = set(graph.objects(one(graph, DCAT.Catalog), DCAT.dataset))
    assert listed == {*graph.subjects(RDF.type, DCAT.Dataset), one(graph, DCAT.DatasetSeries)}


def test_every_file_with_data_is_a_distribution_with_its_size_checksum_type_and_licence(graph):
    publication = described_ward("three years").publication
    found = {str(graph.value(node, DCAT.downloadURL)): node for node in graph.subjects(RDF.type, DCAT.Distribution)}
    beside = ("CITATION.cff", "so-lieu-datasette.json", "datapackage/schemas/", "datapackage/released.json")
    files = {path: file for path, file in publication.downloads.items() if not path.startswith(beside)}
    assert {"so-lieu.csv", "so-lieu.xlsx", "so-lieu.sqlite", "so-lieu-sdmx.csv", "goi-du-lieu.zip"} <= files.keys()
    assert found.keys() == {f"{ADDRESS}tai-ve/{path}" for path in files}
    for path, file in files.items():
        node = found[f"{ADDRESS}tai-ve/{path}"]
        assert int(graph.value(node, DCAT.byteSize)) == len(file.content)
        checksum = graph.value(node, SPDX.checksum)
        assert graph.value(checksum, SPDX.checksumValue).value == hashlib.sha256(file.content).digest()
        assert graph.value(node, DCAT.mediaType) == MEDIA[file.media_type.partition(";")[0]]
        assert graph.value(node, DCTERMS.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")
        assert len(list(graph.subjects(DCAT.distribution, node))) == 1


def test_the_files_of_an_indicator_and_of_a_year_are_theirs_alone(graph):
    def files(name):
        nodes = graph.objects(URIRef(f"{ADDRESS}so-lieu/#{name}"), DCAT.distribution)
        return {str(graph.value(node, DCAT.downloadURL)).removeprefix(f"{ADDRESS}tai-ve/") for node in nodes}

    assert files("chi-tieu/thu-phi") == {"chi-tieu/thu-phi.csv", "chi-tieu/thu-phi.json"}
    assert files("nam/2030") == {"nam/2030.json"}
    assert {"so-lieu.csv", "datapackage/datapackage.json", "datapackage/data/units.csv"} <= files("dataset")


def test_titles_and_descriptions_are_in_both_languages(graph):
    kinds = (DCAT.Catalog, DCAT.Dataset, DCAT.DatasetSeries, DCAT.DataService)
    nodes = [node for kind in kinds for node in graph.subjects(RDF.type, kind)]
    assert len(nodes) > 20
    for node in nodes:
        for words in (DCTERMS.title, DCTERMS.description):
            assert sorted(text.language for text in graph.objects(node, words)) == ["en", "vi"], node


def test_the_code_of_the_area_never_stands_without_its_day(graph):
    area = URIRef(f"{ADDRESS}so-lieu/#area")
    identifier = graph.value(area, ADMS.identifier)
    assert str(graph.value(identifier, SKOS.notation)) == "99001"
    assert str(graph.value(identifier, DCTERMS.issued)) == "2025-07-01"
    assert list(graph.subjects(None, Literal("99001"))) == [identifier]
    # nothing says from when the code of the province holds
    assert (None, None, Literal("99")) not in graph


def test_years_and_days_are_those_of_the_data(graph):
    def days(name):
        node = URIRef(f"{ADDRESS}so-lieu/#{name}")
        period = graph.value(node, DCTERMS.temporal)
        span = [str(graph.value(period, end)) for end in (DCAT.startDate, DCAT.endDate)]
        return span, str(graph.value(node, DCTERMS.issued)), str(graph.value(node, DCTERMS.modified))

    assert days("nam/2030") == (["2030-01-01", "2030-12-31"], "2030-12-20", "2031-04-10")
    assert days("chi-tieu/cay-ven-song") == (["2029-01-01", "2031-12-31"], "2029-12-20", "2031-12-20")


def test_who_made_the_reports_and_who_publishes_the_data_are_told_apart(graph):
    catalogue = one(graph, DCAT.Catalog)
    published = {str(name) for name in graph.objects(graph.value(catalogue, DCTERMS.publisher), FOAF.name)}
    made = graph.value(URIRef(f"{ADDRESS}so-lieu/#dataset"), DCTERMS.creator)
    assert "Contributors to “Yearly results of Sông Trắng ward”" in published
    assert {str(name) for name in graph.objects(made, FOAF.name)} == {
        "Ủy ban nhân dân phường Sông Trắng",
        "People’s Committee of Sông Trắng ward",
    }


def test_a_publisher_whom_the_package_names_is_the_publisher():
    publication = described_ward("one year").publication
    contributors = [{"title": "Nhóm Bờ Sông", "roles": ["publisher"]}, {"title": "Một người", "roles": ["author"]}]
    named = replace(publication, descriptor={**publication.descriptor, "contributors": contributors})
    found = read(dcat_files(named, LANGUAGES), "ttl")
    publisher = found.value(one(found, DCAT.Catalog), DCTERMS.publisher)
    assert {str(name) for name in found.objects(publisher, FOAF.name)} == {"Nhóm Bờ Sông"}


def test_there_is_a_contact_only_where_the_site_has_one(graph):
    assert (None, DCAT.contactPoint, None) not in graph
    publication = described_ward("one year").publication
    asked = replace(publication, contact=Contact("https://git.example/a/b", "hoi@ward.example"))
    found = read(dcat_files(asked, LANGUAGES), "ttl")
    contact = one(found, VCARD.Kind)
    assert found.value(contact, VCARD.hasEmail) == URIRef("mailto:hoi@ward.example")
    assert found.value(contact, VCARD.hasURL) == URIRef("https://git.example/a/b")
    assert faults(found)[0]


def test_descriptions_are_the_same_bytes_every_time():
    ward = described_ward("three years")
    told = described_data(ward.publication, LANGUAGES) | described_files(ward.publication, LANGUAGES)
    assert told == ward.files


def test_the_checksums_of_the_site_are_those_of_every_file_to_take_away(site):
    folder = site / "tai-ve"
    sums = dict(line.split("  ", 1)[::-1] for line in (folder / "SHA256SUMS").read_text("utf-8").splitlines())
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    assert {"dcat.ttl", "tin-vi.atom", "CITATION.cff", "chi-tieu/csv-metadata.json"} <= sums.keys()
    assert sums.keys() == files.keys() - {"SHA256SUMS"}
    assert [
        path for path, digest in sums.items() if hashlib.sha256(files[path].read_bytes()).hexdigest() != digest
    ] == []
