"""The story as rows of the database: the same numbers, the same moments."""

from __future__ import annotations

from django.db import models

from tablica.demo.story.shapes import (
    CompanyShape,
    DealShape,
    EntryShape,
    PersonShape,
    RecordShape,
    SpaceShape,
)
from tablica.people.models import Company, Person
from tablica.records.models import Audience, Record
from tablica.sales.models import Deal
from tablica.shared import markdown
from tablica.spaces.models import Choice, Idea, Poll, Question, Space, Support, Vote
from tablica.wall.changed import word_for
from tablica.wall.models import Comment, Entry, Move

CIRCLES = {"everyone": Audience.EVERYONE, "team": Audience.TEAM, "me": Audience.ME}
AUTOMATIC = frozenset({"created", "changed", "stage", "won", "lost", "moved"})


def record_row(shape: RecordShape, kind: str, version: int) -> Record:
    """The identity of a record."""
    return Record(
        pk=shape.key,
        kind=kind,
        title=shape.title,
        owner_id=shape.owner,
        team_id=shape.team,
        audience_id=CIRCLES[shape.audience],
        version=version,
        created_at=shape.created_at,
        created_by_id=shape.created_by,
        touched_at=shape.touched_at,
    )


def company_row(shape: CompanyShape) -> Company:
    return Company(
        record_id=shape.key,
        relationship=shape.relationship,
        industry=shape.industry,
        tax_id=shape.tax_id,
        website=shape.website,
        email=shape.email,
        phone=shape.phone,
        address=shape.address,
        city=shape.city,
        country=shape.country,
        about=shape.about,
    )


def person_row(shape: PersonShape) -> Person:
    return Person(
        record_id=shape.key,
        position=shape.position,
        email=shape.email,
        phone=shape.phone,
        mobile=shape.mobile,
        city=shape.city,
        language=shape.language,
        birthday=shape.birthday,
        about=shape.about,
    )


def deal_row(shape: DealShape, stages: dict[str, int]) -> Deal:
    """`stages` gives the number of a stage by its slug."""
    return Deal(
        record_id=shape.key,
        company_id=shape.company,
        amount=shape.amount,
        currency=shape.currency,
        stage_id=stages[shape.stage],
        stage_since=shape.stage_since or shape.created_at,
        expected_close=shape.expected_close,
        outcome=shape.outcome,
        outcome_reason=shape.outcome_reason,
        closed_at=shape.closed_at,
        about=shape.about,
    )


def space_row(shape: SpaceShape) -> Space:
    return Space(record_id=shape.key, about=shape.about)


def entry_row(shape: EntryShape, kind: str) -> Entry:
    """An entry on the wall of a record of this kind.

    Moving it was a change, so a moved one is in its second version.
    """
    return Entry(
        pk=shape.key,
        record_id=shape.record,
        type=shape.type,
        author_id=shape.author,
        happened_at=shape.happened_at,
        created_at=shape.happened_at,
        body=shape.text,
        html=markdown.render(shape.text) if shape.text else "",
        data=shape.data,
        changed=word_for(kind, shape.data),
        source=shape.source,
        audience_id=CIRCLES[shape.audience] if shape.audience else None,
        version=2 if shape.moved else 1,
        pinned_at=shape.happened_at if shape.pinned_by is not None else None,
        pinned_by_id=shape.pinned_by,
    )


def comment_rows(shape: EntryShape, first: int) -> list[Comment]:
    """The comments of an entry, numbered from `first`."""
    return [
        Comment(
            pk=number,
            entry_id=shape.key,
            author_id=comment.author,
            body=comment.text,
            html=markdown.render(comment.text),
            created_at=comment.at,
        )
        for number, comment in enumerate(shape.comments, start=first)
    ]


def topic_rows(shape: EntryShape, comment: int, choice: int) -> list[models.Model]:
    """What a poll, an idea or a question has beside its words.

    `comment` is the number of the first comment, `choice` that of the first choice.
    """
    if shape.type == "poll":
        return [
            Poll(entry_id=shape.key),
            *(
                Choice(pk=choice + place, poll_id=shape.key, place=place, text=text)
                for place, text in enumerate(shape.choices)
            ),
            *(
                Vote(
                    poll_id=shape.key, choice_id=choice + v.place, user_id=v.person, slot=0, at=v.at
                )
                for v in shape.votes
            ),
        ]
    if shape.type == "idea":
        decided = {"decided_at": shape.happened_at, "decided_by_id": shape.author}
        return [
            Idea(
                entry_id=shape.key,
                status=shape.status or "new",
                **(decided if shape.status else {}),
            ),
            *(Support(idea_id=shape.key, user_id=v.person, at=v.at) for v in shape.votes),
        ]
    if shape.type == "question":
        answered = shape.status == "answered" and bool(shape.comments)
        return [
            Question(
                entry_id=shape.key,
                answer_id=comment if answered else None,
                accepted_at=shape.comments[0].at if answered else None,
                accepted_by_id=shape.author if answered else None,
            )
        ]
    return []


def move_rows(shape: EntryShape) -> list[Move]:
    """The traces of showing an entry elsewhere too, and of moving it here."""
    rows = [
        Move(
            entry_id=shape.key,
            source_id=shape.record,
            target_id=shown.record,
            kept=True,
            at=shown.at,
            by_id=shown.by,
        )
        for shown in shape.placements
    ]
    if shape.moved is not None:
        moved = shape.moved
        rows.append(
            Move(
                entry_id=shape.key,
                source_id=moved.source,
                target_id=shape.record,
                at=moved.at,
                by_id=moved.by,
            )
        )
    return rows
