"""schema.org/Dataset (https://schema.org/Dataset): what search engines read in the data page and in indicator pages.

With what Google requires (name, description of 50 to 5,000 signs) and recommends for its dataset search. `citation` and
`sameAs` are left out: they are for articles about a data set and for other pages of the same one, and there are none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from wardbook.catalogue import Indicator, Observation
from wardbook.language import SPECIAL, Language
from wardbook.metadata import subject
from wardbook.metadata.forms import WHOLE, media_type
from wardbook.metadata.place import FILES, address, page

if TYPE_CHECKING:
    from wardbook.publication import Publication

LONGEST = 5000

# inside the strings of a page nothing may stand that ends the element, or that Markdown or the macros would act on;
# the two separators are line ends to older readers of JavaScript
_ACTED_ON = re.compile(f"[{re.escape(SPECIAL)}\x00-\x1f\u2028\u2029]")

Record = dict[str, Any]


def dataset_script(publication: Publication, language: Language, indicator: Indicator | None = None) -> str:
    """Return the element that describes the data set in its page, or one indicator in that of the indicator.

    It is data and nothing that runs, in one line, safe in HTML and in Markdown whatever the cells hold.
    """
    record = data_set(publication, language) if indicator is None else of_indicator(publication, indicator, language)
    return f'<script type="application/ld+json">{_in_page(record)}</script>'


def data_set(publication: Publication, language: Language) -> Record:
    """Return the description of the whole data set; of its variables it names those that lead the overview."""
    book = publication.book
    here = page(language.code, "so-lieu/")
    everything = book.catalogue.observations
    return {
        **_first(subject.named(publication, language), subject.contents(publication, language)),
        "url": address(publication, here, here),
        "identifier": publication.descriptor["name"],
        "keywords": list(dict.fromkeys(publication.descriptor.get("keywords", ()))) or None,
        **_common(publication, everything, language),
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "name": publication.title(language),
            "url": address(publication, page(language.code, ""), here),
        },
        "variableMeasured": [_variable(publication, one, language) for one in book.headlines()] or None,
        "distribution": _downloads(publication, WHOLE, here),
    }


def of_indicator(publication: Publication, indicator: Indicator, language: Language) -> Record:
    """Return the description of the figures of one indicator."""
    place = f"chi-tieu/{indicator.indicator_id}"
    here = page(language.code, f"{place}/")
    contents = subject.indicator_contents(publication, indicator, language)
    return {
        **_first(subject.indicator_named(publication, indicator, language), contents),
        "url": address(publication, here, here),
        "identifier": indicator.indicator_id,
        **_common(publication, subject.figures(publication.book, [indicator]), language),
        "isPartOf": address(publication, page(language.code, "so-lieu/"), here),
        "variableMeasured": _variable(publication, indicator, language),
        "distribution": _downloads(publication, place, here),
    }


def _first(name: str, description: str) -> Record:
    if len(description) > LONGEST:
        description = description[: LONGEST - 1] + "…"
    return {"@context": "https://schema.org", "@type": "Dataset", "name": name, "description": description}


def _common(publication: Publication, figures: Iterable[Observation], language: Language) -> Record:
    """Return what is said alike of the whole and of a part."""
    figures = list(figures)
    area = publication.book.area
    return {
        "version": publication.descriptor["version"],
        "license": publication.descriptor["licenses"][0]["path"],
        "isAccessibleForFree": True,
        "inLanguage": language.code,
        "dateModified": subject.modified(publication.book, figures) or None,
        "creator": [_organization(language.text(maker)) for maker in subject.creators(publication.book, figures)],
        "publisher": _organization(subject.publisher(publication, language)),
        "isBasedOn": [
            {
                "@type": "CreativeWork",
                "name": language.text(source.title),
                "datePublished": source.date_issued.isoformat() if source.date_issued else None,
            }
            for source in subject.sources(publication.book, figures)
        ],
        "temporalCoverage": "/".join(subject.period(o.year for o in figures)),
        "spatialCoverage": {
            "@type": "AdministrativeArea",
            "name": language.text(area.name),
            # a code may have been another area's before, so it never stands without its day
            "identifier": {
                "@type": "PropertyValue",
                "name": subject.code_note(area, language),
                "value": area.official_code,
            },
            "containedInPlace": {"@type": "AdministrativeArea", "name": language.text(area.parent_name)},
        },
    }


def _variable(publication: Publication, indicator: Indicator, language: Language) -> Record:
    unit = publication.book.unit(indicator)
    return {"@type": "PropertyValue", "name": language.text(indicator.name), "unitText": language.text(unit.name)}


def _downloads(publication: Publication, part: str, here: str) -> list[Record]:
    return [
        {
            "@type": "DataDownload",
            "encodingFormat": media_type(publication.downloads[path]),
            "contentUrl": address(publication, FILES + path, here),
        }
        for path in publication.forms.get(part, ())
    ]


def _organization(name: str) -> Record:
    return {"@type": "Organization", "name": name}


def _in_page(value: Any) -> str:
    """Write a value as JSON in one line, without the entries of which nothing is known."""
    if isinstance(value, str):
        escaped = _ACTED_ON.sub(lambda sign: f"\\u{ord(sign[0]):04x}", value)
        return f'"{escaped}"'
    if isinstance(value, Mapping):
        entries = (f'"{key}":{_in_page(item)}' for key, item in value.items() if item is not None)
        return "{" + ",".join(entries) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_in_page, value)) + "]"
    return json.dumps(value)
