"""The steps of a deal."""

from __future__ import annotations

from pydantic import StrictStr

from tablica.api.shapes.base import Input


class Reason(Input):
    """Why a deal ended."""

    reason: StrictStr = ""


class StageName(Input):
    """A stage by its slug."""

    stage: StrictStr
