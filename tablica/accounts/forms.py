"""What colleagues type about themselves and each other."""

from __future__ import annotations

import zoneinfo
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from tablica.accounts.doors import passwords_open
from tablica.accounts.models import ApiToken, Role, Team, User
from tablica.accounts.rules import access_of, may_give
from tablica.shared.text import BadText, clean
from tablica.shared.writing import in_digits

LONGEST_PASSWORD = 256


class PlainName(forms.CharField):
    """A name in one line, without anything that cannot be shown truthfully."""

    def __init__(self, *, max_length: int = 120, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.widget.attrs.setdefault("dir", "auto")

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        try:
            return clean(text, max_length=self.max_length or 120, multiline=False).strip()
        except BadText as error:
            raise ValidationError(str(error)) from error


class Address(forms.EmailField):
    """An e-mail address, always written from left to right."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("E-mail"))
        super().__init__(max_length=254, **kwargs)
        self.widget.attrs["dir"] = "ltr"


class Password(forms.CharField):
    """A password as it was typed, spaces included."""

    def __init__(self, *, new: bool = False, **kwargs: Any) -> None:
        known_as = "new-password" if new else "current-password"
        kwargs.setdefault("label", _("Password"))
        kwargs["widget"] = forms.PasswordInput(attrs={"autocomplete": known_as, "dir": "ltr"})
        super().__init__(max_length=LONGEST_PASSWORD, strip=False, **kwargs)


@lru_cache(maxsize=1)
def zones() -> list[tuple[str, str]]:
    """The time zones of places, and UTC."""
    places = (name for name in zoneinfo.available_timezones() if "/" in name)
    named = sorted(p for p in places if p.split("/")[0] not in {"Etc", "SystemV", "posix", "right"})
    return [(name, name.replace("_", " ")) for name in ["UTC", *named]]


def _rules_of_passwords() -> str:
    return in_digits(password_validators_help_texts()[0])


class SignInForm(forms.Form):
    """E-mail and password."""

    email = Address(widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = Password()


class NewPasswordForm(forms.Form):
    """The password somebody chooses behind a one-time link."""

    password = Password(new=True, help_text=lazy(_rules_of_passwords, str)())

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if password := cleaned.get("password"):
            try:
                validate_password(password, self._whose(cleaned))
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned

    def _whose(self, cleaned: dict[str, Any]) -> User | None:
        return self.user


class FirstAdministratorForm(NewPasswordForm):
    """Who comes first: their name, how they sign in, and how the program speaks to them."""

    field_order = ["name", "email", "password", "language", "timezone"]
    name = PlainName(label=_("Your name"))
    email = Address(widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zones,
        initial="UTC",
        widget=forms.Select(attrs={"data-guess-zone": ""}),
    )

    def _whose(self, cleaned: dict[str, Any]) -> User | None:
        return User(email=cleaned.get("email", ""), name=cleaned.get("name", ""))


class MeForm(forms.Form):
    """How the program speaks to me."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    name = PlainName(label=_("Your name"))
    timezone = forms.ChoiceField(label=_("Time zone"), choices=zones)
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )
    theme = forms.ChoiceField(label=_("Look"), choices=User.Theme, widget=forms.RadioSelect)


class MyPasswordForm(forms.Form):
    """Another password, proven by the old one."""

    old = Password(label=_("Present password"))
    new = Password(new=True, label=_("New password"), help_text=lazy(_rules_of_passwords, str)())


class PresentPasswordForm(forms.Form):
    """The password again, before something that it protects is changed.

    With `asks_password=False` it is of somebody who has none to give, and has just signed in.
    """

    password = Password(label=_("Present password"))

    def __init__(self, *args: Any, asks_password: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_password:
            del self.fields["password"]


class Code(forms.CharField):
    """A code that is read somewhere and typed here, spaces and dashes as one likes."""

    def __init__(self, **kwargs: Any) -> None:
        known_as = {"autocomplete": "one-time-code", "dir": "ltr", "autofocus": True}
        more = {"autocapitalize": "off", "spellcheck": "false"}
        kwargs["widget"] = forms.TextInput(attrs={**known_as, **more})
        super().__init__(max_length=64, **kwargs)


class CodeForm(forms.Form):
    """A code of the app, or a recovery code."""

    code = Code(label=_("Code"))


class AppForm(PresentPasswordForm):
    """The first code of a new app, and the password."""

    field_order = ["code", "password"]
    code = Code(label=_("The code it shows now"))


class PasskeyForm(PresentPasswordForm):
    """What a new passkey is to be called, and the password."""

    field_order = ["name", "password"]
    name = PlainName(
        label=_("What is it called?"),
        max_length=80,
        help_text=_("Such as “Phone” or “Grey key”: you will know it again by that."),
    )


class RightsForm(forms.Form):
    """What a colleague may do, and with whom they work."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    role = forms.ModelChoiceField(
        label=_("Role"), queryset=Role.objects.order_by("pk"), empty_label=None
    )
    teams = forms.ModelMultipleChoiceField(
        label=_("Teams"),
        queryset=Team.objects.order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class NewUserForm(forms.Form):
    """A colleague to be invited."""

    name = PlainName(label=_("Full name"))
    email = Address(help_text=_("You get a link to send them, to choose a password."))
    role = forms.ModelChoiceField(
        label=_("Role"),
        queryset=Role.objects.order_by("pk"),
        to_field_name="slug",
        empty_label=None,
        initial="member",
    )
    teams = RightsForm.base_fields["teams"]
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = Role.objects.prefetch_related("grants").order_by("pk")
        given = [role.pk for role in roles if may_give(by, role)]
        if not passwords_open():
            self.fields["email"].help_text = _("They come in by single sign-on, with this address.")
        reached, teams = access_of(by).team_ids, Team.objects.order_by("name")
        self.fields["role"].queryset = roles.filter(pk__in=given)  # type: ignore[attr-defined]
        self.fields["teams"].queryset = (  # type: ignore[attr-defined]
            teams if access_of(by).administers else teams.filter(pk__in=reached)
        )


class TeamForm(forms.Form):
    """A team and where it belongs."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    name = PlainName(label=_("Name"))
    parent = forms.ModelChoiceField(
        label=_("Belongs to"),
        queryset=Team.objects.order_by("name"),
        required=False,
        empty_label=_("Nothing above it"),
    )

    def leave_out(self, numbers: Collection[int]) -> None:
        """Offer no place below these: they are the team itself and what hangs below it."""
        offered = self.fields["parent"]
        assert isinstance(offered, forms.ModelChoiceField)
        assert offered.queryset is not None
        kept = offered.queryset.exclude(pk__in=numbers).values_list("pk", "name")
        offered.choices = [("", offered.empty_label), *kept]


class NewTeamForm(TeamForm):
    """A new team: two of the same name would be taken for one."""

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        names = Team.objects.values_list("name", flat=True)
        if name.casefold() in {other.casefold() for other in names}:
            raise ValidationError(_("There is a team of this name already."))
        return name


class TokenForm(forms.Form):
    """A key for another program."""

    name = PlainName(label=_("What is it for?"), max_length=80)
    scope = forms.ChoiceField(label=_("It may"), choices=ApiToken.Scope)
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        initial=90,
        choices=((30, _("30 days")), (90, _("90 days")), (365, _("a year"))),
    )
