"""House rules: what a package must satisfy beyond its schemas. Each rule is a small generator of problems."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from wardbook.catalogue import Catalogue
from wardbook.problem import Problem
from wardbook.rules.arithmetic import arithmetic_holds
from wardbook.rules.entry import figures_agree_with_the_copy
from wardbook.rules.figures import (
    claims_agree_with_plans,
    counts_are_whole,
    missing_values_say_why,
    percentages_are_per_cent,
    results_are_not_of_the_future,
    small_counts_may_be_published,
    zeros_say_which,
)
from wardbook.rules.relations import (
    ids_can_name_files,
    ratios_have_both_ends,
    scales_have_a_base,
    something_is_reported,
    there_is_one_area,
    trees_have_no_circle,
)
from wardbook.rules.release import corrections_tell_the_truth, published_figures_stay, published_indicators_stay
from wardbook.rules.series import jumps_are_explained, outliers_are_explained, years_are_complete
from wardbook.rules.texts import (
    other_names_are_other,
    pairs_are_translated,
    sentences_hold_the_value,
    words_are_spelled_one_way,
)
from wardbook.table import Table

Rule = Callable[[Catalogue, Mapping[str, Table]], Iterator[Problem]]

RULES: tuple[Rule, ...] = (
    something_is_reported,
    there_is_one_area,
    pairs_are_translated,
    words_are_spelled_one_way,
    trees_have_no_circle,
    sentences_hold_the_value,
    other_names_are_other,
    ratios_have_both_ends,
    scales_have_a_base,
    ids_can_name_files,
    missing_values_say_why,
    zeros_say_which,
    counts_are_whole,
    percentages_are_per_cent,
    results_are_not_of_the_future,
    claims_agree_with_plans,
    small_counts_may_be_published,
    figures_agree_with_the_copy,
    jumps_are_explained,
    outliers_are_explained,
    years_are_complete,
    published_figures_stay,
    published_indicators_stay,
    corrections_tell_the_truth,
    arithmetic_holds,
)


def house_problems(catalogue: Catalogue, tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Yield what every house rule finds."""
    for rule in RULES:
        yield from rule(catalogue, tables)
