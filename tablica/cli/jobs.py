"""Say how the background jobs stand, which failed and why, or try one again."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from tablica.cli.errors import CommandError
from tablica.cli.output import tell


def add_arguments(parser: ArgumentParser) -> None:
    """Which of them, and what to do."""
    parser.add_argument("--failed", action="store_true", help="name the newest that failed")
    parser.add_argument("--retry", type=int, metavar="NUMBER", help="try a failed one again")


def run(args: Namespace) -> int:
    """Tell, or try again."""
    from tablica.shared.jobs.attending import retry_job
    from tablica.shared.jobs.board import now_of_jobs, some_jobs

    if args.retry is not None:
        done = retry_job(args.retry)
        if done.again:
            tell(args, {"tried_again": args.retry}, f"Job {args.retry} is tried again.")
        elif done.dropped:
            text = f"Job {args.retry} was put aside: the same work waits already."
            tell(args, {"put_aside": args.retry}, text)
        else:
            raise CommandError(f"There is no failed job {args.retry}.")
        return 0
    now = now_of_jobs()
    facts: dict[str, object] = {
        "running": now.running_count,
        "waiting": now.waiting_count,
        "failed": now.failed_count,
        "workers": [worker.name for worker in now.workers],
    }
    lines = [
        f"{now.running_count} running, {now.waiting_count} waiting, {now.failed_count} failed; "
        f"workers alive: {len(now.workers)}."
    ]
    if args.failed:
        rows = some_jobs(state="failed").rows
        told = [(row.job.pk, row.label, row.trouble) for row in rows]
        facts["jobs"] = [
            {
                "number": pk,
                "task": label,
                "error": t.type if t else "",
                "said": t.message if t else "",
            }
            for pk, label, t in told
        ]
        lines += [
            f"{pk}  {label}: {t.sentence} {t.type}: {t.message}" if t else f"{pk}  {label}"
            for pk, label, t in told
        ]
    tell(args, facts, "\n".join(lines))
    return 0
