"""Why an answer by mail became no comment: one sentence for administrators."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SENTENCES: dict[str, Promise] = {
    "null_sender": gettext_lazy("It is a notice of a mail server, from nobody."),
    "automatic": gettext_lazy("It was sent by a program, not by a person."),
    "other_sender": gettext_lazy("It says it is from another address than the person's."),
    "failed_check": gettext_lazy("The mail server in front found its sender forged."),
    "left": gettext_lazy("The person does not work here any more."),
    "no_right": gettext_lazy("The person may not read the entry any more."),
    "nothing_new": gettext_lazy("It says nothing beside what it quotes."),
    "only_files": gettext_lazy("Nothing but files came with it, and comments hold none."),
    "twice": gettext_lazy("It came twice; the first one counts."),
    "same_name": gettext_lazy("Another answer of the same name has come, with other words."),
    "refused": gettext_lazy("Its text cannot be kept as a comment."),
    "too_slow": gettext_lazy("Reading it took too long."),
    "too_large": gettext_lazy("Reading it took too much memory."),
    "too_deep": gettext_lazy("It is nested too deep, or has too many parts."),
    "broken": gettext_lazy("It is broken: nothing could be read of it."),
    "lost": gettext_lazy("Its bytes are not there any more."),
}


def sentence_of(code: str) -> str:
    """The sentence for this reason."""
    found = SENTENCES.get(code)
    return str(found) if found is not None else _("Something went wrong while reading it.")
