"""Rules of seeing: audiences, teams, scopes, things of every sort, their past, news, and fields."""

from __future__ import annotations

from tests.mutations import Mutation

ACCESS = "tablica/accounts/rules.py"
SEEN = "tablica/records/visibility.py"
RULES = "tablica/records/rules.py"
RECORDS = "tablica/records/models.py"
WALL = "tablica/wall/visibility.py"
READ = "tablica/wall/rules.py"
TRASH = "tablica/wall/queries/trash.py"
HISTORY = "tablica/wall/queries/history.py"

ROLES = "tablica/records/tests/test_rules.py::"
EVERY_RECORD = f"{ROLES}test_every_role_on_every_record"
EVERY_ENTRY = f"{ROLES}test_every_role_on_every_entry"
DOORS = "tests/gates/test_doors.py::test_everybody_meets_what_the_policy_says"
NO_FIELD = "tests/gates/test_fields.py::test_nobody_can_tell_what_a_hidden_field_holds"
FIELDS = "tablica/records/tests/test_field_rights.py::"
PAST = "tablica/wall/tests/test_history.py::"
THROWN = "tablica/web/tests/test_trash.py::"
HEARD = "tablica/live/tests/test_hearing.py::"

AUDIENCES = [
    Mutation(
        "who was deactivated sees nothing",
        SEEN,
        "    if not access.active:\n        return NOBODY\n    seen",
        "    seen",
        EVERY_RECORD,
    ),
    Mutation(
        "what is for its owner alone is for nobody else",
        SEEN,
        "[EVERYONE, *circles]",
        "[EVERYONE, ME, *circles]",
        EVERY_RECORD,
    ),
    Mutation(
        "what is for the team is for that team",
        SEEN,
        'Q(**{path: TEAM, f"{prefix}{team}__in": sorted(teams)})',
        "Q(**{path: TEAM})",
        EVERY_RECORD,
    ),
    Mutation(
        "a named audience reaches through teams only their people",
        SEEN,
        "*(by_team.get(team, ()) for team in teams[user.pk])",
        "*by_team.values()",
        f"{HEARD}test_many_hear_exactly_what_each_may_read",
    ),
    Mutation(
        "one record for the team is for that team",
        RULES,
        "        return record.team_id in access.team_ids\n    return record.audience_id",
        "        return bool(access.team_ids)\n    return record.audience_id",
        EVERY_RECORD,
    ),
    Mutation(
        "one record for named people is for them",
        RULES,
        "return record.audience_id in circles_of(user)",
        "return record.audience_id != Audience.ME",
        EVERY_RECORD,
    ),
    Mutation(
        "teams below count for who leads them only",
        ACCESS,
        "if reach[user] == Role.Reach.BELOW and own[user]}",
        "if own[user]}",
        f"{ROLES}test_the_reach_of_a_role_follows_the_tree",
    ),
    Mutation(
        "who leads teams reaches those below",
        ACCESS,
        "        reached.update(below)\n",
        "",
        f"{ROLES}test_the_reach_of_a_role_follows_the_tree",
    ),
]
SCOPES = [
    Mutation(
        "own means one's own",
        SEEN,
        "    if scope == Scope.OWN:\n        return own\n",
        "    if scope == Scope.OWN:\n        return Q()\n",
        EVERY_RECORD,
    ),
    Mutation(
        "of the team means of one's teams",
        SEEN,
        'return own | Q(**{f"{prefix}team__in": sorted(access.team_ids)})',
        'return own | Q(**{f"{prefix}team__isnull": False})',
        EVERY_RECORD,
    ),
    Mutation(
        "a kind with a scope of its own is not in the general one",
        SEEN,
        'reached = general & ~Q(**{f"{prefix}kind__in": sorted(named)})',
        "reached = general",
        f"{ROLES}test_a_deal_role_sees_no_deals",
    ),
    Mutation(
        "to do more than see, that verb's scope must reach as well",
        SEEN,
        "reached & _scope_q(access, prefix, verb)",
        "reached",
        EVERY_RECORD,
    ),
    Mutation(
        "to do more than see, one must see",
        RULES,
        "verbs = {Grant.Verb.VIEW, verb}",
        "verbs = {verb}",
        EVERY_RECORD,
    ),
    Mutation(
        "one may do with one record what that verb's scope reaches",
        RULES,
        "verbs = {Grant.Verb.VIEW, verb}",
        "verbs = {Grant.Verb.VIEW}",
        EVERY_RECORD,
    ),
    Mutation(
        "one record of the team is of one's teams",
        RULES,
        "return scope == Scope.TEAM and record.team_id in access.team_ids",
        "return record.team_id in access.team_ids",
        EVERY_RECORD,
    ),
    Mutation(
        "none reaches not even one's own",
        RULES,
        "record.owner_id == access.user_id and scope in (Scope.TEAM, Scope.OWN)",
        "record.owner_id == access.user_id",
        f"{ROLES}test_none_reaches_not_even_what_is_ones_own",
    ),
]
THINGS = [
    Mutation(
        "a record in the trash is out of sight",
        RECORDS,
        "return visible_q(user) & Q(trashed_at=None)",
        "return visible_q(user)",
        EVERY_RECORD,
    ),
    Mutation(
        "the body of a record in the trash is out of sight",
        RECORDS,
        'visible_q(user, "record__") & Q(record__trashed_at=None)',
        'visible_q(user, "record__")',
        f"{DOORS}[company GET]",
    ),
    Mutation(
        "the trash holds for each what they could see",
        RECORDS,
        "self._opened().filter(visible_q(user), trashed_at__isnull=False)",
        "self._opened().filter(trashed_at__isnull=False)",
        EVERY_RECORD,
    ),
    Mutation(
        "the trash shows records to who may delete them",
        TRASH,
        ".filter(may_delete)",
        "",
        f"{THROWN}test_a_colleague_who_may_not_delete_does_not_see_it_here",
    ),
    Mutation(
        "the trash shows entries to who may throw them away",
        TRASH,
        ".filter(entry_q(user) & theirs,",
        ".filter(entry_q(user),",
        f"{THROWN}test_a_colleague_who_may_not_delete_does_not_see_it_here",
    ),
    Mutation(
        "the trash shows entries to who could read them",
        TRASH,
        ".filter(entry_q(user) & theirs,",
        ".filter(theirs,",
        f"{THROWN}test_a_private_entry_stays_its_authors",
    ),
    Mutation(
        "an entry for few narrows the wall",
        WALL,
        "Q(Exists(homes)) & narrowed_q(user, prefix) &",
        "Q(Exists(homes)) &",
        EVERY_ENTRY,
    ),
    Mutation(
        "an entry is on its wall, and as far as that",
        WALL,
        "Q(Exists(homes)) & narrowed_q(user, prefix) &",
        "narrowed_q(user, prefix) &",
        EVERY_ENTRY,
    ),
    Mutation(
        "entries of a wall in the trash are out of sight",
        WALL,
        'pk=OuterRef(f"{prefix}record"), trashed_at=None',
        'pk=OuterRef(f"{prefix}record")',
        EVERY_ENTRY,
    ),
    Mutation(
        "an entry in the trash is out of sight",
        "tablica/wall/models/entries.py",
        "return entry_q(user) & Q(trashed_at=None)",
        "return entry_q(user)",
        f"{DOORS}[entry GET]",
    ),
    Mutation(
        "one entry for few is for them",
        READ,
        "        return record.team_id in access_of(user).team_ids\n",
        "        return True\n",
        EVERY_ENTRY,
    ),
    Mutation(
        "one entry of a wall in the trash is closed",
        READ,
        "if entry.trashed_at or record.trashed_at or not may",
        "if entry.trashed_at or not may",
        EVERY_ENTRY,
    ),
    Mutation(
        "a comment in the trash is out of sight",
        "tablica/wall/models/talk.py",
        "Q(entry__trashed_at=None, trashed_at=None)",
        "Q(entry__trashed_at=None)",
        "tablica/wall/tests/test_litany.py::test_a_comment_thrown_away_is_out_of_sight",
    ),
    Mutation(
        "files are for who reads their entry",
        WALL,
        'entry__trashed_at=None) & entry_q(user, "entry__")',
        "entry__trashed_at=None)",
        f"{DOORS}[file-plain GET]",
    ),
    Mutation(
        "files of an entry in the trash are closed",
        WALL,
        "Q(entry__isnull=False, entry__trashed_at=None)",
        "Q(entry__isnull=False)",
        f"{DOORS}[file-plain GET]",
    ),
    Mutation(
        "a loose file is for who sent it",
        WALL,
        "Q(entry=None, uploaded_by=user.pk)",
        "Q(entry=None)",
        "tablica/wall/tests/test_loose_files.py::test_it_is_for_who_sent_it",
    ),
    Mutation(
        "drafts are for who writes them",
        WALL,
        "Q(**{path: user.pk}) if",
        "Q() if",
        "tablica/wall/tests/test_drafts.py::"
        "test_each_place_has_its_own_drafts_and_nobody_else_sees_them",
    ),
    Mutation(
        "a record that one does not see has no name in what is told",
        "tablica/records/showing.py",
        "Record.objects.visible_to(user).filter(pk__in=wanted)",
        'Record.objects.unguarded(reason="broken").filter(pk__in=wanted)',
        "tablica/wall/tests/test_placing.py::"
        "test_where_else_it_is_shown_is_hidden_from_who_may_not_see_it",
    ),
    Mutation(
        "tags on what is hidden are not met",
        "tablica/wall/queries/tags.py",
        "    if may_curate_tags(user):\n",
        "    if True:\n",
        "tests/gates/test_canaries.py::test_nobody_meets_a_word_that_is_not_theirs[outsider]",
    ),
    Mutation(
        "a query that was not asked for somebody is refused",
        "tablica/records/managers.py",
        "if not self.opened and not self.is_empty():",
        "if False:",
        "tablica/records/tests/test_managers.py::test_an_unopened_queryset_raises",
    ),
]
PASTS = [
    Mutation(
        "what was for few stays with them",
        HISTORY,
        "elif record not in teams or not _is_for(user, audience, teams[record]):",
        "elif record not in teams:",
        f"{PAST}test_what_was_for_few_stays_with_them_when_the_entry_opens",
    ),
    Mutation(
        "what was said on a hidden wall stays there",
        HISTORY,
        "elif record not in teams or not _is_for(user, audience, teams[record]):",
        "elif not _is_for(user, audience, teams.get(record)):",
        f"{PAST}test_what_was_said_on_a_hidden_wall_stays_there",
    ),
    Mutation(
        "the team of then reads what was for the team",
        HISTORY,
        "return team in access_of(user).team_ids",
        "return True",
        f"{PAST}test_what_was_for_the_team_stays_with_the_team",
    ),
]
NEWS = [
    Mutation(
        "the search finds entries for who reads them",
        "tablica/search/models.py",
        'entry_q(user, "entry__") & alive',
        "alive",
        "tablica/search/tests/test_rights.py::test_everybody_finds_exactly_what_they_may_see",
    ),
    Mutation(
        "a notice opens while its entry may be read",
        "tablica/notices/models.py",
        'there & entry_q(user, "entry__")',
        "there",
        "tablica/notices/tests/test_telling.py::"
        "test_what_one_may_no_longer_read_is_gone_from_the_bell",
    ),
    Mutation(
        "a notice is for whom it was made",
        "tablica/notices/models.py",
        "Q(user=user.pk) & there",
        "there",
        "tablica/notices/tests/test_seeing.py::test_nothing_is_read_for_others_or_by_wrong_numbers",
    ),
    Mutation(
        "who may not read it is not told",
        "tablica/notices/commands/telling.py",
        "if entry and may_read(u, entry) and tells",
        "if entry and tells",
        "tablica/notices/tests/test_telling.py::test_who_may_not_read_it_hears_nothing",
    ),
    Mutation(
        "live, only who reads it hears of an entry",
        "tablica/live/queries.py",
        "if entry is not None and (entry.pk not in seen or not _is_told(user, entry)):",
        "if entry is not None and not _is_told(user, entry):",
        f"{HEARD}test_many_hear_exactly_what_each_may_read",
    ),
    Mutation(
        "live, only who sees the wall hears who writes on it",
        "tablica/live/queries.py",
        "if entry is None and one.record not in open_walls:",
        "if entry is None and one.record is None:",
        f"{HEARD}test_who_writes_is_told_to_who_sees_that_wall",
    ),
    Mutation(
        "live, a move names only walls that the listener sees",
        "tablica/live/queries.py",
        "placed = open_walls.intersection(matter.walls.get(entry.pk, ()))",
        "placed = set(matter.walls.get(entry.pk, ()))",
        f"{HEARD}test_a_move_tells_only_of_walls_that_the_listener_sees",
    ),
    Mutation(
        "live, who was lent something is a circle of their own",
        "tablica/live/queries.py",
        "access.team_ids, circles_, lent)",
        "access.team_ids, circles_)",
        f"{HEARD}test_who_was_lent_something_hears_of_it_and_nobody_else",
    ),
]
HIDDEN_FIELDS = [
    Mutation(
        "a hidden field is hidden",
        SEEN,
        "if right == Role.FieldRight.HIDDEN)",
        "if right is None)",
        f"{FIELDS}test_the_rule_knows_hidden_from_read",
    ),
    Mutation(
        "an entry that tells only hidden changes is not there",
        WALL,
        'return (Q(**{f"{prefix}changed": None}) | ~untold) if untold else Q()',
        "return Q()",
        f"{NO_FIELD}[deal-stage]",
    ),
    Mutation(
        "one entry that tells only hidden changes is closed",
        READ,
        "if tells_only(entry.changed, hidden_fields(user, record.kind)):",
        "if False:",
        f"{FIELDS}test_one_entry_that_tells_only_what_is_hidden_is_closed",
    ),
    Mutation(
        "what a hidden field relates is not related",
        "tablica/wall/queries/context.py",
        "if name in hidden_fields(user, kind):",
        "if False:",
        f"{FIELDS}test_what_a_hidden_field_relates_is_not_related",
    ),
    Mutation(
        "the words of a hidden field are not found",
        "tablica/search/queries.py",
        "    if not narrowed:\n        return anywhere\n",
        "    if True:\n        return anywhere\n",
        f"{NO_FIELD}[company-tax_id]",
    ),
    Mutation(
        "a list has no column of a hidden field",
        "tablica/web/queries/lists.py",
        '{"owner", "team", "currency", "country", "language"} | hidden_fields(user, kind.name)',
        '{"owner", "team", "currency", "country", "language"}',
        f"{FIELDS}test_a_list_has_neither_column_nor_filter",
    ),
]
SEEING = [*AUDIENCES, *SCOPES, *THINGS, *PASTS, *NEWS, *HIDDEN_FIELDS]
