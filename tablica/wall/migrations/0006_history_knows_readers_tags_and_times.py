from collections import defaultdict

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill_in(apps, schema_editor):
    """What earlier texts did not say is taken from what their entry says today."""
    Text, Entry = apps.get_model("wall", "EntryText"), apps.get_model("wall", "Entry")
    Comment, EntryTag = apps.get_model("wall", "Comment"), apps.get_model("wall", "EntryTag")
    of_entries, of_comments = Text.objects.exclude(entry=None), Text.objects.exclude(comment=None)
    entry = Entry.objects.filter(pk=OuterRef("entry"))
    of_entries.update(
        **{name: Subquery(entry.values(name)) for name in ("record", "audience", "type")},
        happened_at=Subquery(entry.values("happened_at")),
    )
    comment = Comment.objects.filter(pk=OuterRef("comment"))
    of_comments.update(
        record=Subquery(comment.values("entry__record")),
        audience=Subquery(comment.values("entry__audience")),
    )
    tags = defaultdict(list)
    tagged = EntryTag.objects.filter(entry__in=of_entries.values("entry"))
    for number, tag, name in tagged.order_by("tag__key").values_list("entry", "tag", "tag__name"):
        tags[number].append(f"{tag} {name}")
    for number, lines in tags.items():
        of_entries.filter(entry=number).update(tags="\n".join(lines))


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0002_tags_asked_for_and_drawn_numbers"),
        ("wall", "0005_files_not_attached_yet"),
    ]

    operations = [
        migrations.AddField(
            model_name="entrytext",
            name="audience",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.audience",
            ),
        ),
        migrations.AddField(
            model_name="entrytext",
            name="happened_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="entrytext",
            name="record",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="records.record",
            ),
        ),
        migrations.AddField(
            model_name="entrytext",
            name="tags",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="entrytext",
            name="type",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.RunPython(fill_in, migrations.RunPython.noop, elidable=True),
    ]
