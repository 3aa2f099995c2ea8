"""What the program does apart from what people wait for: for administrators."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from tablica.accounts.models import Ability
from tablica.accounts.views.answering import for_those_who, is_partial, say
from tablica.shared.errors import Hidden
from tablica.shared.jobs import attending
from tablica.shared.jobs.board import STATES, now_of_jobs, regular_rows, some_jobs, task_choices
from tablica.shared.jobs.models import Job

JOBS = "/settings/jobs"
NAMED = {
    Job.State.FAILED: gettext_lazy("Failed"),
    Job.State.READY: gettext_lazy("Waiting"),
    Job.State.RUNNING: gettext_lazy("Running"),
    Job.State.DONE: gettext_lazy("Done"),
    Job.State.DROPPED: gettext_lazy("Put aside"),
}


@require_safe
@for_those_who(Ability.RUNNING)
def jobs(request: HttpRequest) -> HttpResponse:
    """How the jobs stand, and a list of them: `?state=`, `?task=`, `?below=` its page."""
    if is_partial(request) and request.GET.get("part") == "now":
        return render(request, "accounts/_jobs_now.html", {"now": now_of_jobs()})
    listed = _listed(request)
    if is_partial(request) and request.GET.get("below"):
        return render(request, "accounts/_job_rows.html", listed)
    context = {
        "current": "settings",
        "setting": "jobs",
        "now": now_of_jobs(),
        "regular": regular_rows(),
        "tasks": task_choices(),
        **listed,
    }
    return render(request, "accounts/jobs_page.html", context)


def _listed(request: HttpRequest) -> dict[str, Any]:
    state = request.GET.get("state", "")
    state = state if state in STATES else Job.State.FAILED
    task = request.GET.get("task", "")[:200]
    below = request.GET.get("below", "")
    number = int(below) if below.isdecimal() and len(below) < 19 else None
    page = some_jobs(state=state, task=task, below=number)
    found: dict[str, Any] = {"page": page, "state": state, "task": task}
    found["states"] = [(one, NAMED[one]) for one in STATES]
    if page.next:
        asked = {"state": state, "task": task, "below": page.next}
        found["next_url"] = f"{JOBS}?{urlencode(asked)}"
    return found


@require_POST
@for_those_who(Ability.RUNNING)
def retry(request: HttpRequest, job_id: int) -> HttpResponse:
    """Try a failed job again."""
    done = attending.retry_job(job_id)
    if done == attending.Retried():
        raise Hidden
    if done.again:
        say(request, _("It is tried again."))
    _say_dropped(request, done.dropped)
    return HttpResponseRedirect(JOBS)


@require_POST
@for_those_who(Ability.RUNNING)
def retry_all(request: HttpRequest) -> HttpResponse:
    """Try all failed jobs of a task again."""
    done = attending.retry_failed(request.POST.get("task", "")[:200])
    if done.again or not done.dropped:
        said = ngettext("%(n)d job is tried again.", "%(n)d jobs are tried again.", done.again)
        say(request, said % {"n": done.again})
    _say_dropped(request, done.dropped)
    return HttpResponseRedirect(JOBS)


def _say_dropped(request: HttpRequest, count: int) -> None:
    if count:
        said = ngettext(
            "%(n)d job was put aside: the same work waits already.",
            "%(n)d jobs were put aside: the same work waits already.",
            count,
        )
        say(request, said % {"n": count})


@require_POST
@for_those_who(Ability.RUNNING)
def drop(request: HttpRequest, job_id: int) -> HttpResponse:
    """Put a failed job aside, with undo at hand."""
    if not attending.drop_job(job_id):
        raise Hidden
    say(request, _("Put aside. It is not tried again."), f"{JOBS}/{job_id}/drop/undo")
    return HttpResponseRedirect(JOBS)


@require_POST
@for_those_who(Ability.RUNNING)
def undrop(request: HttpRequest, job_id: int) -> HttpResponse:
    """Count a job that was put aside among the failed again."""
    if not attending.undrop_job(job_id):
        raise Hidden
    say(request, _("It is among the failed again."))
    return HttpResponseRedirect(JOBS)
