from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("wall", "0003_entries_pinned_and_counted"),
    ]

    operations = [
        migrations.DeleteModel(name="Pin"),
    ]
