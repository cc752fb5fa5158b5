"""Text that readers, spreadsheets and databases take for something else, in a package that breaks no rule."""

from hostile import COMMON
from wards import AREA, SOURCE, YEAR, add, change, read_rows
from years import three_years

LONG = "Dài lắm " * 624 + "hết."

# each comes back from every format letter for letter
PUBLISHED = (
    *COMMON,
    'Ông nói: "được", rồi thôi',
    "it's; a 'word' \\ and a / slash",
    "😀🏳️ vui",
    "a,b;c",
    '""',
    '"',
    "“đã trong ngoặc”",
    "_x0041_ _x000D_",
    "NULL",
    "null",
    "None",
    "nan",
    "TRUE",
    "false",
    "Đúng",
    "0123",
    "00",
    "31.625",
    "1,5",
    "1E5",
    "8/8",
    "3-4",
    "12:30",
    "50%",
    "-5",
    "-1+1",
    "- không rõ",
    "(5)",
    "$5",
    "may-5",
    "May 5",
    "Tháng 5 2031",
    "Mar-31",
    "2031-02-03",
    "https://example.org/?5&d=e",
    "www.example.org",
    "file:///etc/passwd",
    r"\\server\share",
    "#tag",
    "DROP TABLE observations; --",
    "${jndi:ldap://x}",
    "%s %d %n",
    "Robert’); x",
    "Nguyễn Thị Ơ, Ỷ, ĕ ŏ ŭ",
    LONG,
)

# text -> the rule that stops it; none of these is ever published
REFUSED = {
    "=1+1": "formula",
    "+1": "formula",
    "@SUM(A1)": "formula",
    "\t=1": "formula",
    "=HYPERLINK(1)": "formula",
    "'0123": "spreadsheet",
    "'; DROP TABLE observations; --": "spreadsheet",
    "#REF!": "spreadsheet",
    "a\u2028b": "invisible",
    "a\u2029b": "invisible",
    "a\x00b": "invisible",
    "a\u200bb": "invisible",
    "a\u202eb": "invisible",
    "a\u00a0b": "invisible",
    "a\nb": "invisible",
    "👩\u200d🌾": "invisible",
    "مرحبا": "foreign-letter",
    "שלום": "foreign-letter",
    "Кирилл": "foreign-letter",
    "[x](javascript:alert(1))": "address",
    " a": "padded",
    LONG + "x" * 9: "too-long",
    "e\u0301": "nfc",
}

AREA_CODE = "00123"


def naughty():
    """Return the ward with such text in its notes, statements and names, and an area code that begins with zeros."""
    package = change(three_years(), "areas", AREA, official_code=AREA_CODE)
    keys = [f"{row['indicator_id']}/{row['year']}" for row in read_rows(package, "observations")]
    for key, text in zip(keys, PUBLISHED, strict=False):
        package = change(package, "observations", key, note_vi=text, note_en=text)
    for number, text in enumerate(PUBLISHED, 1):
        package = add(
            package,
            "statements",
            statement_id=f"la-{number:02}",
            kind="task",
            year="2033",
            topic_id="du-lich",
            position=str(number),
            text_vi=text,
            text_en=text,
            source_id=SOURCE,
            locator="II.1¶2",
        )
    package = change(package, "indicators", "thu-phi", name_vi='Phí "vé" <b>&amp;</b>; 1,5', name_en="Fees | 'x'; 1.5")
    package = change(package, "indicators", "luot-khach", name_vi="8/8 lượt", name_en="May 5")
    key = f"{AREA}/thu-phi/{YEAR}"
    cells = {"table": "observations", "key": key, "field": "note_vi", "old_value": "-5", "new_value": ""}
    note = next(
        r for r in read_rows(package, "observations") if f"{r['area_id']}/{r['indicator_id']}/{r['year']}" == key
    )
    cells["new_value"] = note["note_vi"]
    return add(package, "corrections", date="2032-03-04", reason_vi='"</script>" | 1,5', reason_en="it's 8/8", **cells)
