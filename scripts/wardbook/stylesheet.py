"""One stylesheet in place of several, without the rules that no page can use.

A page waits for its stylesheets before it shows anything, and most of the theme's is for things that this site has not.
A rule goes only if its selector names something that stands nowhere in the site: not as a word of any page, and not in
any script that pages load. So what a script makes later keeps its look, and a word too many only keeps a rule too many.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import PurePosixPath

import tinycss2
from tinycss2 import serialize
from tinycss2.ast import Node

from wardbook.beside import by_language
from wardbook.language import CODES
from wardbook.metadata.place import page, pages_of
from wardbook.shelf import keep

# where it stands below the root of each language
FOLDER = "assets/stylesheets"

# links to what is merged; those for paper or for one page have a reason to be apart, and name a medium or come later
_LINKS = re.compile(
    rb'<link rel="stylesheet" href="([^"]*?)(assets/stylesheets/(?:main|palette)\.[^"]+|css/book\.css)">\s*'
)
_SCRIPT = re.compile(rb'<script[^>]* src="([^"]+)"')
_HEAD_END = b"</head>"
_WORD = re.compile(r"[\w-]+")
_TO_WORDS = bytes(code if _WORD.fullmatch(chr(code)) and code < ord("\x7f") else ord(" ") for code in range(256))
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)")
_KEYFRAMES = re.compile(r"@[\w-]*keyframes\s+[\w-]+")

# how many pages are read for words at a time: the lines of more have no room in the memory next to a processor
_TOGETHER = 20

# at-rules that hold rules
_GROUPS = {"media", "supports", "layer", "container"}


def merge_stylesheets(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of a built site with one stylesheet for every page, the same bytes in each language's folder.

    Files that no page asks for any more are left out.
    """
    pages = {code: pages_of(code, files) for code in CODES}
    used = by_language(lambda code: _used([files[path] for path in pages[code]])).values()
    names = list(dict.fromkeys(name for one in used for name in one.sheets))
    if not names:
        return dict(files)
    # a script that only a worker loads never touches a page
    loaded = set().union(*(one.scripts for one in used))
    scripts = [files[path] for path in files if path.endswith(".js") and PurePosixPath(path).name in loaded]
    sheets = [files[name].decode("utf-8") for name in names]
    words = set().union(*(one.words for one in used), _words(scripts))
    words &= {word for sheet in sheets for word in _WORD.findall(sheet)}
    source = "\0".join([*sheets, *sorted(words)]).encode("utf-8")
    css = keep("stylesheet", source, lambda: prune(sheets, words).encode("utf-8"))
    merged = f"{FOLDER}/site.{hashlib.sha256(css).hexdigest()[:8]}.css"
    folders = [page(code, "") for code in CODES]
    parted = {f"{folder}{name}{end}" for folder in folders for name in names for end in ("", ".map")}
    kept = {path: content for path, content in files.items() if path not in parted}
    linked = {path: _link(files[path], merged) for of_language in pages.values() for path in of_language}
    return kept | linked | {folder + merged: css for folder in folders}


@dataclass(frozen=True)
class _Used:
    """What some pages ask for: stylesheets to be merged and scripts, by their names; and every word of theirs."""

    sheets: list[str]
    scripts: set[str]
    words: set[str]


def _used(pages: Sequence[bytes]) -> _Used:
    heads = (page.partition(_HEAD_END)[0] for page in pages)
    sheets = dict.fromkeys(name.decode("utf-8") for head in heads for _, name in _LINKS.findall(head))
    scripts = {PurePosixPath(name.decode("utf-8")).name for page in pages for name in _SCRIPT.findall(page)}
    words = (_words(pages[begin : begin + _TOGETHER]) for begin in range(0, len(pages), _TOGETHER))
    return _Used(list(sheets), scripts, set().union(*words))


def _words(texts: Iterable[bytes]) -> set[str]:
    """Return every word of some texts; what is not ASCII parts words, for no name in a stylesheet has it."""
    # most lines of a page are those of others
    lines = set().union(*(text.splitlines() for text in texts))
    return set(b"\n".join(lines).translate(_TO_WORDS).decode("ascii").split())


