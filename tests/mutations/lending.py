"""Rules of what is lent: shares, standing in for the absent, looking in."""

from __future__ import annotations

from tests.mutations import Mutation

LENT = "tablica/records/lent.py"
LENDING = "tablica/records/lending.py"
LOOKING = "tablica/records/looking.py"
RULES = "tablica/records/rules.py"
SEEN = "tablica/records/visibility.py"

TRIED = "tablica/records/tests/test_lending.py::"
SHARED = f"{TRIED}test_a_share_opens_one_record_and_ends_by_itself"
DEPUTY = f"{TRIED}test_a_deputy_sees_and_does_what_the_absent_person_may_for_just_that_time"
WALK = "tests/gates/test_walk.py::test_every_change_of_rights_counts_with_the_next_look"
LOOKED = f"{TRIED}test_administrators_look_in_with_a_reason_for_a_time_and_are_seen"
OVER = f"{TRIED}test_looking_in_ends_with_its_time_and_with_the_role"
PAGES = "tablica/access/tests/test_lending_pages.py::"

SHARES = [
    Mutation(
        "a share ends at its end",
        LENT,
        "open_ = Q(until=None) | Q(until__gt=timezone.now())",
        "open_ = Q()",
        SHARED,
    ),
    Mutation(
        "a share to read lets nobody change",
        RULES,
        "verb == Grant.Verb.EDIT and lent.shared.get(record.pk, False)",
        "verb == Grant.Verb.EDIT and record.pk in lent.shared",
        SHARED,
    ),
    Mutation(
        "a list of what one may change leaves out shares to read",
        SEEN,
        "if edits or verb == Grant.Verb.VIEW]",
        "if edits or verb]",
        f"{TRIED}test_filters_and_rules_say_the_same_of_what_is_lent",
    ),
    Mutation(
        "a share lets nobody throw away or take out",
        SEEN,
        "LENDABLE = (Grant.Verb.VIEW, Grant.Verb.EDIT)",
        "LENDABLE = tuple(Grant.Verb.values)",
        f"{TRIED}test_filters_and_rules_say_the_same_of_what_is_lent",
    ),
    Mutation(
        "only who says who reads it shares it",
        LENDING,
        "if not may_share(by, record):",
        "if False:",
        f"{TRIED}test_a_share_may_let_change_but_never_say_who_reads",
    ),
    Mutation(
        "what one does not see cannot be shared",
        LENDING,
        "Record.objects.visible_to(by).filter(pk=record_id).first()",
        'Record.objects.unguarded(reason="broken").filter(pk=record_id).first()',
        f"{TRIED}test_who_may_not_see_cannot_share_and_nobody_shares_with_whom_left",
    ),
]
ABSENCES = [
    Mutation(
        "an absence begins at its beginning",
        LENT,
        "            starts_at__lte=now,\n",
        "",
        DEPUTY,
    ),
    Mutation(
        "an absence ends at its end",
        LENT,
        "            ends_at__gt=now,\n",
        "",
        DEPUTY,
    ),
    Mutation(
        "an absence of a part is about that part",
        SEEN,
        "    if place.kinds:\n",
        "    if False:\n",
        f"{TRIED}test_a_deputy_of_a_part_sees_that_part",
    ),
    Mutation(
        "an absence of a part is about one record of that part",
        RULES,
        "        and place.covers(record.kind)\n",
        "",
        f"{TRIED}test_filters_and_rules_say_the_same_of_what_is_lent",
    ),
    Mutation(
        "what is for the absent person alone stays closed",
        SEEN,
        ' & ~Q(**{f"{prefix}audience": ME})',
        "",
        f"{TRIED}test_what_is_for_the_absent_person_alone_stays_closed",
    ),
    Mutation(
        "one record for the absent person alone stays closed",
        RULES,
        "    if record.audience_id == Audience.ME:\n        return []\n",
        "",
        f"{TRIED}test_filters_and_rules_say_the_same_of_what_is_lent",
    ),
    Mutation(
        "a deputy stands in for what the absent person owns",
        RULES,
        "        if place.person.pk == record.owner_id\n        and place",
        "        if place",
        f"{TRIED}test_filters_and_rules_say_the_same_of_what_is_lent",
    ),
    Mutation(
        "a deputy does what the absent person's role lets them",
        RULES,
        "return any(_reaches(access_of(p.person), verb, record) for p in places_at(user, record))",
        "return bool(places_at(user, record))",
        WALK,
    ),
    Mutation(
        "a list for a deputy holds what the absent person's role reaches",
        SEEN,
        "return theirs & _verb_q(access, prefix, verb) if access.active else NOBODY",
        "return theirs if access.active else NOBODY",
        WALK,
    ),
    Mutation(
        "who leads somebody says when they are away, nobody else",
        LENDING,
        "return leads and person.teams.filter(pk__in=access.team_ids).exists()",
        "return person.teams.filter(pk__in=access.team_ids).exists()",
        f"{TRIED}test_who_may_say_that_somebody_is_away",
    ),
    Mutation(
        "who leads others does not say it of people elsewhere",
        LENDING,
        "return leads and person.teams.filter(pk__in=access.team_ids).exists()",
        "return leads",
        f"{TRIED}test_who_may_say_that_somebody_is_away",
    ),
    Mutation(
        "who may not plan it does not end it",
        LENDING,
        "not may_plan_absence(by, found.person) or found.ends_at <= now",
        "found.ends_at <= now",
        f"{TRIED}test_back_earlier_closes_it_at_once",
    ),
]
LOOKS = [
    Mutation(
        "only administrators look in",
        LOOKING,
        "if not may_administer(by) or by.pk == person.pk:",
        "if by.pk == person.pk:",
        LOOKED,
    ),
    Mutation(
        "nobody looks in without a reason", LOOKING, "if not reason.strip():", "if False:", LOOKED
    ),
    Mutation(
        "looking in ends with its time",
        LOOKING,
        ".filter(pk=number, by=user, ends_at__gt=timezone.now())",
        ".filter(pk=number, by=user)",
        OVER,
    ),
    Mutation(
        "looking in is of one administrator",
        LOOKING,
        ".filter(pk=number, by=user, ends_at__gt=timezone.now())",
        ".filter(pk=number, ends_at__gt=timezone.now())",
        f"{TRIED}test_looking_in_is_of_who_began_it",
    ),
    Mutation(
        "looking in ends with the role",
        LOOKING,
        "        if may_administer(user)\n",
        "        if True\n",
        OVER,
    ),
    Mutation(
        "looking in is for reading alone",
        RULES,
        "return verb == Grant.Verb.VIEW and looks_into is not None and",
        "return looks_into is not None and",
        LOOKED,
    ),
    Mutation(
        "a list of what one may change leaves out what one looks into",
        SEEN,
        "if lent.looks_into and verb == Grant.Verb.VIEW:",
        "if lent.looks_into:",
        LOOKED,
    ),
    Mutation(
        "a request that changes something looks into nothing",
        "tablica/web/middleware.py",
        'if not is_program and request.method in ("GET", "HEAD"):',
        "if not is_program:",
        f"{PAGES}test_looking_in_is_a_session_that_the_other_can_read",
    ),
    Mutation(
        "looking in opens what is of one person",
        RULES,
        "looks_into is not None and record.owner_id == looks_into",
        "looks_into is not None",
        LOOKED,
    ),
    Mutation(
        "what was opened is told",
        LOOKING,
        "        if first:\n",
        "        if False:\n",
        LOOKED,
    ),
]
LENT_OUT = [*SHARES, *ABSENCES, *LOOKS]
