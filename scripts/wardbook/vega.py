"""The engine of charts, Vega, in a process of its own that every process of a build may ask.

It brings a JavaScript engine, which takes half a second to begin and has threads: a copy of a process that has them
would wait for them for ever. So there is one, begun early, and copies of this process only have a line to it.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import threading
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from wardbook.error import BuildError

_VEGA_LITE = "6.1"

# of a specification in Vega, what is drawn again for each chart
_DRAWN = ("style", "data", "signals", "projections", "scales", "axes", "legends", "layout", "marks")

_CHARTS, _CHART = "charts", "chart"
_GROUP = re.compile(r"<g\b[^>]*>|</g>")
_ROOT = '<g transform="translate(0,0)">'

# an engine that ends while it draws may have had bad luck; one that does so again has a chart that it cannot bear
_TRIES = 2

# how many answers the engine remembers: one language may be a little ahead of the other
_LATELY = 8

_DRAWING = threading.Lock()


class _Line(NamedTuple):
    """Where one process asks the engine; a copy of the process needs a line of its own."""

    process: int
    connection: Connection


# where this process and its copies ask for a line
_reception: socket.socket | None = None
_line: _Line | None = None


def start() -> None:
    """Begin the engine, unless there is one; it gets ready while this process does other things."""
    global _reception
    if _reception is None:
        _reception, there = socket.socketpair()
        # it ends when nobody is left to ask it, so nobody has to end it
        if os.fork() == 0:
            _serve(there)
        there.close()


def to_svgs(specification: str, charts: Sequence[str]) -> list[str]:
    """Draw a Vega-Lite specification once for each of several lists of rows, its data; all are JSON.

    Every chart is as large as the specification says, whatever is in it. ValueError says what Vega refuses.
    """
    global _reception, _line  # noqa: PLW0603
    for _ in range(_TRIES):
        try:
            if _line is None or _line.process != os.getpid():
                _line = _Line(os.getpid(), _connect())
            _line.connection.send((specification, charts))
            is_drawn, given = _line.connection.recv()
        except (EOFError, OSError):
            _reception = _line = None
            continue
        if not is_drawn:
            raise ValueError(given)
        return given
    raise BuildError(f"the engine of charts ended over this one: {charts[0][:120]}")


def _connect() -> Connection:
    start()
    here, there = socket.socketpair()
    with there:
        socket.send_fds(_reception, [b"\0"], [there.fileno()])
    return Connection(here.detach())


def _serve(reception: socket.socket) -> None:
    """Answer, in a copy of the process that began the engine, as long as that process or a copy of it lives."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # who interrupts a build ends the processes that ask
        # a lock, a port or the other end of a pipe that the process has open must not be held by this one
        os.closerange(3, reception.fileno())
        os.closerange(reception.fileno() + 1, os.sysconf("SC_OPEN_MAX"))
        # all that it has to say goes over its lines, and who reads the output of a build need not wait for its end
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nothing, stream)
        # the first one is what takes long
        _compiled('{"mark": "point", "data": {"values": []}}')
        while lines := socket.recv_fds(reception, 1, 1)[1]:
            threading.Thread(target=_answer, args=(Connection(lines[0]),), daemon=True).start()
    finally:
        os._exit(0)


def _answer(line: Connection) -> None:
    while True:
        try:
            specification, charts = line.recv()
        except (EOFError, OSError):
            return
        try:
            answer = (True, _draw(specification, charts))
        except Exception as error:  # whatever is wrong with a specification, who asked must not wait for ever
            answer = (False, str(error) if isinstance(error, ValueError) else repr(error))
        try:
            line.send(answer)
        except OSError:
            return


def _draw(specification: str, charts: Sequence[str]) -> list[str]:
    # what the processes of two languages ask for at the same time is often the same
    with _DRAWING:
        return _drawn(specification, tuple(charts))


@lru_cache(maxsize=_LATELY)
def _drawn(specification: str, charts: Sequence[str]) -> list[str]:
    import vl_convert

    name = json.loads(specification)["data"]["name"]
    drawn = _cut(vl_convert.vega_to_svg(_sheet(json.loads(_compiled(specification)), name, map(json.loads, charts))))
    if len(drawn) != len(charts):
        raise ValueError(f"{len(charts)} charts, {len(drawn)} drawn")
    return drawn


@cache
def _compiled(specification: str) -> str:
    """Turn Vega-Lite into Vega before it has its rows: they have no part in it, and it takes half of the time."""
    import vl_convert

    return json.dumps(vl_convert.vegalite_to_vega(specification, vl_version=_VEGA_LITE))


def _sheet(chart: dict[str, Any], name: str, charts: Iterable[list[dict[str, Any]]]) -> dict[str, Any]:
    """Return a Vega specification that draws a chart for each list of rows, in the place of the table of this name.

    All are one drawing, because to read what a chart is takes Vega longer than to draw it. They lie on each other, each
    in a group of its own: a facet (https://vega.github.io/vega/docs/marks/group/).
    """
    inside = {part: chart[part] for part in _DRAWN if part in chart}
    around = {part: value for part, value in chart.items() if part not in inside}
    ((table,), others) = ([t for t in inside["data"] if (t["name"] == name) is is_ours] for is_ours in (True, False))
    rows = [{**row, _CHART: number} for number, one in enumerate(charts) for row in one]
    group = {
        **inside,
        "type": "group",
        "name": _CHART,
        "data": others,
        "from": {"facet": {"name": name, "data": _CHARTS, "groupby": _CHART}},
        "encode": {"update": {side: {"signal": side} for side in ("width", "height")}},
    }
    return {**around, "autosize": "none", "data": [{**table, "name": _CHARTS, "values": rows}], "marks": [group]}


def _cut(sheet: str) -> list[str]:
    """Return each chart of a sheet as a drawing of its own, the one that Vega makes of it alone."""
    head, _, rest = sheet.partition(_ROOT)
    begin = rest.index(">", rest.index(f'role-scope {_CHART}"')) + 1
    return [f"{head}{chart}</g></g></svg>" for chart in _groups(rest[begin:])]


def _groups(text: str) -> Iterator[str]:
    """Yield the groups that stand beside each other in an SVG, up to the end of the one that holds them."""
    depth = begin = 0
    for tag in _GROUP.finditer(text):
        if tag[0].endswith("/>"):
            continue
        if tag[0] == "</g>":
            depth -= 1
            if depth < 0:
                return
            if depth == 0:
                yield text[begin : tag.end()]
        else:
            begin = begin if depth else tag.start()
            depth += 1
