"""What is read of a mail, and why nothing could be."""

from __future__ import annotations

from dataclasses import dataclass, field


class Unreadable(Exception):
    """Nothing could be read of it; `code` names why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Mail:
    """A mail that somebody wrote: what programs need of it. All of it is foreign.

    `sender` are the addresses it says it is from, in lower case. `automatic` is the header by which
    it says that no person wrote it, `failed` the check of its sender that did not hold. `text` is
    what stands in it, without what it quotes and its signature. `files` are the names of what is
    attached.
    """

    sender: list[str]
    message_id: str
    automatic: str
    failed: str
    text: str
    files: list[str] = field(default_factory=list)
