"""Compile the words of each language: every `django.po` becomes the `django.mo` that Django reads.

Takes the folder to look through. A catalogue that cannot be read stops the set-up, by its name.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po


def compiled(source: Path) -> Path:
    """The `django.mo` beside `source`, made anew. Raises `PoFileError` for a broken catalogue."""
    target = source.with_suffix(".mo")
    with source.open("rb") as words:
        catalogue = read_po(words, abort_invalid=True)
    # A server that is running reads the old file or the new one, never half of one.
    half = target.with_name("half.mo")
    with half.open("wb") as out:
        write_mo(out, catalogue)
    return half.replace(target)


def main(root: str) -> None:
    """Compile every catalogue below `root`."""
    for source in sorted(Path(root).glob("*/LC_MESSAGES/django.po")):
        try:
            compiled(source)
        except (PoFileError, UnicodeDecodeError) as error:
            sys.exit(f"{source}: {error}")


if __name__ == "__main__":
    main(sys.argv[1])
