"""Words of a text: their tokens for the search index, queries for them, and marking them."""

from tablica.shared.text.words.analysis import (
    FTS5_TOKENIZE,
    mark_of,
    to_fts5_text,
    to_tsvector_literal,
    tokens,
    tokens_by_field,
)
from tablica.shared.text.words.marking import Pieces, mark, snippet
from tablica.shared.text.words.query import Query, parse_query, to_fts5, to_tsquery

__all__ = [
    "FTS5_TOKENIZE",
    "Pieces",
    "Query",
    "mark",
    "mark_of",
    "parse_query",
    "snippet",
    "to_fts5",
    "to_fts5_text",
    "to_tsquery",
    "to_tsvector_literal",
    "tokens",
    "tokens_by_field",
]
