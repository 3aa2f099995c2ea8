"""Voting, and deciding about ideas and questions."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tablica.api.shapes.base import Input, Number


class Ballot(Input):
    """The numbers of the choices, as the `data` of the poll tells them."""

    choices: list[Number] = Field(default=[], max_length=100)


class IdeaStatus(Input):
    """What becomes of an idea."""

    status: Literal["new", "planned", "done", "declined"]


class Answer(Input):
    """The number of a comment on the question."""

    comment: Number
