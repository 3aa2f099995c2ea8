"""Whom a provider of single sign-on means, and links for the day it does not answer."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_passkeys")]

    operations = [
        migrations.CreateModel(
            name="Identity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("issuer", models.CharField(max_length=255)),
                ("subject", models.CharField(max_length=255)),
                ("linked_at", models.DateTimeField(auto_now_add=True)),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="identities", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("issuer", "subject"), name="identity_once"),
                    models.UniqueConstraint(fields=("user", "issuer"), name="identity_one_each"),
                ],
            },
        ),
        migrations.AlterField(
            "onetimelink",
            "purpose",
            models.CharField(
                choices=[
                    ("first", "first administrator"),
                    ("invitation", "invitation"),
                    ("password", "new password"),
                    ("rescue", "rescue"),
                ],
                max_length=10,
            ),
        ),
    ]
