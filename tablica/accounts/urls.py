"""The addresses of coming in, and of the settings about people."""

from django.urls import path

from tablica.accounts.views import door, factors, jobs, me, passkeys, people, second, teams, tokens

urlpatterns = [
    path("login", door.sign_in, name="login"),
    path("login/second", second.second, name="second"),
    path("login/passkey", passkeys.show, name="passkey-show"),
    path("login/passkey/options", passkeys.showing, name="passkey-showing"),
    path("logout", door.sign_out, name="logout"),
    path("setup/<str:secret>", door.one_time_link, name="one_time_link"),
    path("settings", me.settings, name="settings"),
    path("settings/me", me.me, name="me"),
    path("settings/me/password", me.my_password, name="my-password"),
    path("settings/me/factors", factors.factors, name="factors"),
    path("settings/me/factors/app", factors.app, name="factor-app"),
    path("settings/me/factors/app/removal", factors.app_removal, name="factor-app-removal"),
    path("settings/me/factors/passkeys", passkeys.new, name="passkey-new"),
    path("settings/me/factors/passkeys/options", passkeys.making, name="passkey-making"),
    path(
        "settings/me/factors/passkeys/<int:passkey_id>/removal",
        passkeys.removal,
        name="passkey-removal",
    ),
    path("settings/me/factors/codes", factors.recovery, name="recovery-codes"),
    path("settings/me/sign-ins/end", me.end_others, name="sign-ins-end"),
    path("settings/me/sign-ins/<int:number>/end", me.end, name="sign-in-end"),
    path(
        "settings/people/<int:user_id>/sign-ins/end",
        people.end_sign_ins,
        name="person-sign-ins-end",
    ),
    path("settings/people", people.people, name="people-settings"),
    path("settings/people/<int:user_id>", people.rights, name="rights"),
    path(
        "settings/people/<int:user_id>/factors/removal",
        people.take_factors_away,
        name="person-factors-removal",
    ),
    path("settings/people/<int:user_id>/invitation", people.invite, name="invitation"),
    path("settings/people/<int:user_id>/deactivation", people.deactivate, name="deactivation"),
    path(
        "settings/people/<int:user_id>/deactivation/undo",
        people.reactivate,
        name="deactivation-undo",
    ),
    path("settings/teams", teams.teams, name="teams"),
    path("settings/teams/<int:team_id>", teams.team, name="team"),
    path("settings/jobs", jobs.jobs, name="jobs"),
    path("settings/jobs/retries", jobs.retry_all, name="jobs-retry"),
    path("settings/jobs/<int:job_id>/retry", jobs.retry, name="job-retry"),
    path("settings/jobs/<int:job_id>/drop", jobs.drop, name="job-drop"),
    path("settings/jobs/<int:job_id>/drop/undo", jobs.undrop, name="job-drop-undo"),
    path("settings/tokens", tokens.tokens, name="tokens"),
    path("settings/tokens/<int:token_id>/revocation", tokens.revoke, name="token-revocation"),
]
