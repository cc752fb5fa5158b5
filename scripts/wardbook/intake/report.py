"""What the commands of the intake say when they have done something."""

from __future__ import annotations

from wardbook.changes import changes, titles, to_text
from wardbook.check import check
from wardbook.intake.indicator import NewIndicator
from wardbook.intake.refusal import read_words
from wardbook.intake.take import Taken
from wardbook.intake.year import NewYear
from wardbook.language import Language
from wardbook.package import Package
from wardbook.problem import shown, visible


def tell_year(new: NewYear, year: int, code: str) -> str:
    """Say which rows a new year got, and what comes next."""
    said = read_words(code)["said"]
    lines = [said["year"].format(added=new.added, year=year)]
    lines += [said[key].format(n=n) for key, n in (("reopened", new.reopened), ("ended", new.ended)) if n]
    lines += [said["source"].format(source=new.source, year=year)] if new.is_new else []
    return "\n".join((*lines, said["next"]))


def tell_indicator(new: NewIndicator, indicator_id: str, topic_id: str, code: str) -> str:
    """Say where a new indicator stands."""
    values = {"id": indicator_id, "topic": topic_id, "position": new.position, "year": new.year}
    return read_words(code)["said"]["indicator"].format(**values)


def tell_taken(package: Package, taken: Taken, files: list[str], language: Language) -> str:
    """Say in plain words what a workbook changed in a package, what it did not, and what is left to fill in."""
    said = read_words(language.code)["said"]
    lines = [
        said["kept"].format(name=visible(k.name), column=k.column, now=shown(k.now), typed=shown(k.typed))
        for k in taken.kept
    ]
    if files:
        before, after = check(package), check(taken.package)
        found = changes(before.catalogue, after.catalogue)
        lines += [to_text(found, language, titles(after.resources, language))] if found else []
        lines.append(said["taken"].format(files=", ".join(files)))
    else:
        lines.append(said["nothing"])
    if taken.unfilled:
        lines.append(said["unfilled"].format(n=taken.unfilled))
    return "\n".join(lines)
