"""What people meet on GitHub: the forms of issues, the template of pull requests, owners, updates.

The rules of forms are those of GitHub's pages "Syntax for GitHub's form schema" and "Common validation errors when
creating issue forms".
"""

import re
from datetime import timedelta

import pytest
import yaml

from wards import ROOT

FOLDER = ROOT / ".github"
FORMS = tuple(sorted(path.name for path in (FOLDER / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml"))

TOP = {"name", "description", "body", "title", "labels", "assignees", "projects", "type"}
# kind of element -> the attributes that it must have, and those that it may have
ATTRIBUTES = {
    "markdown": ({"value"}, set()),
    "input": ({"label"}, {"description", "placeholder", "value"}),
    "textarea": ({"label"}, {"description", "placeholder", "value", "render"}),
    "dropdown": ({"label", "options"}, {"description", "multiple", "default"}),
    "checkboxes": ({"label", "options"}, {"description"}),
}


def form(name):
    return yaml.safe_load((FOLDER / "ISSUE_TEMPLATE" / name).read_text(encoding="utf-8"))


def faults(form):
    """Yield what GitHub would refuse in a form."""
    if strange := form.keys() - TOP:
        yield f"keys {strange}"
    for key in ("name", "description", *({"title"} & form.keys())):
        if not isinstance(form.get(key), str) or not form[key].strip():
            yield f"{key} is no text"
    body = form.get("body") or []
    asked = [part for part in body if part.get("type") != "markdown"]
    if not asked:
        yield "nothing is asked"
    for what in ("id", "label"):
        found = [part.get(what) or part.get("attributes", {}).get(what) for part in asked]
        if len(set(found)) < len(found):
            yield f"two with the same {what}"
    for number, part in enumerate(body):
        yield from (f"body[{number}]: {fault}" for fault in part_faults(part))


def part_faults(part):
    if part.keys() - {"type", "id", "attributes", "validations"}:
        yield "a key that is not allowed"
    if part.get("type") not in ATTRIBUTES:
        yield "no such type"
        return
    needed, allowed = ATTRIBUTES[part["type"]]
    given = part.get("attributes", {})
    if needed - given.keys() or given.keys() - needed - allowed:
        yield "attributes that lack or are not allowed"
    if any(not isinstance(given[key], str) or not given[key].strip() for key in given.keys() - {"options", "multiple"}):
        yield "an attribute that is no text"
    if part["type"] == "markdown" and {"id", "validations"} & part.keys():
        yield "text has neither id nor validations"
    if not re.fullmatch(r"[A-Za-z0-9_-]+", part.get("id", "x")):
        yield "an id of other signs"
    if "password" in given.get("label", "").lower():
        yield "a forbidden word"
    if not all(isinstance(value, bool) for value in part.get("validations", {}).values()):
        yield "validations that are not true or false"
    options = given.get("options", [])
    if not all(isinstance(option, str) for option in options) or len(set(options)) < len(options) or "None" in options:
        yield "options that are no texts, or the same, or None"


@pytest.mark.parametrize("name", FORMS)
def test_github_can_show_the_form(name):
    assert list(faults(form(name))) == []


FIELD = {"type": "input", "id": "a", "attributes": {"label": "A"}}
GOOD = {"name": "A", "description": "B", "body": [FIELD]}


@pytest.mark.parametrize(
    "bad",
    [
        GOOD | {"hello": "x"},
        GOOD | {"name": " "},
        GOOD | {"description": True},
        GOOD | {"body": [{"type": "markdown", "attributes": {"value": "x"}}]},
        GOOD | {"body": [FIELD, FIELD]},
        GOOD | {"body": [FIELD, FIELD | {"id": "b"}]},
        GOOD | {"body": [FIELD | {"id": "a b"}]},
        GOOD | {"body": [FIELD | {"type": "text"}]},
        GOOD | {"body": [FIELD | {"required": True}]},
        GOOD | {"body": [FIELD | {"attributes": {"label": "A", "options": ["x"]}}]},
        GOOD | {"body": [FIELD | {"attributes": {}}]},
        GOOD | {"body": [FIELD | {"validations": {"required": "yes"}}]},
        GOOD | {"body": [FIELD | {"type": "dropdown", "attributes": {"label": "A", "options": [True, "x"]}}]},
        GOOD | {"body": [FIELD | {"type": "dropdown", "attributes": {"label": "A", "options": ["x", "x"]}}]},
    ],
)
def test_a_form_that_github_would_refuse_is_found(bad):
    assert list(faults(GOOD)) == []
    assert list(faults(bad)) != []


def test_there_is_a_form_for_each_kind_of_issue_and_no_issue_without_one():
    assert FORMS == ("bao-sai.yml", "chi-tieu-moi.yml", "hoi-con-so.yml", "loi-trang.yml")
    assert form("config.yml") == {"blank_issues_enabled": False}


@pytest.mark.parametrize("name", FORMS)
def test_every_text_of_a_form_is_in_both_languages(name):
    read = form(name)
    texts = [read["name"], read["description"]]
    for part in read["body"]:
        given = part["attributes"]
        texts += [given[key] for key in ("label", "description") if key in given] + given.get("options", [])
        if part["type"] == "markdown":
            vietnamese, english = given["value"].strip().split("\n\n")
            assert re.search("[ạảấầẩậắằẳặẹẻếềểệỉịọỏốồổộớờởợụủứừửựỳỷỹđ]", vietnamese)
            assert english.isascii()
    for text in texts:
        vietnamese, slash, english = text.rpartition(" / ")
        assert slash
        assert vietnamese
        assert english.replace("…", "").isascii(), text


def test_a_form_that_anyone_can_read_warns_of_private_facts():
    for name in FORMS:
        value = form(name)["body"][0]["attributes"]["value"]
        assert "identity number" in value or "SECURITY.md" in value


# ---- pull requests, owners, updates ----------------------------------------------------------------------------------


def test_the_checklist_of_a_pull_request_is_short_and_in_both_languages():
    lines = (FOLDER / "PULL_REQUEST_TEMPLATE.md").read_text(encoding="utf-8").splitlines()
    boxes = [line for line in lines if line.startswith("- [ ] ")]
    assert 1 <= len(boxes) <= 6
    for box in boxes:
        assert " / " in box


def owners():
    """Return the rules of CODEOWNERS: pattern, owners."""
    lines = (FOLDER / "CODEOWNERS").read_text(encoding="utf-8").splitlines()
    return [(line.split()[0], line.split()[1:]) for line in lines if line.strip() and not line.startswith("#")]


def test_everything_but_the_figures_has_an_owner_named_in_one_line():
    (everything, who), (figures, nobody) = owners()
    assert (everything, len(who), figures, nobody) == ("*", 1, "/datapackage/data/", [])
    assert who[0].startswith("@")
    assert (ROOT / "datapackage" / "data").is_dir()


def test_the_placeholder_for_the_owner_can_be_nobody():
    text = (FOLDER / "CODEOWNERS").read_text(encoding="utf-8")
    if "@YOUR_ACCOUNT" in text:  # a name on GitHub has no underscore
        assert "YOUR_ACCOUNT is nobody" in text


def test_libraries_and_actions_are_updated_a_week_after_they_came_out():
    settings = yaml.safe_load((FOLDER / "dependabot.yml").read_text(encoding="utf-8"))
    assert settings["version"] == 2
    updates = {update["package-ecosystem"]: update for update in settings["updates"]}
    assert updates.keys() == {"pip", "github-actions"}
    for update in updates.values():
        assert update["directory"] == "/"
        assert update["schedule"] == {"interval": "weekly"}
        assert timedelta(days=update["cooldown"]["default-days"]) >= timedelta(weeks=1)


@pytest.mark.parametrize("name", ["SECURITY.md", "CODE_OF_CONDUCT.md"])
def test_what_github_shows_about_the_project_is_in_both_languages(name):
    vietnamese, english = (FOLDER / name).read_text(encoding="utf-8").split("\n---\n")
    assert len(re.findall("[ạảấầẩậắằẳặẹẻếềểệỉịọỏốồổộớờởợụủứừửựỳỷỹđ]", vietnamese)) > 50
    assert not re.search("[ạảấầẩậắằẳặẹẻếềểệỉịọỏốồổộớờởợụủứừửựỳỷỹđ]", english)
    assert len(english) > 500
