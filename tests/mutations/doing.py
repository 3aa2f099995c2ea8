"""Rules of doing: what is withheld, changing, throwing away, moving, fields, and giving rights."""

from __future__ import annotations

from tests.mutations import Mutation

ACCESS = "tablica/accounts/rules.py"
SEEN = "tablica/records/visibility.py"
RULES = "tablica/records/rules.py"
READ = "tablica/wall/rules.py"
RECORD = "tablica/records/commands.py"
PLACING = "tablica/wall/commands/placing.py"

RECORDS_SEEN = "tablica/records/models.py"
BROKEN = "tests/gates/test_fail_closed.py::test_what_breaks_is_a_no"
ADDING = "tablica/records/tests/test_rules.py::test_who_may_add_what"
WITHHELD = "tablica/records/tests/test_withheld.py::"
FIELDS = "tablica/records/tests/test_field_rights.py::"
COLLEAGUE = "tablica/wall/tests/test_litany.py::test_a_colleague_of_the_team"
STRANGER = "tablica/wall/tests/test_litany.py::test_a_stranger_meets_nothing"
MOVED = "tablica/wall/tests/test_placing.py::"
GIVEN = "tablica/accounts/tests/test_roles.py::"
DOORS = "tests/gates/test_doors.py::test_everybody_meets_what_the_policy_says"

