"""What one wants by mail, how mail stands, and the way out that every letter offers."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tablica.accounts.models import Ability
from tablica.accounts.views.answering import for_those_who, reader, say
from tablica.letters import keys
from tablica.letters.commands import answers
from tablica.letters.commands import choices as choosing
from tablica.letters.commands.sending import post_trial
from tablica.letters.events import event_of
from tablica.letters.forms import ChoicesForm
from tablica.letters.models import Key, Rhythm
from tablica.letters.problems import sentence_of
from tablica.letters.queries import answers_aside, choices_of
from tablica.letters.writing import CHOICES
from tablica.shared.errors import Hidden
from tablica.shared.mail import commands as outbox
from tablica.shared.mail.queries import overview

MAIL = "/settings/mail"


@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """How often I want letters, for each reason, and when digests come."""
    user = reader(request)
    form = ChoicesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        choosing.choose(user, often=form.often, hour=values["hour"], weekday=values["weekday"])
        say(request, _("Saved."))
        return HttpResponseRedirect(CHOICES)
    if request.method != "POST":
        rhythm = Rhythm.objects.filter(user=user).first() or Rhythm(user=user)
        form = ChoicesForm.of(choices_of(user), rhythm)
    context = {
        "current": "settings",
        "setting": "notifications",
        "form": form,
        "zone": user.timezone.replace("_", " "),
        "is_set_up": outbox.is_set_up(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "letters/choices_page.html", context, status=status)


@require_safe
@for_those_who(Ability.RUNNING)
def mail(request: HttpRequest) -> HttpResponse:
    """How mail stands: what waits, what was given up and why, which answers are kept aside."""
    aside = [(answer, sentence_of(answer.problem)) for answer in answers_aside()]
    context = {
        "current": "settings",
        "setting": "mail",
        "now": overview(),
        "smtp": settings.SMTP,
        "reply_domain": settings.REPLY_DOMAIN,
        "aside": aside,
    }
    return render(request, "letters/mail_page.html", context)


@require_POST
@for_those_who(Ability.RUNNING)
def trial(request: HttpRequest) -> HttpResponse:
    """Send me a letter, to see whether letters arrive."""
    user = reader(request)
    if post_trial(user) is None:
        say(request, _("Mail is not set up."))
    else:
        say(request, _("A letter is on its way to %(address)s.") % {"address": user.email})
    return HttpResponseRedirect(MAIL)


@require_POST
@for_those_who(Ability.RUNNING)
def send_again(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Try once more to send a letter that was given up."""
    if not outbox.send_again(letter_id):
        raise Hidden
    say(request, _("It is tried again."))
    return HttpResponseRedirect(MAIL)


@require_POST
@for_those_who(Ability.RUNNING)
def read_again(request: HttpRequest, answer_id: int) -> HttpResponse:
    """Try once more to read an answer that is kept aside."""
    if not answers.read_again(answer_id):
        raise Hidden
    say(request, _("It is read again."))
    return HttpResponseRedirect(MAIL)


@csrf_exempt  # mail programs send this by themselves (RFC 8058); the secret is the proof
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, secret: str) -> HttpResponse:
    """GET: what the button will do. POST: no more letters like the one with this link."""
    key = _key(secret)
    with translation.override(key.user.language):
        if request.method == "POST":
            choosing.leave(key)
        return _leaving(request, key, secret, left=request.method == "POST")


@login_not_required
@require_POST
def come_back(request: HttpRequest, secret: str) -> HttpResponse:
    """Take it back."""
    key = _key(secret)
    with translation.override(key.user.language):
        choosing.come_back(key)
        return _leaving(request, key, secret, left=False, back=True)


def _key(secret: str) -> Key:
    key = keys.opened_by(secret, Key.Purpose.LEAVE)
    if key is None:
        raise Hidden
    return key


def _leaving(request: HttpRequest, key: Key, secret: str, **said: Any) -> HttpResponse:
    context = {
        "what": event_of(key.reason),
        "digest": key.reason,
        "url": f"/letters/leave/{secret}",
        **said,
    }
    return render(request, "letters/leave_page.html", context)
