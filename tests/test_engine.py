"""What MkDocs makes for our build is what it makes by itself, though most pages go past Markdown."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from conftest import ADDRESS, copy_project, run_build
from wardbook.engine import make_pages
from wardbook.site import CONFIGS
from wardbook.tree import read
from wardbook.verbatim import Verbatim

DAY = datetime(2031, 1, 1, tzinfo=UTC)
INDEX = "search/search_index.json"


@pytest.fixture(scope="module")
def ours(project, tmp_path_factory):
    """The files of each language of the real package as our build has MkDocs make them."""
    folder = tmp_path_factory.mktemp("ours")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SITE_URL", ADDRESS)
        make_pages(project, {code: folder / code for code in CONFIGS}, DAY)
    return {code: read(folder / code) for code in CONFIGS}


@pytest.fixture(scope="module")
def alone(project, tmp_path_factory):
    """The same as MkDocs makes them by itself."""
    folder = tmp_path_factory.mktemp("alone")
    given = {"SITE_URL": ADDRESS, "SITE_URL_EN": f"{ADDRESS}en/", "SOURCE_DATE_EPOCH": str(int(DAY.timestamp()))}
    for code, config in CONFIGS.items():
        command = [sys.executable, "-m", "mkdocs", "build", "-f", project / config, "-d", folder / code]
        environment = {**os.environ, **given, "NO_MKDOCS_2_WARNING": "1"}
        subprocess.run(command, check=True, capture_output=True, env=environment)
    return {code: read(folder / code) for code in CONFIGS}


def test_every_file_is_what_mkdocs_alone_makes(ours, alone):
    for code in CONFIGS:
        assert ours[code].keys() == alone[code].keys()
        differ = [path for path, content in ours[code].items() if content != alone[code][path]]
        assert differ == [INDEX]


def test_the_search_finds_what_it_would_find_if_mkdocs_had_made_the_pages_alone(ours, alone):
    for code in CONFIGS:
        indexes = [json.loads(made[code][INDEX]) for made in (ours, alone)]
        entries = [sorted(json.dumps(entry, sort_keys=True) for entry in index.pop("docs")) for index in indexes]
        assert entries[0] == entries[1]
        assert indexes[0] == indexes[1]


def page(path):
    return SimpleNamespace(file=SimpleNamespace(src_uri=path), present_anchor_ids=None)


@pytest.mark.parametrize("path", ["index.md", "chi-tieu/a.md", "nam/2025/chu-de/b.md"])
def test_markdown_gets_nothing_of_a_generated_page_and_the_search_none_of_its_drawings(path):
    drawings = [f'<svg class="wb-chart"><text>{name}</text></svg>' for name in ("a", "b", "a")]
    text = f'<h2 id="x">y</h2>\n\n{"<p>*z*</p>".join(drawings)}'
    given, verbatim = page(path), Verbatim()
    assert verbatim.on_page_markdown(f"\n{text}\n", page=given) == ""
    content = verbatim.on_page_content("", page=given)
    assert "<svg" not in content
    assert given.present_anchor_ids == {"x"}
    assert verbatim.on_post_page(f"<main>{content}</main>", page=given) == f"<main>{text}</main>"


def test_a_hand_written_page_is_left_to_markdown():
    given, verbatim = page("gioi-thieu.md"), Verbatim()
    assert verbatim.on_page_markdown("*a*", page=given) is None
    assert verbatim.on_page_content("<em>a</em>", page=given) is None
    assert verbatim.on_post_page("<em>a</em>", page=given) == "<em>a</em>"
    assert given.present_anchor_ids is None


@pytest.mark.parametrize("link", ["so-lieu/index.md#nowhere", "so-lieu/nowhere.md"])
def test_a_link_of_a_hand_written_page_into_a_generated_one_must_lead_somewhere(link, tmp_path):
    project = copy_project(tmp_path)
    with (project / "docs" / "vi" / "gioi-thieu.md").open("a", encoding="utf-8") as page:
        page.write(f"\n[x]({link})\n")
    done = run_build(project, "site")
    assert done.returncode == 1
    assert "gioi-thieu.md" in done.stderr
    assert link in done.stderr
