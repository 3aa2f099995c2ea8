from django.db import migrations, models


def fill_in(apps, schema_editor):
    """Name the fields in what was told before, as `wall.changed.word_for` names them now."""
    Entry = apps.get_model("wall", "Entry")
    telling = Entry.objects.filter(data__has_key="changes").order_by("pk")
    rows = telling.values_list("pk", "record__kind", "data")
    last = 0
    while some := list(rows.filter(pk__gt=last)[:2000]):
        last, named = some[-1][0], []
        for pk, kind, data in some:
            changes = data.get("changes") if isinstance(data, dict) else None
            names = {
                str(change.get("field"))
                for change in (changes if isinstance(changes, list) else ())
                if isinstance(change, dict)
            }
            if names:
                word = kind + "".join(f"<{name}>" for name in sorted(names))
                named.append(Entry(pk=pk, changed=word))
        Entry.objects.bulk_update(named, ["changed"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("wall", "0010_what_history_did_not_know")]

    operations = [
        migrations.AddField("entry", "changed", models.TextField(blank=True, null=True)),
        migrations.RunPython(fill_in, migrations.RunPython.noop, elidable=True),
    ]
