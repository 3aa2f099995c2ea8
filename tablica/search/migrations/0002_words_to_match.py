from django.db import migrations

from tablica.shared.text.words import FTS5_TOKENIZE


SQLITE = (
    "CREATE VIRTUAL TABLE search_words USING fts5("
    f"words, content='', contentless_delete=1, tokenize=\"{FTS5_TOKENIZE}\")",
    "CREATE TRIGGER search_words_follow AFTER DELETE ON search_searchdocument "
    "BEGIN DELETE FROM search_words WHERE rowid = old.id; END",
)
POSTGRESQL = (
    "CREATE TABLE search_words (id bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX search_words_gin ON search_words USING gin (words)",
    "CREATE FUNCTION search_words_follow() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN DELETE FROM search_words WHERE id = old.id; RETURN old; END $$",
    "CREATE TRIGGER search_words_follow AFTER DELETE ON search_searchdocument "
    "FOR EACH ROW EXECUTE FUNCTION search_words_follow()",
)


def make_words(apps, schema_editor):
    """The words are a table of the engine's own kind, which Django's models cannot describe."""
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


def drop_words(apps, schema_editor):
    schema_editor.execute("DROP TRIGGER search_words_follow" + (
        "" if schema_editor.connection.vendor == "sqlite" else " ON search_searchdocument"
    ))
    schema_editor.execute("DROP TABLE search_words")
    if schema_editor.connection.vendor != "sqlite":
        schema_editor.execute("DROP FUNCTION search_words_follow()")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_search_documents")]
    operations = [migrations.RunPython(make_words, drop_words)]
