"""What roles allow beside the records; and which roles come with the program."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_sources_of_wrong_passwords")]

    operations = [
        migrations.AddField("role", "built_in", models.BooleanField(default=False)),
        migrations.AddField("role", "abilities", models.JSONField(blank=True, default=list)),
    ]
