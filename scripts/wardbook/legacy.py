"""Old encodings of Vietnamese, told apart by reading a text with each of them and looking for Vietnamese words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress

TCVN3 = "TCVN3 (ABC)"
VNI = "VNI"
WINDOWS_1258 = "windows-1258"
TWICE = "UTF-8, hai lần"

# TCVN 5712:1993, third character set: the byte of each letter, shown as what Windows takes it for
_TCVN3 = str.maketrans(
    "¡¢§£¤¥¦µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ",
    "ĂÂĐÊÔƠƯàáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ",
)
# VNI for Windows: letters of one byte, then letters whose mark is the byte after them
_VNI_SINGLE = str.maketrans("ñÑíìæóòÍÌÆÓÒôÔöÖîÎ", "đĐíìỉĩịÍÌỈĨỊơƠưƯỵỴ")
_VNI_MARKS = {
    **dict(zip("ùøûõï", ("\u0301", "\u0300", "\u0309", "\u0303", "\u0323"), strict=True)),
    "â": "\u0302",
    **dict(zip("áàåãä", ("\u0302\u0301", "\u0302\u0300", "\u0302\u0309", "\u0302\u0303", "\u0302\u0323"), strict=True)),
    "ê": "\u0306",
    **dict(zip("éèúüë", ("\u0306\u0301", "\u0306\u0300", "\u0306\u0309", "\u0306\u0303", "\u0306\u0323"), strict=True)),
}
_VNI_BOTH_CASES = "".join(_VNI_MARKS) + "".join(_VNI_MARKS).upper()
_VNI_PAIR = re.compile(f"([aeouyôöAEOUYÔÖ])([{_VNI_BOTH_CASES}])")

# what a syllable is made of once its tone is taken off; -k ends syllables of names in the Central Highlands
_ONSET = "ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx]"
_RHYMES = """
    a ac ach ai ak am an ang anh ao ap at au ay ă ăc ăk ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec ek em en eng eo ep et ê êch êk êm ên ênh êp êt êu
    i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
    o oa oac oach oai oan oang oanh oao oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong oong op ot
    ô ôc ôi ôk ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uân uâng uât uây uc uê uêch uênh ui um un ung uơ uôc uôi uôm uôn uông uôp uôt up ut
    uy uya uych uyên uyêt uyn uynh uyt uyu
    ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu y yêm yên yêng yêt yêu ynh
"""
_SYLLABLE = re.compile(f"(?:{_ONSET})?(?:{'|'.join(_RHYMES.split())})")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_WORD = re.compile(r"\w+")

# so many of the words with marks must be Vietnamese to believe in a reading
_BELIEF = 0.8


def name_encoding(raw: bytes) -> str | None:
    """Name the old encoding in which bytes that are not UTF-8 are Vietnamese text; None where none makes sense."""
    readings: dict[str, Callable[[bytes], str]] = {
        WINDOWS_1258: lambda b: unicodedata.normalize("NFC", b.decode("cp1258", "replace")),
        TCVN3: lambda b: _from_tcvn3(_windows(b)),
        VNI: lambda b: _from_vni(_windows(b)),
    }
    return _best({name: read(raw) for name, read in readings.items()})


def reread(text: str) -> tuple[str, str] | None:
    """Return the name of the old encoding that a text in Unicode was left in, and what it says; None if in none.

    Text typed with an old font and pasted into a Unicode file keeps its codes: `Hé nghÌo` for "Hộ nghèo". UTF-8 that
    was taken for windows-1252 and saved as UTF-8 again reads `Há»™ nghÃ¨o`.
    """
    readings = {TCVN3: _from_tcvn3(text), VNI: _from_vni(text)}
    with suppress(UnicodeError):
        readings[TWICE] = _windows_bytes(text).decode("utf-8")
    said = {name: reading for name, reading in readings.items() if reading != text}
    name = _best(said)
    return (name, said[name]) if name and vietnamese_share(said[name]) > vietnamese_share(text) else None


def vietnamese_share(text: str) -> float:
    """Return which share of the words with a letter beyond ASCII are Vietnamese syllables; 0 without such words."""
    marked = [word for word in _WORD.findall(text) if not word.isascii()]
    return sum(map(_is_syllable, marked)) / len(marked) if marked else 0.0


def _is_syllable(word: str) -> bool:
    if not (word.islower() or word.isupper() or word.istitle()):
        return False
    bare, tones = _TONES.subn("", unicodedata.normalize("NFD", word.lower()))
    return tones <= 1 and _SYLLABLE.fullmatch(unicodedata.normalize("NFC", bare)) is not None


def _best(readings: dict[str, str]) -> str | None:
    shares = {name: vietnamese_share(reading) for name, reading in readings.items()}
    name = max(shares, key=shares.__getitem__, default=None)
    return name if name and shares[name] >= _BELIEF else None


def _from_tcvn3(text: str) -> str:
    return text.translate(_TCVN3)


def _from_vni(text: str) -> str:
    def compose(pair: re.Match[str]) -> str:
        letter = pair[1].translate(_VNI_SINGLE)
        return unicodedata.normalize("NFC", letter + _VNI_MARKS[pair[2].lower()])

    # a letter that carries its mark behind it first; what is left over stands alone
    pieces, end = [], 0
    for pair in _VNI_PAIR.finditer(text):
        pieces += [text[end : pair.start()].translate(_VNI_SINGLE), compose(pair)]
        end = pair.end()
    return "".join([*pieces, text[end:].translate(_VNI_SINGLE)])


def _windows(raw: bytes) -> str:
    """Read bytes as windows-1252, and the five that it leaves undefined as Latin-1 does."""
    return "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in raw)


def _windows_bytes(text: str) -> bytes:
    return b"".join(c.encode("cp1252", "ignore") or c.encode("latin-1") for c in text)
