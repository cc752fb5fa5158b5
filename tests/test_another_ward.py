"""The guide for other wards, followed to the letter, makes another site, and no code changes."""

from __future__ import annotations

import json
import re
import shlex
import subprocess

import pytest
import yaml

from conftest import ROOT, copy_project, run_build
from wardbook.language import CODES
from wardbook.tree import GENERATED

HEADERS_ONLY = re.compile(r"((?:`\w+\.csv`(?:, )?){2,})")


def guide(language):
    return (ROOT / "docs" / language / "phuong-khac.md").read_text(encoding="utf-8")


def blocks(language, kind):
    """Return the code blocks of a kind, each with the last file that was named before it."""
    found = []
    for match in re.finditer(rf"```{kind}\n(.*?)\n```", guide(language), re.DOTALL):
        named = re.findall(r"`([\w./]+\.(?:csv|json|yml))`", guide(language)[: match.start()])
        found.append((named[-1] if named else "", match[1]))
    return found


def follow(language, project):
    """Do in a copy of the project what the guide of a language says, step by step."""
    for _, commands in blocks(language, "sh"):
        for command in commands.splitlines():
            if not command.startswith("make "):
                subprocess.run(shlex.split(command), cwd=project, check=True)
    for name in re.findall(r"\w+\.csv", HEADERS_ONLY.search(guide(language))[1]):
        table = project / "datapackage" / "data" / name
        table.write_text(table.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    for path, content in blocks(language, "text"):
        assert (project / path).is_file()
        (project / path).write_text(content + "\n", encoding="utf-8")
    ((path, entries),) = blocks(language, "json")
    descriptor = json.loads((project / path).read_text(encoding="utf-8"))
    assert f"`{next(key for key in ('population',) if key in descriptor)}`" in guide(language)
    descriptor = {**descriptor, **json.loads(entries)}
    del descriptor["population"]
    (project / path).write_text(json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    for path, lines in blocks(language, "yaml"):
        text = (project / path).read_text(encoding="utf-8")
        for line in lines.splitlines():
            text, replaced = re.subn(rf"^{line.split(':')[0]}:.*$", lambda _, line=line: line, text, flags=re.MULTILINE)
            assert replaced == 1, line
        (project / path).write_text(text, encoding="utf-8")


def contents(folder):
    """Return what people wrote below a folder: neither what Python keeps there nor what the build makes."""
    made = {*GENERATED, "__pycache__"}
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in paths if not made & set(path.relative_to(folder).parts)}


def test_both_languages_give_the_same_commands_and_files():
    for kind in ("sh", "text", "json", "yaml"):
        assert blocks("vi", kind) == blocks("en", kind)
        assert blocks("vi", kind)
    anchors = [re.findall(r"\{: #([\w-]+) \}", guide(language)) for language in CODES]
    assert anchors[0] == anchors[1]


def test_the_commands_of_the_guide_are_targets_of_make():
    made = {line for _, text in blocks("vi", "sh") for line in text.splitlines() if line.startswith("make ")}
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert made == {"make check", "make site"}
    assert all(re.search(rf"^{line.split()[1]}:", makefile, re.MULTILINE) for line in made)
    owners = (ROOT / ".github/CODEOWNERS").read_text(encoding="utf-8").splitlines()
    assert len([line for line in owners if "@" in line and not line.startswith("#")]) == 1


@pytest.mark.parametrize("language", CODES)
def test_whoever_follows_the_guide_has_another_site_and_changed_no_code(language, tmp_path):
    project = copy_project(tmp_path)
    code = {name: contents(project / name) for name in ("scripts", "docs")}
    follow(language, project)
    checked = run_build(project, "check")
    assert (checked.returncode, checked.stdout) == (0, "Không có lỗi: 1 chỉ tiêu, 1 dòng số liệu.\n")
    built = run_build(project, "site")
    assert built.returncode == 0, built.stdout + built.stderr
    area = yaml.safe_load((project / "mkdocs.yml").read_text(encoding="utf-8").split("theme:")[0].replace("!ENV", ""))
    home = (project / "site/index.html").read_text(encoding="utf-8")
    assert area["site_name"] in home
    page = (project / "site/en/chi-tieu/ho-co-nuoc-may/index.html").read_text(encoding="utf-8").replace("\u00a0", " ")
    assert "In 2025, 1,240 households had piped water, 103.33% of plan." in page
    real = json.loads((ROOT / "datapackage/datapackage.json").read_text(encoding="utf-8"))
    named = [page for page in (project / "site").rglob("*.html") if real["title"] in page.read_text(encoding="utf-8")]
    assert named == []
    assert {name: contents(project / name) for name in ("scripts", "docs")} == code
