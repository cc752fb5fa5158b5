"""The glossary: the words that every book uses, whatever its ward, and the anchors where they are explained."""

from __future__ import annotations

from collections.abc import Mapping

from wardbook.language import Language

# group -> word -> its permanent anchor on the glossary page, the same in both languages
ANCHORS: Mapping[str, Mapping[str, str]] = {
    "status": {
        "exceeded": "vuot-ke-hoach",
        "met": "dat-ke-hoach",
        "missed": "chua-dat",
        "none": "khong-co-ke-hoach",
        "pending": "chua-den-ky",
    },
    "figure": {"E": "so-uoc", "P": "so-so-bo", "B": "dut-chuoi", "F": "du-bao"},
    "nothing": {"zero": "so-khong", "not_found": "chua-phat-hien", "O": "bao-cao-khong-neu", "M": "khong-ap-dung"},
    "derived": {
        "derived": "con-so-suy-ra",
        "implied_plan": "ke-hoach-suy-ra",
        "per_head": "chia-deu-so-dan",
        "share": "phan-cua-tong",
    },
}

_FLAT = {word: anchor for words in ANCHORS.values() for word, anchor in words.items()}


def anchor(word: str) -> str:
    """Return the anchor of a word of the glossary; "" where it has none."""
    return _FLAT.get(word, "")


def terms(language: Language) -> dict[str, list[dict[str, str]]]:
    """Return group -> its words in order, each with anchor, name and meaning."""
    words = language.words
    names = {**words["status"], **words["flag"], **words["glossary"]["name"]}
    return {
        group: [
            {"anchor": place, "name": names[word], "meaning": words["glossary"]["meaning"][word]}
            for word, place in members.items()
        ]
        for group, members in ANCHORS.items()
    }
