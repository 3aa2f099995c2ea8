from itertools import islice

from django.db import migrations

from tablica.shared.text.words import to_fts5_text, to_tsvector_literal, tokens_by_field

FIELDS = {
    ("people", "Company"): (
        "industry", "tax_id", "website", "email", "phone", "address", "city", "about",
    ),
    ("people", "Person"): ("position", "email", "phone", "mobile", "city", "about"),
    ("sales", "Deal"): ("about", "outcome_reason"),
    ("spaces", "Space"): ("about",),
}
REPLACE = {
    "sqlite": "INSERT OR REPLACE INTO search_words (rowid, words) VALUES (%s, %s)",
    "postgresql": "INSERT INTO search_words (id, words) VALUES (%s, %s::tsvector) "
    "ON CONFLICT (id) DO UPDATE SET words = excluded.words",
}


def keep_words_by_field(apps, schema_editor):
    """Keep the words of records field by field as well.

    Records of kinds that came from elsewhere are kept so when they change; until then whoever may
    not see all of their fields does not find them by words.
    """
    vendor = schema_editor.connection.vendor
    form = to_fts5_text if vendor == "sqlite" else to_tsvector_literal
    Document = apps.get_model("search", "SearchDocument")
    for (room, model), fields in FIELDS.items():
        bodies = apps.get_model(room, model).objects.order_by("pk")
        rows = bodies.values_list("pk", "record__title", *fields).iterator(chunk_size=1000)
        while some := list(islice(rows, 1000)):
            documents = Document.objects.filter(entry=None, record__in=[row[0] for row in some])
            numbers = dict(documents.values_list("record_id", "pk"))
            words = [
                (numbers[pk], form(tokens_by_field(_texts(title, fields, values))))
                for pk, title, *values in some
                if pk in numbers
            ]
            with schema_editor.connection.cursor() as cursor:
                cursor.executemany(REPLACE[vendor], words)


def _texts(title, fields, values):
    return {"title": title, **{n: v for n, v in zip(fields, values, strict=True) if v}}


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0002_words_to_match"),
        ("people", "0001_companies_and_persons"),
        ("sales", "0001_deals_and_stages"),
        ("spaces", "0001_spaces"),
    ]

    operations = [
        migrations.RunPython(keep_words_by_field, migrations.RunPython.noop, elidable=True),
    ]
