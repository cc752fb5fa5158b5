"""Build the site with Zensical too, and tell whether every address is there: python scripts/zensical.py ZENSICAL.

ZENSICAL is its program, in an environment of its own (`make site-zensical`). The site of MkDocs must stand in site/.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from wardbook.formats.whole_site import SITE_ZIP
from wardbook.ledger import ENGLISH, addresses
from wardbook.metadata.place import FILES
from wardbook.site import CONFIGS, site_address

ROOT = Path(__file__).resolve().parent.parent

# what both read; a folder of its own, because Zensical writes a cache beside the configuration
_READ = ("docs", "build/live", "scripts/macros.py")


def build(root: Path, program: Path, folder: Path) -> Path:
    """Build the generated pages of `root` below `folder`; return the site. CalledProcessError has what Zensical said.

    Nothing of it is sealed, packed or merged: that is done to what MkDocs makes, in publish.py.
    """
    from mkdocs.utils.yaml import yaml_load
    from yaml import safe_dump

    shutil.rmtree(folder, ignore_errors=True)
    for path in _READ:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (root / path).is_dir() else shutil.copy
        copy(root / path, folder / path)
    address = site_address()
    environment = {**os.environ, "SITE_URL": address, "SITE_URL_EN": f"{address}en/" if address else ""}
    os.environ.update({name: environment[name] for name in ("SITE_URL", "SITE_URL_EN")})
    for code, name in CONFIGS.items():
        # as MkDocs reads it: where a configuration inherits a list, Zensical appends to it and MkDocs replaces it
        with (root / name).open("rb") as file:
            config = yaml_load(file) | {"site_dir": f"site-{code}"}
        (folder / name).write_text(safe_dump(config, allow_unicode=True, sort_keys=False), encoding="utf-8")
        command = [str(program), "build", "--strict", "--config-file", name]
        subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, encoding="utf-8")
    (folder / "site-en").rename(folder / "site-vi" / "en")
    return (folder / "site-vi").rename(folder / "site")


def both_languages(site: Path) -> set[str]:
    """Return the addresses of a built site, those of English pages too; not the zip that is packed after MkDocs."""
    paths = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    english = addresses(path.removeprefix(ENGLISH) for path in paths if path.startswith(ENGLISH))
    return (addresses(paths) | {f"/{ENGLISH}{address[1:]}" for address in english}) - {f"/{FILES}{SITE_ZIP}"}


def main() -> int:
    """Build, compare, and print each address that only one of the two sites has."""
    try:
        site = build(ROOT, Path(sys.argv[1]).resolve(), ROOT / "build" / "zensical")
    except subprocess.CalledProcessError as error:
        print(f"Zensical: {error.stdout}{error.stderr}", file=sys.stderr)
        return 1
    wanted, found = both_languages(ROOT / "site"), both_languages(site)
    for address in sorted(wanted ^ found):
        print(f"{address}: only in the site of {'MkDocs' if address in wanted else 'Zensical'}", file=sys.stderr)
    print(f"{site}: {len(found)} addresses, {len(wanted & found)} of the {len(wanted)} that MkDocs makes")
    return 1 if wanted ^ found else 0


if __name__ == "__main__":
    sys.exit(main())
