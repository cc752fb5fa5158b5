"""The one entry point to all that is done with a data package. Run with --help for the commands and their options."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

from wardbook.check import Checked, check
from wardbook.error import BuildError, RefusalError
from wardbook.intake.refusal import Refusal, RefusedError
from wardbook.package import DESCRIPTOR, LARGEST, Package, RevisionError, read_package, read_revision
from wardbook.problem import Problem, describe, read_rules, visible
from wardbook.progress import Progress, Tally

if TYPE_CHECKING:
    from wardbook.publication import Publication
    from wardbook.tree import Changes

ROOT = Path(__file__).resolve().parent.parent

T = TypeVar("T")

# in bytes: what GitHub shows of the summary of a step, less the room to say that there is more
_SUMMARY_ROOM = 1024 * 1024 - 1024

# in characters: what is said of a command that is not written right
_LONGEST_ERROR = 300

# in bytes, of the text of a report
_LARGEST_DOCUMENT = 50_000_000

# here and not in a file: a check must not read the words of the whole site to say that all is well
_WORDS = {
    "vi": {
        "no_problem": "Không có lỗi: {indicators} chỉ tiêu, {observations} dòng số liệu.",
        "same_version": "Phiên bản {version} đã công bố với số liệu khác; tăng version trong datapackage.json trước.",
        "another_build": "Đang có một lần dựng trang khác; chờ nó xong.",
        "not_written": "Không đọc hay ghi được {path}: {reason}. Trang cũ còn nguyên.",
        "current": "không có gì thay đổi từ lần dựng trước",
        "built": "{pages} trang hai thứ tiếng, làm lại {made}; {files} tệp, ghi lại {written}, xóa {deleted}",
        "serving": "Xem ở http://localhost:{port}/ – sửa gì thì trang tự làm lại. Dừng: Ctrl+C.",
        "again": "{names}: {seconds:.1f} s",
        "no_port": "Không mở được cổng {port}: {reason}. Chọn cổng khác: make serve PORT=8001.",
        "stages": {
            "check": "Kiểm tra số liệu",
            "render": "Viết trang, vẽ biểu đồ và ảnh",
            "write": "Ghi tệp",
            "pages": "Dựng trang",
            "seal": "Kiểm tra và đóng trang",
        },
        "problems": "Dữ liệu có {n} lỗi",
        "place": "Chỗ",
        "fault": "Lỗi và cách sửa",
        "changes": "Số liệu thay đổi như thế nào",
        "not_compared": "Không so sánh được:",
        "cut": "(còn nữa, không đủ chỗ để in hết ở đây)",
    },
    "en": {
        "no_problem": "No problem found: {indicators} indicators, {observations} observations.",
        "same_version": "Version {version} was published with other figures; raise version in datapackage.json first.",
        "another_build": "Another build is running; waiting for it to end.",
        "not_written": "{path} could not be read or written: {reason}. The old site is as it was.",
        "current": "nothing has changed since the last build",
        "built": "{pages} pages in two languages, {made} made; {files} files, {written} written, {deleted} deleted",
        "serving": "See http://localhost:{port}/ – it is made anew at every change. Stop: Ctrl+C.",
        "again": "{names}: {seconds:.1f} s",
        "no_port": "Port {port} cannot be opened: {reason}. Choose another: make serve PORT=8001.",
        "stages": {
            "check": "Checking the data",
            "render": "Writing pages, drawing charts and pictures",
            "write": "Writing files",
            "pages": "Building pages",
            "seal": "Checking and sealing pages",
        },
        "problems": "The data has {n} faults",
        "place": "Place",
        "fault": "Fault and cure",
        "changes": "What changes in the data",
        "not_compared": "Cannot be compared:",
        "cut": "(there is more, and no room for it here)",
    },
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code: 0 done, 1 the package or the build is at fault."""
    options = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        # whatever the locale: messages are Vietnamese, and a path may hold any bytes
        stream.reconfigure(encoding="utf-8", errors="surrogateescape")
    # numpy begins a thread for each core to multiply matrices with: nobody does here, and copies of a process have none
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if not os.path.isdir(options.package):  # noqa: PTH112 - a name too long for the system is no folder either
        print(f"{visible(str(options.package))}: không có thư mục này / no such folder", file=sys.stderr)
        return 1
    try:
        return options.run(options)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except RefusedError as error:
        for refusal in error.refusals:
            print(refusal.say(options.lang), file=sys.stderr, flush=True)
        _print_problems(error.problems, "text", options.lang)
        return 1


