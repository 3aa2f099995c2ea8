"""My keys for other programs."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tablica.accounts.commands.tokens import make_token, revoke_token
from tablica.accounts.forms import TokenForm
from tablica.accounts.queries import tokens_of
from tablica.accounts.views.answering import reader, refuse, say, show_once, shown_once
from tablica.shared.errors import Hidden
from tablica.shared.writing import isolated

TOKENS = "/settings/tokens"


@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """GET: my tokens. POST: make one; its secret is shown on the next page, and never again."""
    form = TokenForm(request.POST) if request.method == "POST" else TokenForm()
    if request.method == "POST" and form.is_valid():
        me = reader(request)
        try:
            secret = make_token(me, by=me, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            show_once(request, "token", secret)
            return HttpResponseRedirect(TOKENS)
    context = {
        "current": "settings",
        "setting": "tokens",
        "tokens": tokens_of(reader(request)),
        "secret": shown_once(request, "token"),
        "form": form,
    }
    return render(request, "accounts/tokens_page.html", context, status=422 if form.errors else 200)


@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """End one of my tokens at once."""
    token = tokens_of(reader(request)).filter(pk=token_id).first()
    if token is None:
        raise Hidden
    revoke_token(token)
    say(request, _("The token %(name)s does not work any more.") % {"name": isolated(token.name)})
    return HttpResponseRedirect(TOKENS)
