"""The descriptor of a package: which tables there are, and the schema of each."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from wardbook.package import DESCRIPTOR, Package
from wardbook.problem import Problem, shown

PROFILE_FILE = Path(__file__).parent / "profile" / "datapackage-2.0.json"

# what the pages say about a package and the standard leaves open
NEEDS_FILE = Path(__file__).parent / "profile" / "wardbook.json"

TABLES = (
    "areas",
    "topics",
    "units",
    "indicators",
    "sources",
    "observations",
    "statements",
    "statement_indicators",
    "discrepancies",
    "corrections",
    "redirects",
)

# entries of a resource that would change how its file is read, and the values that change nothing
_FORM: Mapping[str, tuple[object, ...]] = {
    "compression": (),
    "data": (),
    "dialect": ({},),
    "encoding": ("utf-8", "UTF-8"),
    "format": ("csv",),
    "mediatype": ("text/csv",),
    # a profile may stand at an address, and nothing is fetched
    "$schema": ("https://datapackage.org/profiles/2.0/dataresource.json",),
    "profile": (),
}


@dataclass(frozen=True)
class Resource:
    """One table that the descriptor declares: its name, the path of its CSV inside the package, and its schema."""

    name: str
    path: str
    schema: Mapping[str, Any]
    entry: Mapping[str, Any]

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(field["name"] for field in self.schema["fields"])

    @cached_property
    def key(self) -> tuple[int, ...]:
        """The places of the columns of the primary key, counted from 0."""
        return tuple(self.fields.index(name) for name in columns(self.schema["primaryKey"]))


def columns(names: str | list[str]) -> list[str]:
    """Return the columns of a key: the standard lets one column stand without a list."""
    return [names] if isinstance(names, str) else names


def read_descriptor(package: Package) -> tuple[dict[str, Any], dict[str, Resource], list[Problem]]:
    """Return the descriptor, its resources by name, and what is wrong with them.

    The descriptor is held against a stored copy of the Data Package 2.0 profile; nothing is fetched.
    """
    problems: list[Problem] = []
    descriptor = _read_json(package, DESCRIPTOR, problems)
    problems += _form_faults(package, descriptor)
    if problems:
        return {}, {}, problems
    for profile in (_profile(), _needs()):
        problems += _profile_problems(package.path(DESCRIPTOR), descriptor, profile)
        if problems:
            return {}, {}, problems
    resources: dict[str, Resource] = {}
    for entry in descriptor["resources"]:
        if resource := _resource(package, entry, resources, problems):
            resources[resource.name] = resource
    declared = {resource.path for resource in resources.values()}
    names = {entry["name"] for entry in descriptor["resources"]}
    problems += [_fault(package, "table-missing", name=name) for name in TABLES if name not in names]
    for resource in list(resources.values()):
        if faults := list(_key_faults(package, resource, resources)):
            problems += faults
            del resources[resource.name]
    problems += _undeclared(package, declared)
    return descriptor, resources, problems


def population_problems(
    package: Package, descriptor: Mapping[str, Any], indicator_ids: Collection[str]
) -> Iterator[Problem]:
    """The indicator that counts the inhabitants, where the descriptor names one, is among the indicators."""
    named = descriptor.get("population")
    if named is not None and named not in indicator_ids:
        yield _fault(package, "population-unknown", name=shown(named))


def _resource(
    package: Package, entry: Mapping[str, Any], known: Mapping[str, Resource], problems: list[Problem]
) -> Resource | None:
    name, path, schema_path = entry["name"], entry.get("path"), entry.get("schema")
    if name in known:
        problems.append(_fault(package, "resource-duplicate", name=shown(name)))
        return None
    before = len(problems)
    problems += [fault for inside in (path, schema_path) for fault in _path_faults(package, name, inside)]
    if len(problems) > before:
        return None
    schema = _read_json(package, schema_path, problems)
    if len(problems) == before:
        problems += _profile_problems(package.path(schema_path), schema, _table_schema_profile())
    return None if len(problems) > before else Resource(name, path, schema, entry)


def _form_faults(package: Package, descriptor: object) -> Iterator[Problem]:
    """Yield what must not stand in a descriptor whatever else it says, in words of ours rather than the profile's."""
    resources = descriptor.get("resources") if isinstance(descriptor, dict) else None
    for entry in resources if isinstance(resources, list) else ():
        if not isinstance(entry, dict):
            continue
        name = shown(entry.get("name", ""))
        odd = [form for form, allowed in _FORM.items() if form in entry and entry[form] not in allowed]
        yield from (_fault(package, "resource-form", name=name, entry=form) for form in odd)
        paths = [entry[key] for key in ("path", "schema") if key in entry]
        yield from (_fault(package, "resource-path", name=name, path=shown(p)) for p in paths if not _is_inside(p))