RECORDS = [
    Mutation(
        "who was deactivated adds nothing",
        ACCESS,
        "        if not self.active:\n            return Scope.NONE\n",
        "",
        ADDING,
    ),
    Mutation(
        "who does not see a kind adds nothing of it",
        RULES,
        'Scope.NONE not in (access.scope(kind, "edit"), access.scope(kind, "view"))',
        'Scope.NONE != access.scope(kind, "edit")',
        ADDING,
    ),
    Mutation(
        "who may not add is refused",
        RECORD,
        "if not may_create(by, kind.name):",
        "if False:",
        "tablica/records/tests/test_rules.py::test_who_may_not_add_is_refused",
    ),
    Mutation(
        "who only sees a record changes nothing of it",
        RECORD,
        "if not may(by, verb, record):",
        "if False:",
        f"{DOORS}[record-trash POST]",
    ),
    Mutation(
        "what one does not see is not there",
        RECORD,
        'or record.is_trashed is not trashed or not may(by, "view", record):',
        "or record.is_trashed is not trashed:",
        f"{STRANGER}[trash record]",
    ),
    Mutation(
        "who only edits does not take it from others' sight",
        RULES,
        "if _in_audience(user, access, record) and _reaches(access, Grant.Verb.DELETE, record):",
        "if True:",
        f"{WITHHELD}test_each_role",
    ),
    Mutation(
        "who may delete does not say who reads",
        RULES,
        "        return frozenset(reading)\n",
        "        return frozenset()\n",
        f"{WITHHELD}test_a_manager_passes_it_on_but_does_not_narrow_it",
    ),
    Mutation(
        "what is withheld is refused by the command",
        RECORD,
        "    _refuse_withheld(withheld(by, body.record) & set(changes))\n",
        "",
        f"{WITHHELD}test_the_command_refuses_who_only_edits",
    ),
    Mutation(
        "a field to read is not set",
        SEEN,
        "return frozenset(access_of(user).fields.get(kind, ()))",
        "return hidden_fields(user, kind)",
        f"{FIELDS}test_a_field_to_read_is_not_set",
    ),
    Mutation(
        "a hidden field is not set, also not to what it is",
        RECORD,
        "    _refuse_withheld(hidden_fields(by, record.kind) & set(values))\n",
        "",
        f"{FIELDS}test_a_hidden_value_cannot_be_found_out_by_setting_it",
    ),
    Mutation(
        "a deal goes on by who may set its stage",
        "tablica/sales/rules.py",
        'return sees_way(user) and "stage" not in sealed_fields(user, "deal")',
        "return sees_way(user)",
        f"{FIELDS}test_who_only_reads_the_stage_moves_no_deal_on",
    ),
]
WALLS = [
    Mutation(
        "only the author edits an entry",
        READ,
        "return shown_type(entry.type).written and entry.author_id == user.pk",
        "return shown_type(entry.type).written",
        f"{COLLEAGUE}[edit entry]",
    ),
    Mutation(
        "the author throws an entry away, or who may delete the record",
        READ,
        'return entry.author_id == user.pk or may(user, "delete", entry.record)',
        "return True",
        f"{COLLEAGUE}[trash entry]",
    ),
    Mutation(
        "what happened by itself stays",
        READ,
        "return shown_type(entry.type).written and entry.author_id == user.pk",
        "return entry.author_id == user.pk",
        "tablica/wall/tests/test_litany.py::"
        "test_what_happened_by_itself_stays_as_it_is[edit entry]",
    ),
    Mutation(
        "what one does not read cannot be changed",
        "tablica/wall/commands/entries.py",
        "    if not readable:\n        raise Hidden\n    return entry",
        "    return entry",
        f"{STRANGER}[edit entry]",
    ),
    Mutation(
        "the author edits a comment",
        READ,
        "return comment.author_id == user.pk\n\n",
        "return True\n\n",
        f"{COLLEAGUE}[edit comment]",
    ),
    Mutation(
        "the author throws a comment away, or who may delete the record",
        READ,
        'return comment.author_id == user.pk or may(user, "delete", comment.entry.record)',
        "return True",
        f"{COLLEAGUE}[trash comment]",
    ),
    Mutation(
        "what answers an entry one does not read is not there",
        "tablica/wall/commands/comments.py",
        "if not may_read(by, comment.entry):",
        "if False:",
        f"{STRANGER}[edit comment]",
    ),
    Mutation(
        "who only reads does not pin",
        "tablica/wall/commands/pins.py",
        'if not may(by, "edit", entry.record):',
        "if False:",
        f"{DOORS}[pin POST]",
    ),
    Mutation(
        "who only reads does not move",
        READ,
        'return entry.author_id == user.pk or may(user, "edit", entry.record)',
        "return True",
        f"{MOVED}test_who_only_reads_may_not_move_what_others_wrote",
    ),
    Mutation(
        "moving takes nothing from who reads it",
        PLACING,
        "    if not may_take_away(by, entry, target):\n",
        "    if False:\n",
        f"{MOVED}test_who_moves_what_others_wrote_takes_it_from_nobody",
    ),
    Mutation(
        "from a circle to another is taking away",
        READ,
        "    if here.audience_id != to.audience_id:\n        return False\n",
        "",
        f"{MOVED}test_who_moves_what_others_wrote_takes_it_from_nobody",
    ),
    Mutation(
        "a pin comes along where one may pin",
        PLACING,
        'if entry.pinned_at is None or may(by, "edit", target):',
        "if entry.pinned_at is None or True:",
        f"{MOVED}test_a_pin_does_not_come_along_without_the_right_to_pin",
    ),
    Mutation(
        "who looks after the tags changes them for all",
        RULES,
        "return can(user, Ability.TAGS)",
        "return access_of(user).active",
        "tablica/records/tests/test_tags.py::"
        "test_only_who_looks_after_the_tags_changes_them_for_all",
    ),
    Mutation(
        "an entry in the trash is not changed",
        "tablica/wall/commands/entries.py",
        "if entry is None or (entry.trashed_at is not None) is not trashed:",
        "if entry is None:",
        f"{DOORS}[entry-restore POST]",
    ),
]
GIVING = [
    Mutation(
        "who invites gives no more than they have",
        ACCESS,
        "return allows_all_of(user, role) and {team.pk for team in teams} <= access.team_ids",
        "return {team.pk for team in teams} <= access.team_ids",
        f"{GIVEN}test_nobody_invites_somebody_stronger",
    ),
    Mutation(
        "who invites gives no team beyond their own",
        ACCESS,
        "return allows_all_of(user, role) and {team.pk for team in teams} <= access.team_ids",
        "return allows_all_of(user, role)",
        f"{GIVEN}test_nobody_invites_somebody_stronger",
    ),
    Mutation(
        "who invites gives no field that they have not",
        ACCESS,
        "<= FIELD_RIGHTS.index(FieldRight(right))",
        "<= FIELD_RIGHTS.index(FieldRight.WRITE)",
        f"{FIELDS}test_who_invites_gives_no_field_that_they_have_not",
    ),
    Mutation(
        "only who may invite invites",
        ACCESS,
        "    if not access.can(Ability.INVITE):\n        return False\n",
        "",
        f"{DOORS}[people-settings POST]",
    ),
    Mutation(
        "administering ends with leaving",
        ACCESS,
        "administers=user.role.administers and user.is_active",
        "administers=user.role.administers",
        "tablica/accounts/tests/test_roles.py::test_who_left_administers_nothing",
    ),
    Mutation(
        "only administrators change roles",
        ACCESS,
        "return access_of(user).administers\n",
        "return access_of(user).active\n",
        f"{GIVEN}test_only_administrators_touch_roles_and_nothing_is_overwritten_unseen",
    ),
]
BREAKING = [
    Mutation(
        "a rule that cannot be asked says no",
        RULES,
        "    if may_without_looking(user, verb, record):\n        return True\n",
        "    try:\n        if may_without_looking(user, verb, record):\n            return True\n"
        "    except Exception:\n        return True\n",
        f"{BROKEN}[entry-trash POST]",
    ),
    Mutation(
        "a list that cannot be narrowed is not given",
        RECORDS_SEEN,
        "return visible_q(user) & Q(trashed_at=None)",
        "try:\n            return visible_q(user) & Q(trashed_at=None)\n"
        "        except Exception:\n            return Q()",
        f"{BROKEN}[api-1:list_records GET]",
    ),
    Mutation(
        "what broke half-way leaves nothing",
        "tablica/shared/mail/commands.py",
        "@transaction.atomic\ndef send_again(",
        "def send_again(",
        f"{BROKEN}[letter-retry POST]",
    ),
]
DOING = [*BREAKING, *RECORDS, *WALLS, *GIVING]
