"""A session that does not say when it began has ended. Those that are known are told, once."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import migrations

AT_ONCE = 500


def tell_when_they_began(apps: Any, schema_editor: Any) -> None:
    """Write the beginning into the sessions that lack it and are among somebody's sign-ins."""
    sign_ins = apps.get_model("accounts", "SignIn").objects
    sessions = apps.get_model("sessions", "Session").objects
    began = {key: (b, s) for key, b, s in sign_ins.values_list("session", "began_at", "seen_at")}
    keys, store = sorted(began), SessionStore()
    for at in range(0, len(keys), AT_ONCE):
        for session in sessions.filter(session_key__in=keys[at : at + AT_ONCE]):
            data = store.decode(session.session_data)
            if SESSION_KEY in data and not {"began", "seen"} <= data.keys():
                since, seen = (int(moment.timestamp()) for moment in began[session.session_key])
                data = {"began": since, "seen": seen} | data
                session.session_data = store.encode(data)
                session.save(update_fields=["session_data"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_people_to_whom_something_was_lent"),
        ("sessions", "0001_initial"),
    ]

    operations = [migrations.RunPython(tell_when_they_began, migrations.RunPython.noop)]
