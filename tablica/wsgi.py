"""Tablica as a WSGI application, for servers that run pages in threads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tablica.settings")
application = get_wsgi_application()
