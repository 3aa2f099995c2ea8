"""What is kept of second factors: nothing that opens a door by itself."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class CodeApp(models.Model):
    """An app that shows a new code every half minute.

    `sealed` is its secret, opened only with a key that the database does not hold. `last_step` is
    the half minute of the last code that was taken: no code is taken twice.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="code_app"
    )
    sealed = models.CharField(max_length=200)
    last_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.user_id} {self.created_at:%Y-%m-%d}"


class RecoveryCode(models.Model):
    """One of the codes for the day the phone is gone, kept as a SHA-256 digest, good for once."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes"
    )
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user_id} {self.made_at:%Y-%m-%d}"


class Passkey(models.Model):
    """The public part of a passkey; the private one never leaves its owner's device.

    `handle` names the owner to the device: random, and the same for all passkeys of one person.
    `count` is how often it has signed, by its own count: one that falls behind was copied.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="passkeys"
    )
    name = models.CharField(max_length=80)
    number = models.CharField(max_length=1400, unique=True)
    credential = models.BinaryField()
    handle = models.BinaryField()
    count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.user_id})"