def _path_faults(package: Package, name: str, inside: str) -> Iterator[Problem]:
    """Yield why a path does not lead to a regular file of the package, if it does not."""
    steps = [inside, *(parent.as_posix() for parent in PurePosixPath(inside).parents)]
    if link := next((step for step in steps if step in package.links), None):
        yield Problem(package.path(link), 1, 1, "file-link")
    elif inside not in package.files:
        yield Problem(package.path(inside), 1, 1, "file-missing", {"name": shown(name)})


def _is_inside(path: object) -> bool:
    """Tell whether `path` is one plain relative path below the package: no scheme, no way up, no list."""
    if not isinstance(path, str) or any(sign in path for sign in ("\\", ":", "%")):
        return False
    parts = PurePosixPath(path).parts
    return bool(parts) and parts[0] != "/" and ".." not in parts


def _key_faults(package: Package, resource: Resource, resources: Mapping[str, Resource]) -> Iterator[Problem]:
    """Yield the columns that keys of a schema name and that are not there."""
    used = [(resource, name) for name in columns(resource.schema["primaryKey"])]
    for key in resource.schema.get("foreignKeys", ()):
        target = resources.get(key["reference"].get("resource") or resource.name)
        used += [(resource, name) for name in columns(key["fields"])]
        used += [(target, name) for name in columns(key["reference"]["fields"]) if target]
    for owner, name in used:
        if name not in owner.fields:
            values = {"value": shown(name), "table": owner.name}
            yield Problem(package.path(resource.entry["schema"]), 1, 1, "schema-key", values)


def _undeclared(package: Package, declared: Collection[str]) -> Iterator[Problem]:
    for path in package.files:
        if path.lower().endswith(".csv") and path not in declared:
            yield Problem(package.path(path), 1, 1, "file-undeclared")


def _read_json(package: Package, path: str, problems: list[Problem]) -> Any:
    if path not in package.files:
        problems.append(Problem(package.path(path), 1, 1, "file-missing", {"name": shown(path)}))
        return None
    try:
        return json.loads(package.files[path].decode("utf-8"), object_pairs_hook=_unique_keys)
    except json.JSONDecodeError as error:
        problems.append(Problem(package.path(path), error.lineno, error.colno, "json", {"detail": error.msg}))
    except (ValueError, RecursionError) as error:  # bytes that are not UTF-8, a key given twice, a million brackets
        problems.append(Problem(package.path(path), 1, 1, "json", {"detail": shown(error)}))
    return None


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = dict(pairs)
    if len(keys) != len(pairs):
        names = [key for key, _ in pairs]
        raise ValueError(f"duplicate key: {next(name for name in names if names.count(name) > 1)}")
    return keys


def _profile_problems(path: str, instance: object, profile: Mapping[str, Any]) -> Iterator[Problem]:
    import jsonschema  # late: only the descriptor needs it

    for error in jsonschema.Draft7Validator(profile).iter_errors(instance):
        place = ".".join(str(step) for step in error.absolute_path) or "."
        yield Problem(path, 1, 1, "profile", {"place": shown(place), "detail": shown(error.message)})


@cache
def _profile() -> dict[str, Any]:
    return json.loads(PROFILE_FILE.read_text(encoding="utf-8"))


def _table_schema_profile() -> dict[str, Any]:
    """The part of the profile that a schema file must satisfy, the key that tables are sorted by, and typed columns."""
    schema = _profile()["properties"]["resources"]["items"]["properties"]["schema"]
    ours = {
        "type": "object",
        "required": ["fields", "primaryKey"],
        "properties": {
            "$schema": {"const": "https://datapackage.org/profiles/2.0/tableschema.json"},
            "fields": {"items": {"required": ["type"]}},
        },
    }
    return {"allOf": [schema, ours]}


@cache
def _needs() -> dict[str, Any]:
    return json.loads(NEEDS_FILE.read_text(encoding="utf-8"))


def _fault(package: Package, rule: str, **values: str) -> Problem:
    return Problem(package.path(DESCRIPTOR), 1, 1, rule, values)
