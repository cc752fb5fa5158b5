"""Live numbers in hand-written pages: `{{ figure("indicator-id") }}` and `{{ live.indicators }}`. Nothing else.

The numbers come, escaped, from the file that the build wrote for the language. This module imports nothing of the
project: MkDocs loads it by itself, and so does Zensical, whose environment knows less.
"""

import json
from pathlib import Path


def define_env(env) -> None:  # noqa: ANN001
    """Give hand-written pages the numbers of their language. An unknown indicator stops the build."""
    language = env.conf["theme"]["language"]
    live = json.loads((Path(env.project_dir) / "build" / "live" / f"{language}.json").read_text(encoding="utf-8"))
    env.variables["live"] = live

    @env.macro
    def figure(indicator_id: str) -> str:
        """Return the latest figure of an indicator with its unit."""
        return live["figures"][indicator_id]
