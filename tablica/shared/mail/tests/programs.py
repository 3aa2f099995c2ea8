"""Answers as the usual mail programs write them, in four languages, for the tests.

Each is made of what somebody wrote and the letter it answers, the way that program does it: its
line above the quotation, its way to quote, its text and HTML. `raw` gives the bytes as they come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from html import escape

LETTER = ["Mleczarnia Łódź", "", "Anna Nowak commented · 14:20", "", "We sign on Monday", "-- ",
          "You get this letter because you are mentioned."]  # fmt: skip
FROM = "Anna Nowak (Tablica) <crm@example.org>"

OWN = {
    "en": "Yes, Monday it is.\nI call them first.",
    "pl": "Tak, w poniedziałek.\nZadzwonię do nich: najpierw o 10:30.",
    "ru": "Да, в понедельник.\nСначала позвоню им.",
    "fa": "بله، دوشنبه.\nاول با آنها تماس می‌گیرم.",
}
SIGNATURE = {"en": "Karol Kolega", "pl": "Karol Kolega", "ru": "Кароль", "fa": "کارول"}

GMAIL = {
    "en": f"On Mon, Nov 23, 2026 at 2:25\u202fPM {FROM} wrote:",
    "pl": f"pon., 23 lis 2026 o 14:25 {FROM} napisał(a):",
    "ru": f"пн, 23 нояб. 2026\u202fг. в 14:25, {FROM}:",
    "fa": f"در تاریخ دوشنبه ۲۳ نوامبر ۲۰۲۶،\u200f ۱۴:۲۵ {FROM} نوشت:",
}
APPLE = {
    "en": f"On 23 Nov 2026, at 14:25, {FROM} wrote:",
    "pl": f"Wiadomość napisana przez {FROM} w dniu 23 lis 2026, o godz. 14:25:",
    "ru": f"23 нояб. 2026\u202fг., в 14:25, {FROM} написал(а):",
    "fa": f"در ۲۳ نوامبر ۲۰۲۶، ساعت ۱۴:۲۵، {FROM} نوشت:",
}
THUNDERBIRD = {
    "en": "On 23/11/2026 14:25, Anna Nowak (Tablica) wrote:",
    "pl": "W dniu 23.11.2026 o 14:25, Anna Nowak (Tablica) pisze:",
    "ru": "23.11.2026 14:25, Anna Nowak (Tablica) пишет:",
    "fa": "در ۲۳/۱۱/۲۰۲۶ ۱۴:۲۵، Anna Nowak (Tablica) نوشت:",
}
OUTLOOK = {
    "en": ("From:", "Sent:", "To:", "Subject:", "Get Outlook for Android"),
    "pl": ("Od:", "Wysłano:", "Do:", "Temat:", "Pobierz program Outlook dla Androida"),
    "ru": ("От:", "Отправлено:", "Кому:", "Тема:", "Скачайте Outlook для Android"),
    "fa": ("از:", "ارسال شده:", "به:", "موضوع:", "دریافت Outlook برای Android"),
}
LANGUAGES = tuple(OWN)


@dataclass(frozen=True)
class Said:
    """The text and the HTML of an answer."""

    text: str
    html: str
    flowed: bool = False


def _quoted() -> str:
    return "\n".join(f"> {line}".rstrip() for line in LETTER)


def _in_divs(text: str) -> str:
    return "".join(f"<div>{escape(line) or '<br>'}</div>" for line in text.split("\n"))


def _letter_html() -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in LETTER if line)


def _wrapped(line: str, width: int) -> str:
    """Broken once, at a space, as programs break long lines of plain text."""
    if len(line) <= width:
        return line
    at = line.rindex(" ", 0, width)
    return f"{line[:at]}\n{line[at + 1 :]}"


def gmail(language: str) -> Said:
    own, lead = OWN[language], GMAIL[language]
    return Said(
        f"{own}\n\n{_wrapped(lead, 60)}\n\n{_quoted()}\n",
        f'<div dir="ltr">{_in_divs(own)}</div><br><div class="gmail_quote gmail_quote_container">'
        f'<div dir="ltr" class="gmail_attr">{escape(lead)}<br></div><blockquote class="gmail_quote"'
        f' style="margin:0">{_letter_html()}</blockquote></div>',
    )


def outlook(language: str) -> Said:
    """All of the letter lies below, not quoted line by line."""
    own, (sender, sent, to, about, advert) = OWN[language], OUTLOOK[language]
    head = [f"{sender} {FROM}", f"{sent} 2026-11-23 14:25", f"{to} karol@example.org",
            f"{about} Mleczarnia Łódź: We sign"]  # fmt: skip
    return Said(
        f"{own}\n\n{advert}<https://aka.ms/x>\n\n{'_' * 32}\n" + "\n".join([*head, "", *LETTER]),
        f'<div class="elementToProof">{_in_divs(own)}</div><div id="ms-outlook-mobile-signature"'
        f'>{advert}</div><hr tabindex="-1"><div id="divRplyFwdMsg" dir="ltr">'
        f"{'<br>'.join(map(escape, head))}</div><div>{_letter_html()}</div>",
    )


def apple(language: str) -> Said:
    own, lead = OWN[language], APPLE[language]
    return Said(
        f"{own}\n\n{SIGNATURE[language]}\n\n".replace(f"{SIGNATURE[language]}\n\n", "")
        + f"> {lead}\n> \n{_quoted()}\n",
        f'<html><body style="overflow-wrap: break-word;">{_in_divs(own)}<div><br><blockquote'
        f' type="cite"><div>{escape(lead)}</div><br><div>{_letter_html()}</div></blockquote></div>'
        "</body></html>",
        flowed=True,
    )


def thunderbird(language: str) -> Said:
    own, lead = OWN[language], THUNDERBIRD[language]
    return Said(
        f"{own}\n\n-- \n{SIGNATURE[language]}\n\n{lead}\n{_quoted()}\n",
        f'{own.replace(chr(10), "<br>")}<pre class="moz-signature">-- {SIGNATURE[language]}</pre>'
        f'<div class="moz-cite-prefix">{escape(lead)}<br></div><blockquote type="cite">'
        f"{_letter_html()}</blockquote>",
        flowed=True,
    )


PROGRAMS: dict[str, Callable[[str], Said]] = {
    "gmail": gmail,
    "outlook": outlook,
    "apple": apple,
    "thunderbird": thunderbird,
}


def every() -> Iterator[tuple[str, str]]:
    """Each program in each language."""
    for program in PROGRAMS:
        for language in LANGUAGES:
            yield program, language


def mail(
    said: Said,
    *,
    sender: str = "Karol Colleague <karol@example.org>",
    to: str = "reply@example.org",
    message_id: str = "<1@phone>",
    form: str = "both",
    charset: str = "utf-8",
) -> EmailMessage:
    """The mail with `text` alone, `html` alone, or `both`."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, "Re: Mleczarnia Łódź"
    message["Message-ID"] = message_id
    if form != "html":
        more = {"params": {"format": "flowed"}} if said.flowed else {}
        message.set_content(said.text, charset=charset, **more)  # type: ignore[arg-type]
    if form == "html":
        message.set_content(said.html, subtype="html", charset=charset)
    elif form == "both":
        message.add_alternative(said.html, subtype="html", charset=charset)
    return message


def raw(program: str, language: str, **more: str) -> bytes:
    """An answer as it comes."""
    return mail(PROGRAMS[program](language), **more).as_bytes()
