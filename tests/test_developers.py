"""What developers are given: the guide names what is there, the hosted editor and pre-commit call what exists."""

import json
import re

import pytest
import yaml

import build
from wards import ROOT

GUIDE = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
TARGETS = set(re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)[1].split())


def test_every_file_that_the_guide_names_is_there():
    named = set(re.findall(r"`((?:\.?[\w-]+/)+[\w.-]*|[\w.-]+\.(?:md|toml|yml|txt|json|csv))`", GUIDE))
    places = ("", "scripts/wardbook/", "datapackage/", "datapackage/data/", ".github/workflows/")
    made = {"vi.yml", "en.yml", "build/"}
    missing = [
        name
        for name in named - made
        if "NAME" not in name and not any((ROOT / place / name).exists() for place in places)
    ]
    assert len(named) > 25
    assert missing == []
    for link in re.findall(r"\]\((\.\./[^)]+)\)", GUIDE):
        assert (ROOT / ".github" / link).is_file()


def test_every_module_in_the_picture_is_there():
    picture = re.search(r"```text\n(.*?)```", GUIDE, re.DOTALL)[1]
    modules = set(re.findall(r"\b([a-z]+)\.py\b", picture)) - {"build"}
    assert len(modules) > 10
    assert [name for name in modules if not (ROOT / "scripts/wardbook" / f"{name}.py").is_file()] == []


def test_every_command_that_the_guide_names_is_there():
    assert set(re.findall(r"`make ([a-z]+)", GUIDE)) <= TARGETS
    for command in set(re.findall(r"python scripts/build\.py ([a-z-]+)", GUIDE)):
        with pytest.raises(SystemExit) as ended:
            build.main([command, "--help"])
        assert ended.value.code == 0


def test_every_name_of_code_that_the_guide_tells_to_change_is_there():
    places = {
        "RULES": "rules/__init__.py",
        "GENERATED": "tree.py",
        "_sources": "engine.py",
        "make_pages": "engine.py",
        "Writer._of_parts": "page.py",
        "_of_whole": "page.py",
        "_context": "indicator_page.py",
        "indicator_plots": "chart.py",
        "whole_files": "data_page.py",
        "escape": "language.py",
    }
    for name, file in places.items():
        assert f"`{name}`" in GUIDE
        source = (ROOT / "scripts/wardbook" / file).read_text(encoding="utf-8")
        assert re.search(rf"^ *(def |class )?{name.rpartition('.')[2]}\b[(: ]", source, re.MULTILINE), name


def test_the_hosted_editor_sets_itself_up_by_make():
    settings = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    assert re.fullmatch(r"[\w./-]+:3\.11-[a-z]+(@sha256:[0-9a-f]{64})?", settings["image"])
    assert settings["postCreateCommand"].split()[0] == "make"
    assert settings["postCreateCommand"].split()[1] in TARGETS
    port = re.search(r"^PORT \?= (\d+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)[1]
    assert settings["forwardPorts"] == [int(port)]
    assert settings["portsAttributes"].keys() == {port}


def test_pre_commit_fetches_nothing_and_runs_what_make_runs():
    settings = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [repository["repo"] for repository in settings["repos"]] == ["local"]
    hooks = settings["repos"][0]["hooks"]
    assert {hook["language"] for hook in hooks} == {"system"}
    assert {hook["entry"].split()[0] for hook in hooks} == {".venv/bin/ruff", "make"}
    assert {hook["entry"].split()[1] for hook in hooks if hook["entry"].startswith("make")} <= TARGETS
