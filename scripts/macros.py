"""Live numbers in hand-written pages: `{{ figure("indicator-id") }}` and `{{ live.indicators }}`. Nothing else.

The numbers come, escaped, from the file that the build wrote for the language. This module imports nothing of the
project: MkDocs loads it by itself.
"""

import json
from pathlib import Path


def define_env(env) -> None:  # noqa: ANN001
    """Give hand-written pages the numbers of their language. An unknown indicator stops the build."""
    language = env.conf["theme"]["language"]
    root = Path(env.conf["config_file_path"]).parent
    live = json.loads((root / "build" / "live" / f"{language}.json").read_text(encoding="utf-8"))
    env.variables["live"] = live

    @env.macro
    def figure(indicator_id: str) -> str:
        """Return the latest figure of an indicator with its unit."""
        return live["figures"][indicator_id]