def _link(page: bytes, merged: str) -> bytes:
    """Return a page with one link where the first of several stood."""
    head, end, rest = page.partition(_HEAD_END)
    one = _LINKS.sub(rb'<link rel="stylesheet" href="\g<1>%b">\n' % merged.encode("utf-8"), head, count=1)
    return _LINKS.sub(b"", one) + end + rest


def prune(sheets: Iterable[str], words: Set[str]) -> str:
    """Return stylesheets as one, without the rules and variables that nothing among `words` can use."""
    css, before = "\n".join(sheets), None
    # again as long as something is not used any more, as a variable that was used only by one that nothing uses
    while (uses := _uses(css, words)) != before:
        css, before = "".join(_kept(_rules(css), uses)), uses
    return f'@charset "UTF-8";{css}'


@dataclass(frozen=True)
class _Uses:
    """The names that something can use: of elements, classes and the like; of variables; of animations."""

    words: Set[str]
    variables: Set[str]
    moving: Set[str]


def _uses(css: str, words: Set[str]) -> _Uses:
    return _Uses(words, {*_VARIABLE.findall(css), *words}, set(_WORD.findall(_KEYFRAMES.sub("", css))))


def _rules(css: str | Sequence[Node]) -> list[Node]:
    return tinycss2.parse_rule_list(css, skip_comments=True, skip_whitespace=True)


def _kept(rules: Iterable[Node], uses: _Uses) -> Iterator[str]:
    """Yield the text of the rules that something can use, each with the selectors that can match."""
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [serialize(one).strip() for one in _selectors(rule.prelude) if _can_match(one, uses.words)]
            body = _declarations(rule.content, uses.variables)
            if selectors and body:
                yield f"{','.join(selectors)}{{{body}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in _GROUPS:
            if inner := "".join(_kept(_rules(rule.content), uses)):
                yield f"@{rule.at_keyword} {serialize(rule.prelude).strip()}{{{inner}}}"
        elif not _is_idle(rule, uses.moving):
            yield rule.serialize()


def _is_idle(rule: Node, moving: Set[str]) -> bool:
    """Tell an animation that no rule starts; there is one @charset for all sheets, which stands first."""
    if rule.type != "at-rule":
        return False
    name = rule.lower_at_keyword
    return name == "charset" or (name.endswith("keyframes") and serialize(rule.prelude).strip() not in moving)


def _selectors(prelude: Iterable[Node]) -> Iterator[list[Node]]:
    """Yield the selectors of a list, which commas part; a comma inside brackets is a part of its token."""
    one: list[Node] = []
    for piece in prelude:
        if piece == ",":
            yield one
            one = []
        else:
            one.append(piece)
    yield one


def _can_match(selector: Sequence[Node], words: Set[str]) -> bool:
    """Whether all that a selector names outside brackets is among the words; what is in `:not()` need not be."""
    before = None
    for token in selector:
        named = ""
        if token.type == "hash" or (token.type == "ident" and before != ":"):
            named = token.value
        elif token.type == "[] block":
            named = _wanted(token.content)
        if not words.issuperset(_WORD.findall(named)):
            return False
        before = token
    return True


def _wanted(attribute: Sequence[Node]) -> str:
    """Return the name of an attribute, and its value where the whole value is asked for: `[dir=rtl]`."""
    name, *rest = (piece for piece in attribute if piece.type != "whitespace")
    return f"{name.value} {rest[1].value}" if rest and rest[0] == "=" else str(name.value)


def _declarations(content: Sequence[Node], variables: Set[str]) -> str:
    """Return the body of a rule without the variables that nothing reads."""
    declarations = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    if any(one.type != "declaration" for one in declarations):
        return serialize(content)  # nested rules, or a trick for old browsers: not ours to judge
    return ";".join(
        f"{one.name}:{serialize(one.value).strip()}{'!important' if one.important else ''}"
        for one in declarations
        if not one.name.startswith("--") or one.name in variables
    )
