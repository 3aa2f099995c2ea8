"""Speaking SMTP: a connection that keeps to its encryption, and what a server's no means."""

from __future__ import annotations

import smtplib
from email.utils import formataddr, formatdate

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import utf8_charset_qp

from tablica.shared.mail.configuration import Smtp
from tablica.shared.mail.models import Letter

PATIENCE = 30  # seconds for each answer of the server
LONGEST_ERROR = 400
GOES_AWAY = 421
TOO_LARGE = 552


class LineTrouble(Exception):
    """The server takes no letter now, whoever it is to. Carries what it said."""


class Broken(Exception):
    """The connection broke in the middle of a letter; perhaps the next one gets through."""


class GivenBack(Exception):
    """The server does not take this one letter; `for_good` when it never will."""

    def __init__(self, why: str, *, for_good: bool) -> None:
        super().__init__(why)
        self.for_good = for_good


def connect(smtp: Smtp) -> EmailBackend:
    """An open connection, its certificate checked. Raises `LineTrouble`."""
    connection = EmailBackend(
        host=smtp.host,
        port=smtp.port,
        username=smtp.user,
        password=smtp.password,
        use_tls=smtp.starttls,
        use_ssl=smtp.tls,
        timeout=PATIENCE,
        fail_silently=False,
    )
    try:
        connection.open()
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        close(connection)
        raise LineTrouble(said(error)) from error
    return connection


def close(connection: EmailBackend) -> None:
    """Hang up, whatever state the connection is in."""
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        connection.connection = None


def send(connection: EmailBackend, letter: Letter, smtp: Smtp) -> None:
    """Hand over one letter. Raises `GivenBack`, `Broken` or `LineTrouble`; else it was taken."""
    try:
        message = compose(letter, smtp)
        connection.send_messages([message])
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        raise _by_code(code, f"{code} {_text(answer)}") from error
    except smtplib.SMTPDataError as error:
        raise _by_code(error.smtp_code, said(error)) from error
    except smtplib.SMTPSenderRefused as error:
        if error.smtp_code == TOO_LARGE:  # the size is said along with who sends
            raise GivenBack(said(error), for_good=True) from error
        raise LineTrouble(said(error)) from error
    except smtplib.SMTPServerDisconnected as error:
        raise Broken(said(error)) from error
    except smtplib.SMTPException as error:  # such as the greeting: not the letter
        raise LineTrouble(said(error)) from error
    except OSError as error:
        raise Broken(said(error)) from error
    except (ValueError, LookupError) as error:  # a header that cannot be
        raise GivenBack(said(error), for_good=True) from error


def compose(letter: Letter, smtp: Smtp) -> EmailMultiAlternatives:
    """The letter as it travels: text and HTML, each in seven bits."""
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=formataddr((letter.sender_name or smtp.name, smtp.sender)),
        to=[letter.to],
        headers={
            **letter.headers,
            "Message-ID": letter.message_id,
            "Date": formatdate(letter.created_at.timestamp()),
        },
    )
    message.encoding = utf8_charset_qp
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    return message


def said(error: BaseException) -> str:
    """What went wrong, in one line that may be shown to an administrator."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"[:LONGEST_ERROR]
    words = " ".join(str(error).split()) or type(error).__name__
    return words[:LONGEST_ERROR]


def _by_code(code: int, why: str) -> Exception:
    if code == GOES_AWAY:
        return Broken(why[:LONGEST_ERROR])
    return GivenBack(why[:LONGEST_ERROR], for_good=code >= 500)


def _text(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())
