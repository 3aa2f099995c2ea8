from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_single_sign_on")]

    operations = [
        migrations.AddField(
            model_name="role",
            name="fields",
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
