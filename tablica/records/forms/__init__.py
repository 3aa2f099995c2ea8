"""The form of a record and its fields."""

from tablica.records.forms.readers import AudienceField
from tablica.records.forms.record import RecordForm
from tablica.records.forms.relations import MANY, RecordChoice, RecordsChoice
from tablica.records.forms.shapes import FieldShape, choices_of
from tablica.records.forms.texts import LONGEST_TITLE, CleanText

__all__ = [
    "LONGEST_TITLE",
    "MANY",
    "AudienceField",
    "CleanText",
    "FieldShape",
    "RecordChoice",
    "RecordForm",
    "RecordsChoice",
    "choices_of",
]
