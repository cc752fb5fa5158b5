"""The contact: where a reader asks about a number, as links that carry its id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

# the form in .github/ISSUE_TEMPLATE and the ids of its fields
FORM = "hoi-con-so.yml"
INDICATOR_FIELD = "chi-tieu"
PAGE_FIELD = "trang"


class ContactError(Exception):
    """A setting of the site cannot be an address to ask at; the message is one line for whoever runs the build."""


@dataclass(frozen=True)
class Contact:
    """Where questions go: a repository with issues and an e-mail address, each "" where the site has none."""

    repository: str = ""
    email: str = ""

    def issue(self, indicator_id: str, title: str, page: str) -> str:
        """Return the address of the issue form with the number's id and page filled in; "" without a repository."""
        if not self.repository:
            return ""
        fields = {"template": FORM, "title": title, INDICATOR_FIELD: indicator_id, PAGE_FIELD: page}
        return f"{self.repository}/issues/new?{urlencode(fields, quote_via=quote, safe='')}"

    def mail(self, subject: str, body: str) -> str:
        """Return a link that opens a letter with its subject and body written; "" without an e-mail address."""
        if not self.email:
            return ""
        letter = {"subject": subject, "body": body.replace("\n", "\r\n")}
        return f"mailto:{quote(self.email, safe='@')}?{urlencode(letter, quote_via=quote, safe='')}"


def read_contact(settings: Mapping[str, Any]) -> Contact:
    """Take the contact from the `extra` settings of the site; both entries may be missing or empty."""
    repository = str(settings.get("ask_repository") or "").rstrip("/")
    email = str(settings.get("ask_email") or "")
    if repository and (not repository.startswith("https://") or any(sign in repository for sign in "?# \n")):
        raise ContactError(f"ask_repository: not the https:// address of a repository: {repository}")
    name, at, host = email.partition("@")
    if email and not (name and at and "." in host and "@" not in host and email.isprintable() and " " not in email):
        raise ContactError(f"ask_email: not an e-mail address: {email}")
    return Contact(repository, email)
