"""Rules for texts: both languages, one spelling, and the blank that a sentence leaves for its value."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from wardbook.catalogue import Catalogue
from wardbook.problem import Problem
from wardbook.table import Table

# the tone of oa, oe and uy at the end of a word may stand on either letter: hòa or hoà, khỏe or khoẻ, thủy or thuỷ
_TWO_WAYS = re.compile(r"(?i)\b[^\W\d_]*?(?<!q)(?:[òóỏõọ][ae]|o[àáảãạèéẻẽẹ]|[ùúủũụ]y|u[ỳýỷỹỵ])\b")
# a name may go by others in one language only
_OF_ONE_LANGUAGE = ("aliases",)
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")


def pairs_are_translated(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """A text that is there in one language is there in the other."""
    for table in tables.values():
        fields = table.resource.fields
        names = [field.removesuffix("_vi") for field in fields if field.endswith("_vi")]
        names = [name for name in names if name not in _OF_ONE_LANGUAGE]
        pairs = [(fields.index(f"{n}_vi"), fields.index(f"{n}_en")) for n in names if f"{n}_en" in fields]
        for line, record in zip(table.lines, table.records, strict=True):
            for pair in pairs:
                vi, en = (record[place] for place in pair)
                if bool(vi) == bool(en):
                    continue
                empty = fields[pair[1] if vi else pair[0]]
                if not _is_required(table, empty):  # the schema says so already
                    yield table.problem(line, empty, "translation", value=vi or en)


def _is_required(table: Table, column: str) -> bool:
    field = next(f for f in table.resource.schema["fields"] if f["name"] == column)
    return bool(field.get("constraints", {}).get("required"))


def words_are_spelled_one_way(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """A word is not spelled "hòa" here and "hoà" there: whoever searches for one would miss the other.

    The rarer spelling is reported, and where both are as common, the one that comes later. Text copied from a source
    keeps the spelling of the source.
    """
    found: dict[str, list[tuple[str, Table, int, str]]] = defaultdict(list)
    for table in tables.values():
        columns = [(place, name) for place, name in enumerate(table.resource.fields) if name.endswith("_vi")]
        for line, record in zip(table.lines, table.records, strict=True):
            for place, column in columns:
                for word in _TWO_WAYS.findall(record[place]) if record[place] else ():
                    found[_toneless_place(word)].append((word.lower(), table, line, column))
    for uses in found.values():
        counts = Counter(word for word, *_ in uses)
        usual = max(counts, key=counts.__getitem__)
        for word, table, line, column in uses:
            if word != usual:
                yield table.problem(line, column, "spelling", value=word, suggestion=usual)


def _toneless_place(word: str) -> str:
    """Return a key that two spellings of a word share: its letters without their tone, and then the tone."""
    parts = unicodedata.normalize("NFD", word.lower())
    return _TONES.sub("", parts) + "".join(_TONES.findall(parts))


def sentences_hold_the_value(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """The sentence of an indicator has one place for its value and no other blank."""
    for indicator in catalogue.indicators.values():
        for language in ("vi", "en"):
            text = indicator.sentence[language]
            if text.count("{value}") != 1 or "{" in text.replace("{value}", "") or "}" in text.replace("{value}", ""):
                yield tables["indicators"].problem(indicator.line, f"sentence_{language}", "sentence", value=text)


def other_names_are_other(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Among the names of an indicator in one language none stands twice, in capitals or not."""
    for indicator in catalogue.indicators.values():
        for language in ("vi", "en"):
            seen = {indicator.name[language].casefold()}
            for name in indicator.other_names(language):
                if name.casefold() in seen:
                    yield tables["indicators"].problem(indicator.line, f"aliases_{language}", "alias-twice", value=name)
                seen.add(name.casefold())
