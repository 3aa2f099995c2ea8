from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client
from pytest_django.fixtures import Settings

from tablica.shared.once.tests.views import trouble


@pytest.fixture(autouse=True)
def only_these_pages(settings: Settings) -> None:
    """The middleware alone, between sign-in and pages made for these tests."""
    trouble.clear()
    settings.ROOT_URLCONF = "tablica.shared.once.tests.urls"
    settings.MIDDLEWARE = [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "tablica.shared.once.middleware.OnceMiddleware",
    ]


def add_user(name: str) -> AbstractBaseUser:
    # By name: the shared floor knows no user but the one of the settings.
    role, _ = apps.get_model("accounts", "Role").objects.get_or_create(slug=name, name=name)
    users: Any = apps.get_model("accounts", "User").objects
    user: AbstractBaseUser = users.create(email=f"{name}@example.org", name=name, role=role)
    return user


@pytest.fixture
def owner(db: None) -> AbstractBaseUser:
    return add_user("owner")


@pytest.fixture
def colleague(db: None) -> AbstractBaseUser:
    return add_user("colleague")


@pytest.fixture
def client(owner: AbstractBaseUser) -> Client:
    """The browser of the owner."""
    return signed_in(owner)


def signed_in(user: AbstractBaseUser) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client
