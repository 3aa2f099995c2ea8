"""Who I am, who works here, and what kinds of things there are."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from ninja import Router

from tablica.accounts.models import Ability, Grant, User
from tablica.accounts.queries import colleagues, teams
from tablica.accounts.rules import access_of
from tablica.api.answers import answer, listing
from tablica.api.problems import only_parameters
from tablica.api.reading import ApiRequest, limit_in, number_in
from tablica.api.shapes import (
    Choice,
    Colleague,
    ColleagueList,
    FieldShape,
    Kinds,
    KindShape,
    Me,
    Named,
    Rights,
    TeamList,
    TypeShape,
)
from tablica.records import forms
from tablica.records.kinds import Kind, all_kinds
from tablica.records.rules import hidden_fields, may_create, may_curate_tags
from tablica.wall.types import all_types

router = Router(tags=["House"])

M = TypeVar("M", bound=Model)


@router.get("/me", response=Me, operation_id="get_me")
def get_me(request: ApiRequest) -> HttpResponse:
    """Whose token this is, and what they may do."""
    user = request.reader
    return answer(
        Me(
            id=user.pk,
            name=user.name,
            email=user.email,
            role=user.role.slug,
            teams=[Named(id=team.pk, name=team.name) for team in user.teams.all()],
            language=user.language,
            timezone=user.timezone,
            scope=request.token.scope,
            rights=_rights(user),
        )
    )


def _rights(user: User) -> Rights:
    access = access_of(user)
    return Rights(
        administers=access.administers,
        curates_tags=may_curate_tags(user),
        abilities=[ability for ability in Ability.values if access.can(ability)],
        kinds={
            kind.name: {str(verb): str(access.scope(kind.name, verb)) for verb in Grant.Verb.values}
            for kind in all_kinds()
        },
    )


@router.get("/kinds", response=Kinds, operation_id="list_kinds")
def list_kinds(request: ApiRequest) -> HttpResponse:
    """The kinds of records with their fields, and the types of entries, in your language."""
    return answer(
        Kinds(
            items=[_kind(request.reader, kind) for kind in all_kinds()],
            types=[
                TypeShape(type=t.name, label=str(t.label), written=t.written) for t in all_types()
            ],
        )
    )


def _kind(user: User, kind: Kind) -> KindShape:
    hidden = hidden_fields(user, kind.name)
    return KindShape(
        kind=kind.name,
        label=str(kind.label),
        plural=str(kind.plural),
        path=f"/{kind.path}",
        may_create=may_create(user, kind.name),
        fields=[_field(s) for s in kind.form_class().shapes() if s.name not in hidden],
    )


def _field(shape: forms.FieldShape) -> FieldShape:
    choices = [Choice(value=value, label=str(label)) for value, label in shape.choices]
    return FieldShape(
        name=shape.name,
        label=str(shape.label),
        type=shape.type,
        required=shape.required,
        custom=False,
        choices=choices or None,
    )


@router.get("/colleagues", response=ColleagueList, operation_id="list_colleagues")
def list_colleagues(request: ApiRequest) -> HttpResponse:
    """Everybody who works here: owners and audiences name them by number."""
    page, after = _page(request, colleagues())
    return listing([Colleague(id=u.pk, name=u.name, email=u.email) for u in page], after)


@router.get("/teams", response=TeamList, operation_id="list_teams")
def list_teams(request: ApiRequest) -> HttpResponse:
    """All teams."""
    page, after = _page(request, teams())
    return listing([Named(id=team.pk, name=team.name) for team in page], after)


def _page(request: ApiRequest, rows: QuerySet[M]) -> tuple[list[M], str | None]:
    """A page of these by number, and where the following one begins."""
    only_parameters(request.GET, ("limit", "cursor"))
    limit = limit_in(request)
    since = number_in("cursor", request.GET.get("cursor") or "0")
    found = list(rows.filter(pk__gt=since).order_by("pk")[: limit + 1])
    return found[:limit], str(found[limit - 1].pk) if len(found) > limit else None
