"""LibreOffice, set to a language, as it stands on an officer's or a journalist's computer."""

import shutil
import subprocess

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


def start(profile, code):
    """Return a function that converts files, run by LibreOffice with a profile of its own, set to a language."""
    program = shutil.which("soffice") or missing_program("LibreOffice", "sudo apt-get install libreoffice-calc")
    (profile / "user").mkdir(parents=True)
    settings = SETTINGS.format(locale=LOCALES[code])
    (profile / "user" / "registrymodifications.xcu").write_text(settings, encoding="utf-8")

    def convert(files, kind, folder, *options):
        command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", *options]
        arguments = ["--convert-to", kind, "--outdir", str(folder), *map(str, files)]
        subprocess.run([*command, *arguments], capture_output=True, check=True, timeout=180)
        return sorted(folder.iterdir())

    return convert


def opening(code, separator):
    """Return how a CSV file is opened: UTF-8, quotes round text that has separators, special numbers looked for.

    That is more eager to see dates and numbers than what LibreOffice offers of itself, and as eager as Excel.
    """
    return f"--infilter=CSV:{ord(separator)},34,76,1,,{CODES[code]},false,true"
