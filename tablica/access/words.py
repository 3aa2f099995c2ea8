"""What verbs and the events of the trail are called on pages."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tablica.accounts.models import Grant
from tablica.records.kinds import Text, all_kinds

VERBS: dict[str, Text] = {
    Grant.Verb.VIEW: _("See"),
    Grant.Verb.EDIT: _("Change"),
    Grant.Verb.DELETE: _("Throw away"),
    Grant.Verb.EXPORT: _("Export"),
}

EVENTS: dict[str, Text] = {
    "signed in": _("Came in"),
    "signed out": _("Went out"),
    "sign-in failed": _("A wrong password"),
    "password changed": _("Changed the password"),
    "name changed": _("Changed their name"),
    "link made": _("Made a link to come in"),
    "link used": _("Used a link to come in"),
    "single sign-on linked": _("Came in by single sign-on for the first time"),
    "single sign-on unlinked": _("Ended a link to single sign-on"),
    "session ended": _("Ended sessions"),
    "second factor added": _("Added a second factor"),
    "second factor removed": _("Removed a second factor"),
    "second factors taken away": _("Took a colleague’s second factors away"),
    "secrets sealed": _("Sealed all secrets with another key"),
    "second factor failed": _("A wrong second factor"),
    "recovery codes made": _("Made new recovery codes"),
    "recovery code used": _("Came in with a recovery code"),
    "token made": _("Made an API token"),
    "token revoked": _("Ended an API token"),
    "person added": _("Added a colleague"),
    "rights changed": _("Changed role or teams"),
    "person deactivated": _("Deactivated a colleague"),
    "person reactivated": _("Let a colleague in again"),
    "role added": _("Added a role"),
    "role changed": _("Changed a role"),
    "role removed": _("Removed a role"),
    "team added": _("Added a team"),
    "team changed": _("Changed a team"),
    "team removed": _("Removed a team"),
    "shared": _("Opened a record to somebody"),
    "share ended": _("Closed a record to somebody"),
    "absence planned": _("Named a deputy"),
    "absence ended": _("Ended the time of a deputy"),
    "look-in begun": _("Began to look into what is somebody's"),
    "look-in ended": _("Ended looking in"),
    "looked in": _("Opened what the role alone does not show"),
    "looked through": _("Was shown what the role alone does not show"),
    "readers changed": _("Changed whose a record is, or who reads it"),
    "left": _("Began to hand over what somebody had who leaves"),
    "handed over": _("Handed over what somebody had"),
    "handover undone": _("Took a handover back"),
    "leaving rule changed": _("Changed what becomes of what is closed when somebody leaves"),
    "imported": _("Ran an import"),
    "exported": _("Took a list out as a file"),
    "many read": _("Opened unusually many records within an hour"),
    "import undone": _("Took an import back"),
}

PAGES: dict[str, Text] = {
    "dashboard": _("Dashboard"),
    "search": _("Search"),
    "search-suggest": _("Search"),
    "records-suggest": _("Search"),
    "board": _("Board of deals"),
    "entry": _("Entries by their address"),
    "entry-history": _("Earlier versions"),
    "entry-version": _("Earlier versions"),
    "file": _("Files opened"),
    "file-plain": _("Files opened"),
    "trash": _("Trash"),
    "notices": _("Notifications"),
}


def page_said(name: str) -> str:
    """What the page whose address has this name is called: the list of a kind, its profiles, …"""
    for kind in all_kinds():
        if name == f"{kind.name}-list":
            return gettext("List: %(kinds)s") % {"kinds": kind.plural}
        if name == kind.name:
            return gettext("Profiles: %(kinds)s") % {"kinds": kind.plural}
    return str(PAGES.get(name) or gettext("Other pages"))


ABOUT: dict[str, Text] = {
    "user": _("colleague"),
    "team": _("team"),
    "role": _("role"),
    "record": _("record"),
}
"""What something is called that has no name any more, before its number."""

DETAILS: dict[str, Text] = {
    "name": _("Name"),
    "role": _("Role"),
    "teams": _("Teams"),
    "reach": _("Reach"),
    "administers": _("Administers Tablica"),
    "second_factor": _("Asks for a second factor"),
    "abilities": _("May besides"),
    "parent": _("Part of"),
    "owner": _("Owner"),
    "team": _("Team"),
    "audience": _("Who reads it"),
    "to": _("To"),
    "edits": _("May change it"),
    "since": _("From"),
    "until": _("Until"),
    "kinds": _("Only these kinds"),
    "kind": _("Sort"),
    "purpose": _("What for"),
    "reason": _("Why"),
    "minutes": _("Minutes"),
    "days": _("Days"),
    "scope": _("What it may do"),
    "token": _("Number of the token"),
    "page": _("Page"),
    "records": _("Records"),
    "entries": _("Entries"),
    "drafts": _("Drafts"),
    "files": _("Files"),
    "rows": _("Rows"),
    "count": _("How many"),
    "left": _("Left over"),
    "tries": _("Tries"),
    "handover": _("Number of the handover"),
    "rule": _("What becomes of what is closed"),
}

CODES: dict[str, Text] = {
    "app": _("App with codes"),
    "passkey": _("Passkey"),
    "records": _("Records"),
    "entries": _("Entries"),
    "drafts": _("Drafts"),
    "successor": _("The successor may read it"),
    "keep": _("It stays closed"),
}
