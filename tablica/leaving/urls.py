"""The addresses of handing over what somebody had who leaves."""

from django.urls import path

from tablica.leaving.views import acts, pages, rule, successors

PERSON = "settings/people/<int:user_id>/leaving"

urlpatterns = [
    path("settings/leaving", rule.rule, name="leaving-rule"),
    path(PERSON, pages.leaving, name="leaving"),
    path(f"{PERSON}/plan", acts.plan, name="leaving-plan"),
    path(f"{PERSON}/successor", successors.successor, name="leaving-successor"),
    path(f"{PERSON}/records", pages.records, name="leaving-records"),
    path(f"{PERSON}/handover", acts.begin, name="leaving-handover"),
    path(f"{PERSON}/handover/stop", acts.stop, name="leaving-stop"),
    path(f"{PERSON}/handover/stop/undo", acts.resume, name="leaving-stop-undo"),
    path(f"{PERSON}/handover/undo", acts.undo, name="leaving-undo"),
    path("handovers/<int:handover_id>", pages.mine, name="handover"),
]
