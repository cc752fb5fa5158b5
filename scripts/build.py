"""The one entry point: check, site and format for a ward's data package. Run with --help for the options."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from wardbook.check import Checked, check
from wardbook.package import Package, read_package
from wardbook.problem import Problem, describe, read_rules, visible

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code: 0 done, 1 the package or the build is at fault."""
    options = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # whatever the locale: messages are Vietnamese
    if not options.package.is_dir():
        print(f"{options.package}: không có thư mục này / no such folder", file=sys.stderr)
        return 1
    return options.run(options)


def run_check(options: argparse.Namespace) -> int:
    """Print every problem of the package."""
    checked = check(_read(options.package))
    _print_problems(checked.problems, options.format, options.lang)
    if not checked.problems and options.format == "text":
        print(_summary(checked, options.lang))
    return 1 if checked.problems else 0


def run_site(options: argparse.Namespace) -> int:
    """Check the package and build the whole site from it; the old site stays until the new one is complete."""
    from wardbook.site import BuildError, build, data_date, render  # late: a check needs neither templates nor charts

    package, checked = _publishable(options)
    if checked is None:
        return 1
    rendered = render(checked, package, os.environ.get("SITE_URL", ""))
    try:
        built = build(ROOT, options.output.resolve(), rendered, data_date(checked))
    except (BuildError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{options.output}: {built.pages} pages in two languages; generated files: {built.changes}")
    return 0


def run_generate(options: argparse.Namespace) -> int:
    """Write the generated pages below docs/ without building the site."""
    from wardbook.site import generate, render

    package, checked = _publishable(options)
    if checked is None:
        return 1
    print(f"docs: {generate(ROOT, render(checked, package, ''))}")
    return 0


def _publishable(options: argparse.Namespace) -> tuple[Package, Checked | None]:
    """Read and check the package; without problems return what was checked, else print them and return None for it."""
    package = _read(options.package)
    checked = check(package)
    _print_problems(checked.problems, "text", options.lang)
    return package, None if checked.problems else checked


def run_format(options: argparse.Namespace) -> int:
    """Rewrite the package's CSV files in canonical form."""
    from wardbook.canonical import canonical_files

    package = _read(options.package)
    for path, content in canonical_files(package).items():
        if content != package.files[path]:
            (options.package / path).write_bytes(content)
            print(package.path(path))
    return 0


def _read(folder: Path) -> Package:
    """Read a package; messages name its folder from the root of the project where it lies inside."""
    resolved = folder.resolve()
    label = resolved.relative_to(ROOT) if resolved.is_relative_to(ROOT) else folder
    return read_package(folder, label.as_posix())


def _print_problems(problems: Sequence[Problem], form: str, language: str) -> None:
    rules = read_rules()
    if form == "json":
        print(json.dumps([_record(p, language, rules) for p in problems], ensure_ascii=False, indent=2))
        return
    for problem in problems:
        message = describe(problem, language, rules)
        said = f"{message.text} {message.hint}"
        if form == "github":
            place = f"file={_property(problem.path)},line={problem.line},col={problem.column}"
            print(f"::error {place},title={_property(problem.rule)}::{_data(said)}")
        else:
            print(f"{visible(problem.path)}:{problem.line}:{problem.column}: {said}")


def _record(problem: Problem, language: str, rules: dict) -> dict[str, str | int]:
    message = describe(problem, language, rules)
    return {
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "rule": problem.rule,
        "message": message.text,
        "hint": message.hint,
    }


def _data(text: str) -> str:
    """Escape the text of a GitHub workflow command, so that a cell cannot begin a command of its own."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _summary(checked: Checked, language: str) -> str:
    indicators, figures = len(checked.catalogue.indicators), len(checked.catalogue.observations)
    if language == "en":
        return f"No problem found: {indicators} indicators, {figures} observations."
    return f"Không có lỗi: {indicators} chỉ tiêu, {figures} dòng số liệu."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="build.py", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run, text: str) -> argparse.ArgumentParser:  # noqa: ANN001
        sub = commands.add_parser(name, help=text, description=text)
        sub.add_argument("--package", type=Path, default=ROOT / "datapackage", metavar="DIR")
        sub.add_argument("--lang", choices=("vi", "en"), default="vi", help="language of the messages")
        sub.set_defaults(run=run)
        return sub

    sub = command("check", run_check, "print every problem of a data package, one a line")
    sub.add_argument("--format", choices=("text", "github", "json"), default="text")
    sub = command("site", run_site, "check a data package and build the whole site from it")
    sub.add_argument("--output", type=Path, default=ROOT / "site", metavar="DIR")
    command("generate", run_generate, "write the generated pages below docs/ only")
    command("format", run_format, "rewrite the CSV files in canonical form")
    return parser


if __name__ == "__main__":
    sys.exit(main())
