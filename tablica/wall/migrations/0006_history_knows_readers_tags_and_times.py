import django.db.models.deletion
from django.db import migrations, models


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
    ]
