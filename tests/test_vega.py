"""The engine of charts: one process for a build and all its copies, which nobody has to end."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from wardbook import vega
from wardbook.beside import by_language
from wardbook.error import BuildError

BARS = json.dumps(
    {
        "width": 200,
        "height": 40,
        "padding": {"left": 60, "top": 5, "right": 5, "bottom": 40},
        "data": {"name": "rows"},
        "mark": "bar",
        "encoding": {"x": {"field": "n", "type": "quantitative"}, "y": {"field": "name", "type": "nominal"}},
    }
)


def rows(name: str) -> str:
    return json.dumps([{"name": name, "n": 3}])


def draw(specification: str, *charts: str) -> list[str]:
    return vega.to_svgs(specification, charts)


def test_every_copy_of_a_process_draws_with_the_same_engine():
    drawn = by_language(lambda code: draw(BARS, rows(f"in {code}")))
    for code, (svg,) in drawn.items():
        assert svg.startswith("<svg") and f">in {code}<" in svg


def test_charts_that_are_drawn_together_are_those_that_vega_draws_of_each_alone():
    program = """
import json, sys
import vl_convert

specification, *charts = map(json.loads, sys.argv[1:])
for rows in charts:
    alone = {**specification, "autosize": "none", "data": {"values": rows}}
    print(vl_convert.vegalite_to_svg(alone, vl_version="6.1"))
"""
    charts = [
        json.dumps([{"name": name, "n": n} for name, n in chart]) for chart in ([("a", 3)], [("b", 50), ("c", 1)])
    ]
    done = subprocess.run([sys.executable, "-c", program, BARS, *charts], capture_output=True, text=True, check=True)
    assert draw(BARS, *charts) == done.stdout.splitlines()


def test_what_two_ask_for_at_the_same_time_is_drawn_once(monkeypatch):
    asked = []

    def vega_to_svg(sheet: list[str]) -> list[str]:
        asked.append(sheet)
        time.sleep(0.1)
        return sheet

    # to draw really would begin the JavaScript engine in this process
    monkeypatch.setitem(sys.modules, "vl_convert", SimpleNamespace(vega_to_svg=vega_to_svg))
    monkeypatch.setattr(vega, "_compiled", lambda specification: specification)
    monkeypatch.setattr(vega, "_sheet", lambda specification, name, charts: list(charts))
    monkeypatch.setattr(vega, "_cut", lambda svg: svg)
    vega._drawn.cache_clear()
    with ThreadPoolExecutor() as pool:
        first, second, other = pool.map(lambda name: vega._draw(BARS, [rows(name)]), ["a", "a", "b"])
    vega._drawn.cache_clear()
    assert first == second != other
    assert len(asked) == 2


def test_a_chart_without_rows_is_refused_and_not_mistaken_for_the_next():
    with pytest.raises(ValueError, match="2 charts, 1 drawn"):
        draw(BARS, "[]", rows("a"))


def test_what_vega_refuses_is_said_and_the_engine_goes_on():
    with pytest.raises(ValueError, match="nobody"):
        draw(BARS.replace('"bar"', '{"type": "bar", "color": {"expr": "nobody"}}'), rows("a"))
    assert draw(BARS, rows("a"))[0].startswith("<svg")


def test_a_specification_without_a_name_for_its_rows_is_refused_and_nobody_waits():
    with pytest.raises(ValueError, match=r"^KeyError\('name'\)$"):
        draw(BARS.replace('"name": "rows"', '"url": "rows"'), rows("a"))


def test_an_engine_that_ended_is_begun_again(monkeypatch):
    monkeypatch.setattr(vega, "_reception", None)
    monkeypatch.setattr(vega, "_line", None)
    before = children()
    first = draw(BARS, rows("a"))
    (engine,) = children() - before
    os.kill(engine, signal.SIGKILL)
    assert draw(BARS, rows("a")) == first
    assert len(children() - before - {engine}) == 1


def test_an_engine_that_ends_again_and_again_stops_the_build(monkeypatch):
    monkeypatch.setattr(vega, "_reception", None)
    monkeypatch.setattr(vega, "_line", None)
    monkeypatch.setattr(vega, "_serve", lambda *ends: os._exit(1))
    with pytest.raises(BuildError, match="engine of charts ended"):
        draw(BARS, rows("a"))


def test_the_engine_holds_nothing_that_the_process_had_open(tmp_path, monkeypatch):
    monkeypatch.setattr(vega, "_reception", None)
    monkeypatch.setattr(vega, "_line", None)
    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert draw(BARS, rows("a"))[0].startswith("<svg")
    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def children() -> set[int]:
    return set(map(int, Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()))


@pytest.mark.parametrize("end", ["", "os.kill(os.getpid(), 9)"], ids=["ends", "is killed"])
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of processes in files")
def test_the_engine_ends_when_nobody_is_left_to_ask_it(end):
    program = f"""
import os, sys
from pathlib import Path
sys.path.insert(0, {str(Path(vega.__file__).parent.parent)!r})
from wardbook import beside, vega

beside.by_language(lambda code: vega.to_svgs({BARS!r}, [{rows("a")!r}]))
vega.start()
print(Path(f"/proc/self/task/{{os.getpid()}}/children").read_text(), flush=True)
{end}
"""
    # what the engine has of this process's output is closed too, or this would wait for ever
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    (engine,) = done.stdout.split()
    until = time.monotonic() + 20
    while Path("/proc", engine).exists():
        assert time.monotonic() < until
        time.sleep(0.02)
