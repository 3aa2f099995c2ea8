"""Rules of coming in: sessions, second factors, leaving, and the keys of programs."""

from __future__ import annotations

from tests.mutations import Mutation

BACKEND = "tablica/accounts/backends.py"
DOOR = "tablica/api/door.py"
TOKENS = "tablica/accounts/queries.py"
FACTORS = "tablica/web/tests/test_factors_first.py::"
SIGNED_IN = "tablica/accounts/tests/test_sign_ins.py::"
PROGRAMS = "tablica/api/tests/test_door.py::"
AT_THE_DOOR = "tablica/accounts/tests/test_door.py::"

SESSIONS = [
    Mutation(
        "who was deactivated is out with the next request",
        BACKEND,
        "return user if user and user.is_active else None",
        "return user",
        f"{AT_THE_DOOR}test_a_deactivated_colleague_is_out_at_once",
    ),
    Mutation(
        "who was deactivated does not come in",
        BACKEND,
        "        return user if user.is_active else None\n",
        "        return user\n",
        f"{AT_THE_DOOR}test_unknown_wrong_and_deactivated_get_the_same_answer",
    ),
    Mutation(
        "no session lasts for ever",
        "tablica/accounts/commands/sign_ins.py",
        "return timezone.now() - began_at > longest",
        "return user.role.administers and timezone.now() - began_at > longest",
        f"{SIGNED_IN}test_use_is_noted_now_and_then_and_no_session_lasts_for_ever",
    ),
    Mutation(
        "who administers comes in anew each day",
        "tablica/accounts/commands/sign_ins.py",
        "longest = LONGEST_OF_ADMINISTRATORS if user.role.administers else LONGEST",
        "longest = LONGEST",
        f"{SIGNED_IN}test_who_administers_comes_in_anew_each_day",
    ),
    Mutation(
        "the age of a session is looked at",
        "tablica/web/middleware.py",
        "if not is_program and not look_after(request, request.user):",
        "if False:",
        f"{SIGNED_IN}test_use_is_noted_now_and_then_and_no_session_lasts_for_ever",
    ),
    Mutation(
        "nobody ends the session of another",
        "tablica/accounts/commands/sign_ins.py",
        "SignIn.objects.select_for_update().filter(pk=number, user=by).first()",
        "SignIn.objects.select_for_update().filter(pk=number).first()",
        f"{SIGNED_IN}test_another_browser_is_ended_at_once_and_nobody_elses",
    ),
    Mutation(
        "whose role asks for a second factor gets nowhere without",
        "tablica/web/middleware.py",
        "if not is_open and request.user.is_authenticated and has_to_set_up(request.user):",
        "if False:",
        f"{FACTORS}test_whoever_has_none_sets_one_up_before_anything",
    ),
    Mutation(
        "a key of whose role asks for a second factor waits for it",
        DOOR,
        "if has_to_set_up(request.reader):",
        "if False:",
        f"{FACTORS}test_nor_do_keys_of_programs_count_until_then",
    ),
    Mutation(
        "the password alone opens nothing where there is a second factor",
        "tablica/accounts/factors/queries.py",
        "return User.objects.filter(with_a_factor(), pk=user.pk).exists()",
        "return False",
        "tablica/accounts/tests/test_second_step.py",
    ),
]
KEYS = [
    Mutation(
        "a key to read changes nothing",
        DOOR,
        "if request.method not in READING and request.token.scope != ApiToken.Scope.WRITE:",
        "if False:",
        f"{PROGRAMS}test_a_token_to_read_writes_nothing",
    ),
    Mutation(
        "a key ends at its end",
        TOKENS,
        "revoked_at=None, expires_at__gt=now)",
        "revoked_at=None)",
        f"{PROGRAMS}test_tokens_end",
    ),
    Mutation(
        "a key that was revoked is over",
        TOKENS,
        "revoked_at=None, expires_at__gt=now)",
        "expires_at__gt=now)",
        f"{PROGRAMS}test_tokens_end",
    ),
    Mutation(
        "a key ends with its owner's leaving",
        TOKENS,
        "if token is None or not token.user.is_active:",
        "if token is None:",
        "tablica/accounts/tests/test_commands.py::test_a_token_of_somebody_who_left_opens_nothing",
    ),
]
ANSWERS = [
    Mutation(
        "no cache keeps what people see",
        "tablica/web/middleware.py",
        'response.headers.setdefault("Cache-Control", "no-store")',
        "pass",
        "tests/test_cache_in_front.py::test_a_cache_keeps_nothing_of_what_people_see",
    ),
]
COMING_IN = [*ANSWERS, *SESSIONS, *KEYS]
