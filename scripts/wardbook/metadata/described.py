"""All descriptions together: what the site adds to its data for machines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from wardbook.language import Language
from wardbook.metadata.api import api_files
from wardbook.metadata.atom import feed, feed_path
from wardbook.metadata.citation import citation_files
from wardbook.metadata.csvw import csvw_files
from wardbook.metadata.dcat import dcat_files
from wardbook.metadata.place import API, FILES

if TYPE_CHECKING:
    from wardbook.publication import Publication


def described_data(publication: Publication, languages: Mapping[str, Language]) -> dict[str, bytes]:
    """Return the files that tell what is published and name no file to take away, by path below the site's root."""
    beside = citation_files(publication, languages)
    beside |= {feed_path(language): feed(publication, language) for language in languages.values()}
    files = {FILES + path: content for path, content in beside.items()}
    return files | {API + path: content for path, content in api_files(publication, languages).items()}


def described_files(publication: Publication, languages: Mapping[str, Language]) -> dict[str, bytes]:
    """Return the files that describe the files to take away, of all of which they need to know, by the same paths."""
    tables = {FILES + path: content for path, content in csvw_files(publication, languages).items()}
    return tables | dcat_files(publication, languages)
