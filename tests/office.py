"""LibreOffice, set to a language, as it stands on an officer's or a journalist's computer."""

import shutil
import subprocess
from xml.sax.saxutils import escape

from conftest import missing_program

# the codes by which its filters know a language
CODES = {"vi": 1066, "en": 1033}
LOCALES = {"vi": "vi-VN", "en": "en-US"}

SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{locale}</value></prop>
</item>
</oor:items>
"""

DOCTYPE = '<!DOCTYPE {0} PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "{1}.dtd">'
# the library of macros that every profile has, with one module in it
LIBRARY = f"""<?xml version="1.0" encoding="UTF-8"?>
{DOCTYPE.format("library:library", "library")}
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"
 library:readonly="false" library:passwordprotected="false">
<library:element library:name="Officer"/>
</library:library>
"""
MODULE = f"""<?xml version="1.0" encoding="UTF-8"?>
{DOCTYPE.format("script:module", "module")}
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Officer" script:language="StarBasic">{{0}}
</script:module>
"""
# what is set as FormulaLocal is read as if it had been typed
WORK = """
Sub Work(before As String, after As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  book = StarDesktop.loadComponentFromURL(before, "_blank", 0, hidden())
{edits}
  Dim kind(0) As New com.sun.star.beans.PropertyValue
  kind(0).Name = "FilterName"
  kind(0).Value = "Calc MS Excel 2007 XML"
  book.storeToURL(after, kind())
  book.close(True)
End Sub
"""
TYPE = '  book.Sheets.getByName("{sheet}").getCellRangeByName("{place}").FormulaLocal = "{text}"'


def start(profile, code):
    """Return a function that converts files, run by LibreOffice with a profile of its own, set to a language."""
    command = _command(profile, code)

    def convert(files, kind, folder, *options):
        arguments = ["--convert-to", kind, "--outdir", str(folder), *map(str, files)]
        subprocess.run([*command, *options, *arguments], capture_output=True, check=True, timeout=180)
        return sorted(folder.iterdir())

    return convert


def typist(folder, code):
    """Return a function that opens a workbook in LibreOffice, types texts into cells (sheet, name), and saves it."""
    command = _command(folder / "profile", code)
    # the first start fills the profile, and would write over macros that are there already
    subprocess.run([*command, "--terminate_after_init"], capture_output=True, check=True, timeout=180)
    library = folder / "profile" / "user" / "basic" / "Standard"
    (library / "script.xlb").write_text(LIBRARY, encoding="utf-8")

    def run(raw, texts=()):
        before, after = folder / "before.xlsx", folder / "after.xlsx"
        before.write_bytes(raw)
        after.unlink(missing_ok=True)
        typing = [
            TYPE.format(sheet=sheet, place=place, text=text.replace('"', '""'))
            for (sheet, place), text in dict(texts).items()
        ]
        (library / "Officer.xba").write_text(
            MODULE.format(escape(WORK.format(edits="\n".join(typing)))), encoding="utf-8"
        )
        macro = f'macro:///Standard.Officer.Work("{before.as_uri()}","{after.as_uri()}")'
        subprocess.run([*command, macro], capture_output=True, check=True, timeout=180)
        return after.read_bytes()

    return run


def _command(profile, code):
    program = shutil.which("soffice") or missing_program("LibreOffice", "sudo apt-get install libreoffice-calc")
    (profile / "user").mkdir(parents=True)
    settings = SETTINGS.format(locale=LOCALES[code])
    (profile / "user" / "registrymodifications.xcu").write_text(settings, encoding="utf-8")
    return [program, f"-env:UserInstallation={profile.as_uri()}", "--headless"]


def opening(code, separator):
    """Return how a CSV file is opened: UTF-8, quotes round text that has separators, special numbers looked for.

    That is more eager to see dates and numbers than what LibreOffice offers of itself, and as eager as Excel.
    """
    return f"--infilter=CSV:{ord(separator)},34,76,1,,{CODES[code]},false,true"
