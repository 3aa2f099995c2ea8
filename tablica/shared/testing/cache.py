"""An nginx in front of a server that keeps every answer which its headers allow to be kept."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tablica.shared.testing.missing import not_tested

START_LIMIT = 20  # seconds
# Cookies and what they change are no reason for it to keep nothing: the address alone is the key.
CONFIGURATION = """
daemon off;
master_process off;
pid {place}/pid;
error_log {place}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {place}/body;
  proxy_temp_path {place}/proxy;
  fastcgi_temp_path {place}/fastcgi;
  uwsgi_temp_path {place}/uwsgi;
  scgi_temp_path {place}/scgi;
  proxy_cache_path {place}/kept keys_zone=kept:10m inactive=1h;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass {url};
      proxy_set_header Host $host;
      proxy_cache kept;
      proxy_cache_key $request_uri;
      proxy_cache_valid any 1h;
      proxy_ignore_headers Set-Cookie;
      add_header X-Kept $upstream_cache_status always;
    }}
  }}
}}
"""


class Cache:
    """Where it listens, and what it keeps."""

    def __init__(self, port: int, place: Path) -> None:
        self.address, self.place = f"127.0.0.1:{port}", place

    def kept(self) -> set[str]:
        """The addresses of the answers that it keeps."""
        found = set()
        for path in (self.place / "kept").rglob("*"):
            if path.is_file():
                head = path.read_bytes().partition(b"\nKEY: ")[2]
                found.add(head.partition(b"\n")[0].decode())
        return found


def program() -> str | None:
    """The path of nginx, or None where there is none; Debian keeps it from people's own paths."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def caching(url: str, place: Path) -> Iterator[Cache]:
    """A cache in front of the server at `url`, with all its files in the folder `place`."""
    path = program()
    if path is None:
        not_tested("a cache in front of the server", lacking="nginx", install="nginx-light")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    place.mkdir()
    configuration = place / "nginx.conf"
    configuration.write_text(CONFIGURATION.format(place=place, port=port, url=url))
    words = [path, "-e", str(place / "error.log"), "-p", str(place), "-c", str(configuration)]
    nginx = subprocess.Popen(words, stderr=subprocess.DEVNULL, env=dict(os.environ))
    try:
        _wait(port, nginx)
        yield Cache(port, place)
    finally:
        nginx.terminate()
        nginx.wait(15)


def _wait(port: int, nginx: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_LIMIT
    while nginx.poll() is None and time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("nginx did not start.")
