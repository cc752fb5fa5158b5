"""The table by year: every indicator in one row, every year in one column, for whoever draws lines."""

from __future__ import annotations

from collections.abc import Sequence

from wardbook.formats.flat import Row

_NAMES = ["indicator_id", "indicator_vi", "indicator_en", "unit_vi", "unit_en"]


def by_year_csv(flat: Sequence[Row]) -> bytes:
    """Turn the flat table on its side: the value of each year beside that of the year before.

    Rows stand in the order of the flat table, years from the first to the last. Numbers stay as they were checked; a
    year without a value is an empty cell.
    """
    import pandas  # late: its import takes longer than all of the check

    # as objects: a detour over floating point would print some numbers differently
    table = pandas.DataFrame(flat, columns=[*_NAMES, "year", "value"], dtype=object)
    wide = table.pivot(index=_NAMES, columns="year", values="value")
    in_order = pandas.MultiIndex.from_frame(table[_NAMES].drop_duplicates())
    return wide.reindex(in_order).to_csv(lineterminator="\n").encode("utf-8")