def run_check(options: argparse.Namespace) -> int:
    """Print every problem of the package."""
    checked = check(_read(options.package))
    _print_problems(checked.problems, options.format, options.lang)
    if not checked.problems and options.format == "text":
        counts = {"indicators": len(checked.catalogue.indicators), "observations": len(checked.catalogue.observations)}
        print(_say(options.lang, "no_problem").format(**counts))
    return 1 if checked.problems else 0


def run_site(options: argparse.Namespace) -> int:
    """Check the package and build the whole site from it; the old site stays until the new one is complete."""
    from wardbook import stamp
    from wardbook.lock import only_one
    from wardbook.tree import recover

    progress, mark, output = _progress(options.lang), ROOT / "build" / "stamp", options.output.resolve()

    def work() -> str | None:
        with only_one(ROOT / "build", _waiting(options.lang)):
            recover(output)
            package = _read(options.package)
            made_of = stamp.inputs(ROOT, package, [options.earlier] if options.earlier else [])
            if stamp.is_current(mark, made_of, stamp.outputs(ROOT, output)):
                return _say(options.lang, "current")
            return _build(options, package, progress, lambda: stamp.write(mark, made_of, stamp.outputs(ROOT, output)))

    if said := _told(options.lang, work):
        print(f"{options.output}: {said} ({progress.seconds:.1f} s)")
    return 0 if said else 1


def _build(options: argparse.Namespace, package: Package, progress: Progress, placed: Callable[[], None]) -> str | None:
    """Build the site of a package; return what was done in words, or None where problems of the data were printed.

    `placed` is done when the new site is in its place.
    """
    # late: to see that nothing changed needs none of this, and to see that a cell is wrong no templates
    from wardbook.shelf import shelf
    from wardbook.versions import read_versions

    with shelf(ROOT / "build" / "shelf"):
        earlier = read_versions(options.earlier) if options.earlier else {}
        generated = _generate(options, package, progress, earlier)
        if generated is None:
            return None
        from wardbook.publish import build
        from wardbook.site import data_date

        checked, changes = generated
        built = build(
            ROOT,
            options.output.resolve(),
            latest=data_date(checked),
            name=f"{checked.descriptor['name']}-{checked.descriptor['version']}",
            progress=progress,
            published=checked.catalogue.release.addresses,
            placed=placed,
        )
    counts = {"pages": built.pages, "files": built.files, "made": built.made}
    return _say(options.lang, "built").format(**counts, written=changes.written, deleted=changes.deleted)


def _generate(
    options: argparse.Namespace,
    package: Package,
    progress: Progress,
    earlier: Mapping[str, bytes],
    first: Callable[[Publication], None] | None = None,
) -> tuple[Checked, Changes] | None:
    """Check a package and write its files below docs/; None where problems of the data were printed.

    Of a large ward the files are hundreds of megabytes, and nobody needs them in memory after this. `first` is done
    before they are rendered, with what is to be published.
    """
    from wardbook import vega

    vega.start()  # it gets ready while the data are checked
    with progress.stage("check"):
        checked = check(package)
    _print_problems(checked.problems, "text", options.lang)
    if checked.problems:
        return None
    # late: who has a cell to mend need not wait for what makes pages
    from wardbook.language import CODES
    from wardbook.prepare import prepare
    from wardbook.publish import generate
    from wardbook.site import outline, publishing, render, site_address, site_contact

    tally = Tally(CODES)
    with progress.stage("render", done=tally.total):
        planned = outline(checked, site_address(), site_contact(ROOT))
        with publishing(planned, package, earlier) as published:
            prepare(ROOT)
            steps = [*published] if first else published
            if first:
                first(steps[-1])
            rendered = render(planned, steps, tally)
    return checked, generate(ROOT, rendered, progress)


