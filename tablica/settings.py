"""Settings: safe by default, changed only through the environment.

`TABLICA_DATA` names the data folder (default `./data`): the embedded database, files and generated
secrets. `DATABASE_URL` (`postgresql://…`) switches to PostgreSQL. `TABLICA_URL` is the public
address, from which every link in a mail is built. A wrong value stops the start with one sentence.
"""

from __future__ import annotations

import ipaddress
import logging
import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from tablica.shared.mail.configuration import listening_from, reply_domain_from, smtp_from
from tablica.shared.oidc.configuration import provider_from
from tablica.shared.secret_file import secret_from

PACKAGE = Path(__file__).resolve().parent
BASE_DIR = PACKAGE.parent
TABLICA_DATA = Path(os.environ.get("TABLICA_DATA", "data")).resolve()
TABLICA_URL = os.environ.get("TABLICA_URL", "").rstrip("/")
HTTPS = TABLICA_URL.startswith("https://")


def _number(name: str, usual: int) -> int:
    """A whole number above zero from the environment."""
    said = os.environ.get(name, str(usual))
    if not said.isdecimal() or int(said) < 1:
        raise ImproperlyConfigured(f"{name} must be a whole number above zero, not “{said}”.")
    return int(said)


def _hosts() -> list[str]:
    """The names this server answers to: its public one, loopback, and those named on purpose."""
    named = [h.strip() for h in os.environ.get("TABLICA_HOSTS", "").split(",") if h.strip()]
    if "*" in named:
        raise ImproperlyConfigured("TABLICA_HOSTS must name hosts; '*' would accept forged ones.")
    public = [urlsplit(TABLICA_URL).hostname or ""] if TABLICA_URL else []
    return [h for h in (*public, *named, "localhost", "127.0.0.1", "[::1]") if h]


def _proxies() -> list[str]:
    """The addresses and networks of the proxies in front, whose headers are believed."""
    named = [p.strip() for p in os.environ.get("TABLICA_PROXIES", "").split(",") if p.strip()]
    for one in named:
        try:
            ipaddress.ip_network(one)
        except ValueError:
            raise ImproperlyConfigured(
                f"TABLICA_PROXIES must be addresses or networks such as 10.0.0.0/8, not “{one}”."
            ) from None
    return named


def _database() -> dict[str, object]:
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(TABLICA_DATA / "tablica.sqlite3"),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                " PRAGMA foreign_keys=ON; PRAGMA mmap_size=0; PRAGMA cache_size=-65536;"
                " PRAGMA temp_store=MEMORY;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://.")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": str(query.pop("port", "") or parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }


def _keys() -> list[str]:
    """What secrets are sealed with that have to be read again: the first seals, all open."""
    named = (os.environ.get("TABLICA_KEYS") or secret_from(TABLICA_DATA / "keys")).split()
    if not named or any(len(key) < 32 for key in named):
        raise ImproperlyConfigured("Each key in TABLICA_KEYS needs at least 32 characters.")
    return named


def _without_traceback(record: logging.LogRecord) -> bool:
    record.exc_info = record.exc_text = None
    return True


SECRET_KEY = os.environ.get("TABLICA_SECRET_KEY") or secret_from(TABLICA_DATA / "secret_key")
KEYS = _keys()
DEBUG = False
ALLOWED_HOSTS = _hosts()
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "tablica.shared.ui",
    "tablica.shared.jobs",
    "tablica.shared.once",
    "tablica.shared.limits",
    "tablica.shared.mail",
    "tablica.shared.trail",
    "tablica.accounts",
    "tablica.records",
    "tablica.wall",
    "tablica.notices",
    "tablica.letters",
    "tablica.live",
    "tablica.access",
    "tablica.leaving",
    "tablica.people",
    "tablica.spaces",
    "tablica.search",
    "tablica.sales",
    "tablica.transfer",
    "tablica.demo",
    "tablica.api",
    "tablica.web",
    "tablica.exports",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tablica.web.middleware.SafeHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tablica.web.middleware.Sizes",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tablica.web.middleware.Reader",
    "tablica.web.middleware.Encoding",
    "tablica.shared.once.middleware.OnceMiddleware",
]

ROOT_URLCONF = "tablica.urls"
WSGI_APPLICATION = "tablica.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tablica.web.context.shell",
            ],
            "builtins": ["tablica.shared.writing"],
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["tablica.accounts.backends.EmailBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("pl", "Polski"), ("ru", "Русский"), ("fa", "فارسی")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("TABLICA_STATIC", BASE_DIR / "build" / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_SSL_REDIRECT = False  # the proxy in front does this; behind it we only see plain HTTP
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [TABLICA_URL] if TABLICA_URL else []
CSRF_FAILURE_VIEW = "tablica.web.errors.csrf_failure"

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 * 2**20
FILE_UPLOAD_TEMP_DIR = None
MAX_FILE_BYTES = _number("TABLICA_MAX_FILE_MB", 100) * 2**20
LOOSE_FILES = _number("TABLICA_LOOSE_FILES", 1000)  # of one person, not attached yet
LOOSE_BYTES = _number("TABLICA_LOOSE_MB", 1000) * 2**20  # as well

API_REQUESTS_A_MINUTE = _number("TABLICA_API_REQUESTS_A_MINUTE", 6000)

TASKS = {"default": {"BACKEND": "tablica.shared.jobs.backend.DatabaseBackend"}}

try:
    SMTP = smtp_from(
        os.environ.get("TABLICA_SMTP", ""), os.environ.get("TABLICA_MAIL_FROM", ""), TABLICA_URL
    )
    REPLY_DOMAIN = reply_domain_from(os.environ.get("TABLICA_REPLY_DOMAIN", ""))
    RECEIVE = listening_from(os.environ.get("TABLICA_RECEIVE", ""), REPLY_DOMAIN)
except ValueError as wrong:
    raise ImproperlyConfigured(str(wrong)) from None
try:
    OIDC = provider_from(
        os.environ.get("TABLICA_OIDC_ISSUER", ""),
        os.environ.get("TABLICA_OIDC_CLIENT", ""),
        os.environ.get("TABLICA_OIDC_SECRET", ""),
        os.environ.get("TABLICA_OIDC_NAME", ""),
        os.environ.get("TABLICA_OIDC_ONLY", ""),
    )
except ValueError as wrong:
    raise ImproperlyConfigured(str(wrong)) from None
RECEIVE_BYTES = _number("TABLICA_RECEIVE_MB", 25) * 2**20  # of one mail
MAIL_GRACE = _number("TABLICA_MAIL_GRACE", 120)  # seconds that a notice may be read before

THREADS = _number("TABLICA_THREADS", 8)
PROXIES = _proxies()

# The check for a redirect to HTTPS does not apply: the proxy in front redirects.
SILENCED_SYSTEM_CHECKS = ["security.W008"]
if not HTTPS:
    # On one's own machine there is no HTTPS; with TABLICA_URL=https://… these are all on.
    SILENCED_SYSTEM_CHECKS += ["security.W004", "security.W012", "security.W016"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {
        "one_line": {"()": "django.utils.log.CallbackFilter", "callback": _without_traceback}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # A forged Host is the sender's mistake: where in our code it was found helps nobody.
    "loggers": {"django.security.DisallowedHost": {"filters": ["one_line"]}},
    "root": {"handlers": ["console"], "level": os.environ.get("TABLICA_LOG", "WARNING")},
}
