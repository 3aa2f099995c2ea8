"""A real process that sends letters for the tests: `WORKER_DATABASE`, port, lease in seconds."""

from __future__ import annotations

import os
import sys
import time
from datetime import timedelta

import django
from django.conf import settings


def main() -> None:
    settings.DATABASES["default"]["NAME"] = os.environ["WORKER_DATABASE"]
    django.setup()
    from tablica.shared.mail.configuration import Smtp
    from tablica.shared.mail.delivery import deliver

    port, lease = int(sys.argv[1]), timedelta(seconds=float(sys.argv[2]))
    settings.SMTP = Smtp(host="127.0.0.1", port=port, sender="crm@example.org")
    print("sending", flush=True)
    while True:
        deliver(lease=lease)
        time.sleep(0.02)


if __name__ == "__main__":
    main()