def _told(language: str, work: Callable[[], T]) -> T | None:
    """Return what work gives; where something stops it, say in one line what, and return None."""
    try:
        return work()
    except RefusalError as error:
        said = _refused(language, error)
    except BuildError as error:
        said = str(error)
    except OSError as error:
        path = visible(os.fsdecode(error.filename or "?"))
        said = _say(language, "not_written").format(path=path, reason=error.strerror)
    print(said, file=sys.stderr)
    return None


def run_serve(options: argparse.Namespace) -> int:
    """Show the site on this machine, and make it anew at every change of data, pages, theme, templates or settings."""
    from wardbook import serve

    folder = ROOT / "build" / "preview"
    versions = serve.Versions(folder)

    def changed(paths: set[Path]) -> None:
        begun, names = time.monotonic(), ", ".join(sorted(visible(path.name) for path in paths))
        if any(path.suffix == ".py" for path in paths):
            serve.again()

        def seen() -> None:
            versions.look()
            print(_say(options.lang, "again").format(names=names, seconds=time.monotonic() - begun), flush=True)

        # pages written by hand and the theme have no part in what is rendered
        anew = any(not path.is_relative_to(ROOT / "docs") for path in paths)
        # where all pages change, those that somebody looks at come first
        first = versions.open() if anew or any(path.suffix == ".html" for path in paths) else {}
        serve.in_a_copy(lambda tell: _preview(options, folder, first, tell, anew=anew), seen)

    folder.mkdir(parents=True, exist_ok=True)
    try:
        port = serve.start(folder, options.port, versions)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        print(_say(options.lang, "no_port").format(port=options.port, reason=reason), file=sys.stderr)
        return 1
    _load()
    serve.in_a_copy(lambda tell: _preview(options, folder, {}, tell, anew=True), versions.look)
    print(_say(options.lang, "serving").format(port=port), flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        serve.watch(lambda: serve.sources(ROOT, options.package), changed)
    return 0


def _load() -> None:
    """Load what a build needs, so that the copies of this process have it."""
    from wardbook import vega
    from wardbook.prepare import prepare

    vega.start()
    for module in ("frictionless", "jsonschema", "pandas", "wardbook.publish", "xlsxwriter"):
        importlib.import_module(module)
    # what is broken is told when the site is made, now and after every change
    with contextlib.suppress(BuildError):
        prepare(ROOT)


def _preview(
    options: argparse.Namespace, folder: Path, first: Mapping[str, set[str]], seen: Callable[[], None], *, anew: bool
) -> None:
    """Make the site for the eyes of who edits, its generated pages anew or as they are.

    `first` are the pages of each language that are made before all others, by their paths in the built site; `seen` is
    called when there is something to see.
    """
    from wardbook.lock import only_one
    from wardbook.publish import preview, preview_pages
    from wardbook.shelf import shelf
    from wardbook.site import render_pages
    from wardbook.tree import recover

    progress = _progress(options.lang)

    def show_first(publication: Publication | None = None) -> None:
        # one of them may lead to a page that is still to come; what is wrong is told when all are made
        with contextlib.suppress(BuildError):
            preview_pages(ROOT, folder, render_pages(publication, first) if publication else {}, first)
            seen()

    def work() -> None:
        with only_one(ROOT / "build", _waiting(options.lang)), shelf(ROOT / "build" / "shelf", tidy=False):
            recover(folder)
            if anew:
                if not _generate(options, _read(options.package), progress, {}, show_first if first else None):
                    return
            elif first:
                show_first()
            preview(ROOT, folder, progress)
            seen()

    _told(options.lang, work)


def _progress(language: str) -> Progress:
    # what went wrong is on stderr, alone
    return Progress(sys.stdout.fileno(), _WORDS[language]["stages"])


def _waiting(language: str) -> Callable[[], None]:
    """Return what says that this build waits for another one."""
    return lambda: print(_say(language, "another_build"), file=sys.stderr)


def run_generate(options: argparse.Namespace) -> int:
    """Write the generated pages below docs/ without building the site."""
    from wardbook.lock import only_one
    from wardbook.shelf import shelf

    progress = _progress(options.lang)

    def work() -> str | None:
        with only_one(ROOT / "build", _waiting(options.lang)), shelf(ROOT / "build" / "shelf", tidy=False):
            generated = _generate(options, _read(options.package), progress, {})
            return None if generated is None else str(generated[1])

    if said := _told(options.lang, work):
        print(f"docs: {said}")
    return 0 if said else 1


def _publishable(options: argparse.Namespace) -> tuple[Package, Checked | None]:
    """Read and check the package; without problems return what was checked, else print them and return None for it."""
    package = _read(options.package)
    checked = check(package)
    _print_problems(checked.problems, "text", options.lang)
    return package, None if checked.problems else checked


def run_format(options: argparse.Namespace) -> int:
    """Rewrite the package's CSV files in canonical form; say why a file cannot be."""
    from wardbook.canonical import canonical_files

    package = _read(options.package)
    canonical = canonical_files(package)
    for path, content in canonical.files.items():
        if content != package.files[path]:
            (options.package / path).write_bytes(content)
            print(package.path(path))
    _print_problems(canonical.refusals, "text", options.lang)
    return 1 if canonical.refusals else 0


def run_release(options: argparse.Namespace) -> int:
    """Write the release index: from now on a figure of the package changes only with a correction.

    And its addresses stay. A version may gain addresses later, because a page more changes no figure.
    """
    from wardbook.ledger import coming
    from wardbook.publish import hand_written
    from wardbook.release import INDEX, is_released, release_index
    from wardbook.site import outline, publish, render, site_address, site_contact

    package, checked = _publishable(options)
    if checked is None:
        return 1
    version, last = str(checked.descriptor["version"]), checked.catalogue.release
    if version == last.version and not is_released(checked.catalogue):
        print(_say(options.lang, "same_version").format(version=visible(version)), file=sys.stderr)
        return 1
    try:
        planned = outline(checked, site_address(), site_contact(ROOT))
        rendered = render(planned, publish(planned, package))
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    addresses = coming(rendered["vi"], hand_written(ROOT)) | last.addresses
    index = release_index(checked.catalogue, version, addresses)
    if index == package.files.get(INDEX):
        return 0
    (options.package / INDEX).write_bytes(index)
    print(f"{package.path(INDEX)}: {version}")
    return 0


def run_tag(options: argparse.Namespace) -> int:
    """Tell whether a tag is that of the package's version, and the version the one that was released."""
    from wardbook.release import INDEX, release_index
    from wardbook.version import is_tag

    package, checked = _publishable(options)
    if checked is None:
        return 1
    version = str(checked.descriptor["version"])
    words = {"tag": options.tag, "version": version, "index": package.path(INDEX)}
    if options.tag != f"v{version}" or not is_tag(options.tag):
        return _refuse(options, RefusalError("other_tag", **words))
    addresses = checked.catalogue.release.addresses
    if package.files.get(INDEX) != release_index(checked.catalogue, version, addresses):
        return _refuse(options, RefusalError("not_released", **words))
    print(f"{options.tag} = {package.path(DESCRIPTOR)}, {package.path(INDEX)}")
    return 0


def run_archive(options: argparse.Namespace) -> int:
    """Pack the files of the package's version out of the built site, as the files of a release."""
    import hashlib

    from wardbook.archive import ArchiveError, archive_name, pack
    from wardbook.download import CHECKSUMS
    from wardbook.tree import sync
    from wardbook.version import is_tag

    _, checked = _publishable(options)
    if checked is None:
        return 1
    tag = f"v{checked.descriptor['version']}"
    folder = options.site / "tai-ve" / tag
    if not is_tag(tag) or not folder.is_dir():
        return _refuse(options, RefusalError("no_downloads", folder=str(folder)))
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    try:
        packed = pack(tag, {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths})
    except ArchiveError as error:
        return _refuse(options, error)
    name = archive_name(tag)
    sums = f"{hashlib.sha256(packed).hexdigest()}  {name}\n".encode()
    old = {path.name for path in options.output.glob(archive_name("v*"))}
    sync(options.output, {name: packed, CHECKSUMS: sums}, {name, CHECKSUMS, *old})
    print(options.output / name)
    return 0


def run_earlier(options: argparse.Namespace) -> int:
    """Fetch the archive of every release from GitHub and unpack each into a folder of its tag's name."""
    import shutil

    from wardbook.archive import ArchiveError, fetch, released_tags, unpack
    from wardbook.tree import sync
    from wardbook.version import is_tag

    try:
        tags = released_tags()
        files = {f"{tag}/{path}": content for tag in tags for path, content in unpack(tag, fetch(tag)).items()}
    except ArchiveError as error:
        return _refuse(options, error)
    options.output.mkdir(parents=True, exist_ok=True)
    for folder in options.output.iterdir():
        if is_tag(folder.name) and folder.name not in tags:
            shutil.rmtree(folder)
    sync(options.output, files, tags)
    print(f"{options.output}: {', '.join(tags) or '-'}")
    return 0


def _refuse(options: argparse.Namespace, error: RefusalError) -> int:
    print(_refused(options.lang, error), file=sys.stderr)
    return 1


def _refused(language: str, error: RefusalError) -> str:
    """Return in words why files cannot be taken or given."""
    from wardbook.language import read_language

    words = read_language(language).words[error.words][error.reason]
    return words.format(**{name: visible(value) for name, value in error.values.items()})


def run_diff(options: argparse.Namespace) -> int:
    """Print what changed in the package since a git revision, in plain words."""
    from wardbook.changes import changes, titles, to_markdown, to_text  # late: numbers in words need Babel
    from wardbook.language import CODES, read_language

    _, after = _publishable(options)
    if after is None:
        return 1
    language = read_language(options.lang)
    words, revision, label = language.words["changes"], visible(options.base), _label(options.package)
    try:
        before = _check_revision(options.package, options.base, label)
    except RevisionError as error:
        said = words["faults"][error.reason]
        print(said.format(revision=revision, folder=visible(label), detail=visible(error.detail)), file=sys.stderr)
        # a pull request that changes columns is no fault; a revision that is not there is one of whoever runs this
        if options.format == "github" and error.reason in ("no_folder", "other_columns"):
            _add_to_summary([f"{_say(code, 'not_compared')} {revision}" for code in CODES])
            return 0
        return 1
    if before.problems:
        print(words["left_out"].format(revision=revision, n=language.number(len(before.problems))), file=sys.stderr)
    found = changes(before.catalogue, after.catalogue)
    if options.format == "github":
        for code in CODES:
            written = to_markdown(found, read_language(code), titles(after.resources, read_language(code)))
            # the headings of the kinds of change stand one step below
            _add_to_summary([f"# {_say(code, 'changes')}", "", *written.splitlines(), ""])
        return 0
    write = to_markdown if options.format == "markdown" else to_text
    print(write(found, language, titles(after.resources, language)))
    return 0


def run_new_year(options: argparse.Namespace) -> int:
    """Add the rows of a year, to be filled in."""
    from wardbook.intake.report import tell_year  # late: what is said of figures needs Babel
    from wardbook.intake.year import new_year, read_year

    year = read_year(options.year)
    package = _read(options.package)
    document = _document(options.document) if options.document else None
    new = new_year(package, year, options.source, document=document, gap=options.gap)
    _write(options.package, package, new.package)
    print(tell_year(new, year, options.lang))
    return 0


def run_new_indicator(options: argparse.Namespace) -> int:
    """Add the rows of an indicator, to be filled in."""
    from wardbook.intake.indicator import new_indicator
    from wardbook.intake.report import tell_indicator

    package = _read(options.package)
    names = {"name_vi": options.name_vi, "name_en": options.name_en}
    new = new_indicator(package, options.id, options.topic, options.unit, names, code=options.lang)
    _write(options.package, package, new.package)
    print(tell_indicator(new, options.id, options.topic, options.lang))
    return 0


def run_sheet(options: argparse.Namespace) -> int:
    """Write a workbook to type the figures of a year into."""
    from wardbook.intake.form import form, prepared
    from wardbook.intake.refusal import read_words
    from wardbook.intake.rows import open_package
    from wardbook.intake.write import workbook
    from wardbook.intake.year import read_year
    from wardbook.language import read_language

    wanted = read_year(options.year) if options.year is not None else None
    opened, year = prepared(open_package(_read(options.package)), wanted)
    language = read_language(options.lang)
    schemas = {name: resource.schema for name, resource in opened.checked.resources.items()}
    output = options.output or Path(f"so-lieu-{year}.xlsx")
    shown = visible(str(output))
    try:
        # what someone typed into a workbook of before is not to be lost
        with output.open("xb") as file:
            file.write(workbook(form(opened, year, language), language, schemas))
    except FileExistsError:
        raise RefusedError([Refusal("output-there", {"file": shown})]) from None
    except OSError as error:
        raise RefusedError([Refusal("no-writing", {"file": shown, "detail": str(error.strerror)})]) from error
    print(read_words(options.lang)["said"]["sheet"].format(year=year, file=shown))
    return 0


def run_take_sheet(options: argparse.Namespace) -> int:
    """Bring a filled-in workbook back into the tables, or say which of its cells are wrong."""
    from wardbook.intake.report import tell_taken
    from wardbook.intake.take import take
    from wardbook.language import read_language

    package, language = _read(options.package), read_language(options.lang)
    taken = take(package, _bytes(options.file), language)
    print(tell_taken(package, taken, _write(options.package, package, taken.package), language))
    return 0


def _bytes(path: Path) -> bytes:
    """Return the bytes of a file that someone names, one past the cap of any file at the most."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError:
        raise RefusedError([Refusal("no-file", {"file": visible(str(path))})]) from None


def _document(path: Path) -> bytes:
    """Return the text of a report; one too large to be that is refused, not cut, because its hash would be another."""
    content = _bytes(path)
    if len(content) > _LARGEST_DOCUMENT:
        limit = str(_LARGEST_DOCUMENT // 1_000_000)
        raise RefusedError([Refusal("file-large", {"file": visible(str(path)), "limit": limit})])
    return content


def _write(folder: Path, before: Package, after: Package) -> list[str]:
    """Write the files of a package that changed, all of them or none; return their paths."""
    changed = [path for path, content in after.files.items() if content != before.files.get(path)]
    try:
        for path in changed:
            (folder / path).write_bytes(after.files[path])
    except OSError as error:
        for path in changed:
            with contextlib.suppress(OSError):
                (folder / path).write_bytes(before.files[path])
        file = visible(os.fsdecode(error.filename or path))
        raise RefusedError([Refusal("no-writing", {"file": file, "detail": str(error.strerror)})]) from error
    return [before.path(path) for path in changed]


def _check_revision(folder: Path, revision: str, label: str) -> Checked:
    """Check the package as it stood at a git revision, as far as the tables were those of today."""
    checked = check(read_revision(folder, revision, label))
    if checked.lost:
        raise RevisionError("other_columns", ", ".join(checked.lost))
    return checked


def _read(folder: Path) -> Package:
    return read_package(folder, _label(folder))


def _label(folder: Path) -> str:
    """Return how messages name a package's folder: from the root of the project where it lies inside."""
    resolved = folder.resolve()
    return (resolved.relative_to(ROOT) if resolved.is_relative_to(ROOT) else folder).as_posix()


def _print_problems(problems: Sequence[Problem], form: str, language: str) -> None:
    rules = read_rules() if problems else {}
    if form == "github":
        _add_summary(problems, rules)
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


def _add_summary(problems: Sequence[Problem], rules: dict) -> None:
    """Add a table of the problems to the summary of the GitHub job that runs this, in both languages."""
    if not os.environ.get("GITHUB_STEP_SUMMARY") or not problems:
        return
    from wardbook.language import escape  # late: the one escaper of cells brings Babel with it

    for language, words in _WORDS.items():
        lines = [f"## {words['problems'].format(n=len(problems))}", "", f"| {words['place']} | {words['fault']} |"]
        lines += ["|---|---|"]
        for problem in problems:
            place = escape(visible(f"{problem.path}:{problem.line}:{problem.column}"))
            message = describe(problem, language, rules)
            lines.append(f"| {place} | {escape(message.text)} {escape(message.hint)} |")
        lines.append("")
        _add_to_summary(lines)


def _add_to_summary(lines: Sequence[str]) -> None:
    """Add lines to the summary of the GitHub job that runs this; anywhere else print them.

    GitHub drops the whole summary of a step above a mebibyte; what has no room is cut, and that is said.
    """
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    text = "\n".join(lines) + "\n"
    if not file:
        print(text, end="")
        return
    with Path(file).open("a", encoding="utf-8", newline="\n") as summary:
        room = _SUMMARY_ROOM - summary.tell()
        if len(text.encode("utf-8")) > room:
            kept = text.encode("utf-8")[: max(room, 0)].decode("utf-8", "ignore").rpartition("\n")[0]
            text = "\n".join((kept, "", *(words["cut"] for words in _WORDS.values()), ""))
        summary.write(text)


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


def _say(language: str, key: str) -> str:
    return _WORDS[language][key]


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with a command in one line; how it is written stands in its help."""

    def error(self, message: str) -> NoReturn:
        """Print the line and end with the exit code of a wrong option."""
        help_ = f"{self.prog} --help"
        said = f"Lệnh viết chưa đúng, xem / The command is not written right, see: {help_} ({_shortened(message)})"
        self.exit(2, f"{said}\n")


def _shortened(message: str) -> str:
    """Return what argparse says with whatever someone typed made safe to print."""
    return visible(message[:_LONGEST_ERROR]) + ("…" if len(message) > _LONGEST_ERROR else "")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="build.py", description=__doc__)
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
    sub.add_argument(
        "--earlier",
        type=Path,
        metavar="DIR",
        help="copies of earlier versions of the data (v2025.0.0/ and so on), to be published as they are",
    )
    sub = command("serve", run_serve, "show the site on this machine, and make it anew at every change")
    sub.add_argument("--port", type=int, default=8000, help="0 for any that is free")
    command("generate", run_generate, "write the generated pages below docs/ only")
    command("format", run_format, "rewrite the CSV files in canonical form")
    command("release", run_release, "write the index of what is published, which later checks hold the figures against")
    sub = command("diff", run_diff, "say in plain words what changed in the data since a git revision")
    sub.add_argument("base", metavar="BASE", help="a git revision: a commit, branch or tag")
    sub.add_argument("--format", choices=("text", "markdown", "github"), default="text")
    sub = command("tag", run_tag, "tell whether a tag is that of this version, and the version released")
    sub.add_argument("tag", metavar="TAG")
    sub = command("archive", run_archive, "pack the files of this version out of the site, as the files of a release")
    sub.add_argument("site", type=Path, metavar="SITE")
    sub.add_argument("output", type=Path, metavar="OUTPUT")
    sub = command("earlier", run_earlier, "fetch the files of every release (needs gh, GitHub's command)")
    sub.add_argument("output", type=Path, metavar="OUTPUT")
    sub = command("new-year", run_new_year, "add the rows of a new year, with what must be typed left empty")
    sub.add_argument("year", metavar="YEAR")
    sub.add_argument(
        "--source", default="", metavar="ID", help="id of the year's report, where it is not the usual one"
    )
    sub.add_argument("--document", type=Path, metavar="FILE", help="text of the report, for its sha256")
    sub.add_argument("--gap", action="store_true", help="leave out years that had no report")
    sub = command("new-indicator", run_new_indicator, "add an indicator, with what must be written left empty")
    sub.add_argument("id", metavar="ID", help="permanent id: Vietnamese without accents, words joined by hyphens")
    sub.add_argument("--topic", required=True, metavar="T")
    sub.add_argument("--unit", required=True, metavar="U")
    sub.add_argument("--name-vi", default="", metavar="NAME")
    sub.add_argument("--name-en", default="", metavar="NAME")
    sub = command("sheet", run_sheet, "write an .xlsx workbook to type the figures of a year into")
    sub.add_argument("year", nargs="?", metavar="YEAR", help="the last year with rows, if none is given")
    sub.add_argument("--output", type=Path, metavar="FILE", help="so-lieu-YEAR.xlsx if none is given")
    sub = command("take-sheet", run_take_sheet, "bring a filled-in workbook back into the CSV files")
    sub.add_argument("file", type=Path, metavar="FILE")
    return parser


if __name__ == "__main__":
    sys.exit(main())
