from collections import defaultdict

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill_in(apps, schema_editor):
    """What earlier texts did not say is taken from what their entry says today.

    Apart from the new columns: PostgreSQL does not index a table whose rows the same transaction
    has changed.
    """
    Text, Entry = apps.get_model("wall", "EntryText"), apps.get_model("wall", "Entry")
    Comment, EntryTag = apps.get_model("wall", "Comment"), apps.get_model("wall", "EntryTag")
    unknown = Text.objects.filter(record=None)
    tags = defaultdict(list)
    tagged = EntryTag.objects.filter(entry__in=unknown.exclude(entry=None).values("entry"))
    for number, tag, name in tagged.order_by("tag__key").values_list("entry", "tag", "tag__name"):
        tags[number].append(f"{tag} {name}")
    for number, lines in tags.items():
        unknown.filter(entry=number).update(tags="\n".join(lines))
    comment = Comment.objects.filter(pk=OuterRef("comment"))
    unknown.exclude(comment=None).update(
        record=Subquery(comment.values("entry__record")),
        audience=Subquery(comment.values("entry__audience")),
    )
    entry = Entry.objects.filter(pk=OuterRef("entry"))
    unknown.exclude(entry=None).update(
        **{name: Subquery(entry.values(name)[:1]) for name in ("record", "audience", "type")},
        happened_at=Subquery(entry.values("happened_at")[:1]),
    )


class Migration(migrations.Migration):
    dependencies = [("wall", "0009_walls_muted_know_how_they_were_followed")]

    operations = [
        migrations.RunPython(fill_in, migrations.RunPython.noop, elidable=True),
    ]
