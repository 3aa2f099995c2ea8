"""What a command says: a sentence for people, or JSON for programs."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Mapping


def tell(args: Namespace, facts: Mapping[str, object], sentence: str) -> None:
    """Print `facts` as one JSON object with `--json`, else `sentence`, on standard output."""
    if args.json:
        print(json.dumps(facts, ensure_ascii=False, default=str), flush=True)
    else:
        print(sentence, flush=True)


def tell_error(*, as_json: bool, sentence: str) -> None:
    """Print one clear `sentence` on standard error, as JSON when programs listen."""
    line = json.dumps({"error": sentence}, ensure_ascii=False) if as_json else sentence
    print(line, file=sys.stderr, flush=True)
