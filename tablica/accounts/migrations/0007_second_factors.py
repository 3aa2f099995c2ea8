"""Apps with codes, recovery codes, and roles whose people need a second factor."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

NUMBER = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_everybody_signs_in_anew")]

    operations = [
        migrations.AddField("role", "second_factor", models.BooleanField(default=False)),
        migrations.CreateModel(
            name="CodeApp",
            fields=[
                NUMBER,
                ("sealed", models.CharField(max_length=200)),
                ("last_step", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("user", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="code_app", to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                NUMBER,
                ("digest", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="recovery_codes", to=settings.AUTH_USER_MODEL)),
            ],
        ),
    ]
