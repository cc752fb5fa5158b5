"""The rule that the report's own arithmetic agrees, or is explained."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from wardbook.catalogue import Catalogue, Observation
from wardbook.identity import Identity, identities
from wardbook.problem import Problem
from wardbook.table import Table


def arithmetic_holds(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Sums, rates and percents of plan agree, unless `discrepancies` explains why the source's do not."""
    explained = catalogue.discrepancies
    found: dict[str, Identity] = {}
    for identity in identities(catalogue):
        if identity.check_id in explained:
            found[identity.check_id] = identity
        elif not identity.holds:
            yield _arithmetic_problem(identity, tables["observations"])
    for discrepancy in explained.values():
        identity = found.get(discrepancy.check_id)
        if identity is None or identity.holds:
            rule = "discrepancy-stale" if identity else "discrepancy-unknown"
            yield tables["discrepancies"].problem(discrepancy.line, "check_id", rule, value=discrepancy.check_id)


def _arithmetic_problem(identity: Identity, table: Table) -> Problem:
    column = "plan_pct" if identity.kind == "plan-pct" else "value"
    return table.problem(
        identity.place.line,
        column,
        identity.kind,
        subject=identity.place.indicator_id,
        stated="" if identity.stated is None else identity.stated,
        computed=round(identity.computed, 4).normalize().__format__("f"),
        terms=_terms(identity.terms),
        check=identity.check_id,
    )


def _terms(observations: Iterable[Observation]) -> str:
    return " + ".join(f"{o.value}" for o in observations)
