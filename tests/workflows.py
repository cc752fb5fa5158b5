"""The workflows as data: their jobs, and the shell steps that a runner would give to bash."""

import re
from dataclasses import dataclass
from functools import cache

import yaml

from wards import ROOT

FOLDER = ROOT / ".github" / "workflows"
NAMES = tuple(sorted(path.name for path in FOLDER.glob("*")))


@dataclass(frozen=True)
class Step:
    """A shell step: the job it stands in, what bash is given, and its environment as the file has it."""

    job: str
    run: str
    env: tuple[tuple[str, str], ...]


@cache
def text(name):
    return (FOLDER / name).read_text(encoding="utf-8")


@cache
def workflow(name):
    """Return a workflow; YAML takes its key `on` for the word yes."""
    read = yaml.safe_load(text(name))
    return read | {"on": read.pop(True)}


def jobs(name):
    return workflow(name)["jobs"]


def called(job):
    """Return the name of the workflow of this repository that a job calls, or None."""
    found = re.fullmatch(r"\./\.github/workflows/([\w.-]+)", job.get("uses", ""))
    return found[1] if found else None


def shell_steps(name):
    """Return every shell step of a workflow in its order, those of the workflows that it calls among them."""
    found = []
    for key, job in jobs(name).items():
        if called(job):
            found += shell_steps(called(job))
        for step in job.get("steps", ()):
            if "run" in step:
                found.append(Step(key, step["run"], tuple(step.get("env", {}).items())))
    return found
