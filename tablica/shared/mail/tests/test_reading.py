"""What is read of mails: what their senders wrote, from any program, and never a crash."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tablica.shared.mail.reading import asking
from tablica.shared.mail.reading.parsing import parse
from tablica.shared.mail.reading.process import tell
from tablica.shared.mail.reading.quoting import own_words
from tablica.shared.mail.reading.shape import Mail, Unreadable
from tablica.shared.mail.tests import programs
from tablica.shared.mail.tests.programs import LANGUAGES, OWN, PROGRAMS, Said
from tests.pace import patience

pytestmark = pytest.mark.any_engine

QUICK, LONG = 200, 20_000
"""Mutated mails, and in the long run."""


@pytest.mark.parametrize("form", ["both", "text", "html"])
@pytest.mark.parametrize(("program", "language"), list(programs.every()))
def test_only_what_was_written_now_is_read(program: str, language: str, form: str) -> None:
    read = parse(programs.raw(program, language, form=form))
    assert [line for line in read.text.split("\n") if line] == OWN[language].split("\n")
    assert read.sender == ["karol@example.org"]
    assert (read.message_id, read.automatic, read.files) == ("<1@phone>", "", [])


@pytest.mark.parametrize(
    ("language", "charset"),
    [
        ("pl", "iso-8859-2"), ("pl", "cp1250"), ("ru", "koi8-r"), ("ru", "cp1251"),
        ("ru", "iso-8859-5"), ("fa", "cp1256"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("named", ["rightly", "wrongly"])
def test_older_encodings_are_read(language: str, charset: str, named: str) -> None:
    text = "\n".join([OWN[language]] * 20)
    if charset == "cp1256":  # it knows only the Arabic forms of these
        text = text.replace("ی", "ي").replace("\u200c", " ")
    name = charset if named == "rightly" else "x-unknown"
    head = f"From: a@example.org\r\nContent-Type: text/plain; charset={name}\r\n\r\n"
    assert parse(head.encode() + text.encode(charset)).text == text


OWN_WORDS = {
    "only a quotation": ("> one\n> two\n", ""),
    "below the quotation": ("On 1 May 2026, at 10:00, A wrote:\n> one\n\nMine\n", "Mine"),
    "between the quotation": (
        "Hi\n\n> first?\nYes\n> second?\nNo\n\nBye",
        "Hi\n\nYes\nNo\n\nBye",
    ),
    "a colon is no lead": ("See at 10:30:\nthe yard\n", "See at 10:30:\nthe yard"),
    "a list": ("Buy:\n- milk\n- tea", "Buy:\n- milk\n- tea"),
    "what I wrote": ("I wrote:\nnothing", "I wrote:\nnothing"),
    "from somebody": ("From: the heart\nwe thank you", "From: the heart\nwe thank you"),
    "a telephone": ("Yes\n\nSent from my iPhone", "Yes"),
    "wysłane": ("Tak\n\nWysłane z iPhone'a", "Tak"),
    "отправлено": ("Да\n\nОтправлено с iPhone", "Да"),
    "ارسال": ("بله\n\nارسال شده از iPhone من", "بله"),
    "signature": ("Yes\n-- \nKarol\nDirector", "Yes"),
    "original message": ("Yes\n\n-----Original Message-----\nFrom: A\n", "Yes"),
    "исходное": ("Да\n\n-----Исходное сообщение-----\nОт: A\n", "Да"),
    "mail.ru": (
        "Да\n\n  \nПонедельник, 23 ноября 2026, 14:25 +03:00 от Anna <crm@example.org>:\n \n"
        "We sign",
        "Да",
    ),
    "yandex": ('Да\n\n23.11.2026, 14:25, "Anna" <crm@example.org>:\n\nWe sign', "Да"),
    "wrapped over three": (
        "Yes\n\nOn Monday, 23 November 2026 at 14:25 CET,\nAnna Nowak (Tablica)\n"
        "<crm@example.org> wrote:\n\n> a",
        "Yes",
    ),
    "outlook bold": (
        "Yes\n\n*From:* A <a@b.c>\n*Sent:* Monday\n*To:* B\n*Subject:* C\n\nold",
        "Yes",
    ),
    "empty": ("", ""),
}


@pytest.mark.parametrize("case", OWN_WORDS)
def test_own_words(case: str) -> None:
    text, own = OWN_WORDS[case]
    assert own_words(text) == own


def test_flowed_lines_are_joined() -> None:
    raw = (
        b"From: a@example.org\r\nContent-Type: text/plain; format=flowed\r\n\r\n"
        b"This is one \r\nlong line.\r\n\r\n-- \r\nMe\r\n"
    )
    assert parse(raw).text == "This is one long line."


AUTOMATIC = [
    b"Auto-Submitted: auto-replied", b"Auto-Submitted: auto-generated (vacation)",
    b"Precedence: bulk", b"Precedence: auto_reply", b"X-Autoreply: yes", b"List-Id: <a.b>",
    b"Return-Path: <>", b"Content-Type: multipart/report; boundary=x",
]  # fmt: skip


@pytest.mark.parametrize("header", AUTOMATIC, ids=lambda header: header.decode()[:30])
def test_what_no_person_wrote_is_known(header: bytes) -> None:
    assert parse(header + b"\r\nFrom: a@example.org\r\n\r\nI am away").automatic
    assert not parse(b"Auto-Submitted: no\r\nFrom: a@example.org\r\n\r\nI am here").automatic


def test_names_of_files_are_shown_truthfully() -> None:
    message = programs.mail(Said("See these", ""), form="text")
    for name in ("plan.pdf", "../../etc/passwd", "umowa – kopia.docx", "ab\u202efdp.exe"):
        message.add_attachment(b"x", maintype="application", subtype="pdf", filename=name)
    message.add_attachment(b"x", maintype="image", subtype="png", filename="logo.png",
                           disposition="inline", cid="<logo>")  # fmt: skip
    read = parse(message.as_bytes())
    assert read.text == "See these"
    assert read.files == ["plan.pdf", ".._.._etc_passwd", "umowa – kopia.docx", "ab fdp.exe"]


HOSTILE = {
    "nothing": b"",
    "one byte": b"\xff",
    "a long line": b"Subject: " + b"a" * 1_000_000 + b"\r\n\r\nHi",
    "many headers": b"X-A: b\r\n" * 100_000 + b"\r\nHi",
    "deep": b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(400)
    ),
    "many parts": b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n'
    + b"--x\r\n\r\nhi\r\n" * 20_000,
    "odd charset": b"Content-Type: text/plain; charset=\xff\xfe\r\n\r\nHi",
    "charset of no writing": b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"a-" * 99_999,
    "broken base64": b"Content-Transfer-Encoding: base64\r\n\r\n====!!!!",
    "boundary of itself": b'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n----',
    "broken words": b"From: =?utf-8?b?////?= <a@b.c>\r\nMessage-ID: =?x?q?=?=\r\n\r\nHi",
    "html without end": b"Content-Type: text/html\r\n\r\n" + b"<div><blockquote>" * 50_000,
    "declarations": b"Content-Type: text/html\r\n\r\n" + b"<!" * 400_000,
    "comments without end": b"Content-Type: text/html\r\n\r\n" + b"<!--" * 200_000,
    "odd declaration": b"Content-Type: text/html\r\n\r\n<![if x]><!DOCTYPE [<!foo<b>Hi",
    "quotes that go on": b"\r\n" + b"On 1:23 <a@b" * 20_000 + b":\r\n",
    "colons": b"\r\n" + b"a@b 10:20 2026 wrote " * 3_000 + b"\r\n" * 3,
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_mails_end_in_time(case: str, tmp_path: Path) -> None:
    path = tmp_path / "mail"
    path.write_bytes(HOSTILE[case])
    begin = time.monotonic()
    try:
        read = asking.read(path)
    except Unreadable as error:
        assert error.code in {"too_deep", "too_large", "broken", "too_slow"}
    else:
        assert case not in {"deep", "many parts"}
        assert isinstance(read, Mail)
        read.text.encode()
    took = time.monotonic() - begin
    assert took < patience(5)


def test_a_large_mail_is_read_within_its_memory(tmp_path: Path) -> None:
    path = tmp_path / "mail"
    message = programs.mail(Said("See this", ""), form="text")
    message.add_attachment(b"\0" * 18_000_000, maintype="a", subtype="b", filename="large.bin")
    path.write_bytes(message.as_bytes())
    begin = time.monotonic()
    assert asking.read(path).files == ["large.bin"]
    took = time.monotonic() - begin
    assert took < patience(4)


LARGE = {
    "headers": b"X-A: bbbbbbbbbbbbbbbbbb\r\n",
    "text": b"word " * 15 + b"\r\n",
    "html": b"<div><p>word</p></div>\r\n",
    "parts": b"--x\r\n\r\nhi there you all\r\n",
    "one line": b"word ",
}
HEADS = {
    "html": b"Content-Type: text/html\r\n\r\n",
    "parts": b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n',
    "headers": b"",
}


MEASURE = """import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_maxrss, used.ru_utime + used.ru_stime, code, file=sys.stderr)"""


@pytest.mark.parametrize("case", LARGE)
def test_fifty_megabytes_take_little(case: str, tmp_path: Path) -> None:
    """M3, measured on the process itself."""
    path = tmp_path / "mail"
    line = LARGE[case]
    path.write_bytes(HEADS.get(case, b"\r\n") + line * (50 * 2**20 // len(line)))
    begin = time.monotonic()
    # Through a small process: one started from here would be born with the memory of all tests.
    command = [sys.executable, "-c", MEASURE, sys.executable, "-m", asking.PROCESS, str(path)]
    with (tmp_path / "said").open("wb") as said:
        done = subprocess.run(command, stdout=said, stderr=subprocess.PIPE, check=True)
    kilobytes, busy, code = map(float, done.stderr.split())
    taken, memory = time.monotonic() - begin, kilobytes // 1024
    print(f"{case}: {taken:.1f} s, {memory} MB")
    assert code == 0
    assert busy < patience(4, time.process_time), "twice what is promised: others are at work here"
    assert memory <= 300
    assert json.loads((tmp_path / "said").read_bytes())


def test_a_mail_that_takes_too_long_is_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mail").write_bytes(b"\r\nHi")
    monkeypatch.setattr(asking, "LONGEST_WAIT", 0.01)
    with pytest.raises(Unreadable, match="too_slow"):
        asking.read(tmp_path / "mail")


def corpus() -> list[bytes]:
    kept = [programs.raw(program, language) for program, language in programs.every()]
    return [*kept, *(raw[:20_000] for raw in HOSTILE.values())]


def mutated(seed: int, mails: list[bytes]) -> bytes:
    """A mail that was broken somewhere: cut, joined, flipped, doubled, nested."""
    chance = random.Random(seed)
    raw = bytearray(chance.choice(mails))
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(raw) + 1)
        end = min(len(raw), at + chance.randint(1, 400))
        match chance.randrange(7):
            case 0:
                del raw[at:end]
            case 1:
                raw[at:at] = raw[at:end] * chance.randint(1, 5)
            case 2:
                other = chance.choice(mails)
                raw[at:] = other[chance.randrange(len(other) + 1) :]
            case 3:
                for place in range(at, end, 7):
                    raw[place] ^= 1 << chance.randrange(8)
            case 4:
                raw[at:at] = chance.randbytes(20)
            case 5:
                raw[:0] = raw[: raw.find(b"\r\n") + 2]
            case _:
                mark = b"m%d" % seed
                raw[:] = (
                    b'Content-Type: multipart/mixed; boundary="%b"\r\n\r\n--%b\r\n%b\r\n--%b--'
                    % (mark, mark, bytes(raw), mark)
                )
    return bytes(raw[:100_000])


def try_mutated(count: int) -> None:
    begin = random.SystemRandom().randrange(10**9)
    print(f"seed {begin}, {count} mails")
    mails, unread, slowest = corpus(), 0, 0.0
    for number in range(count):
        raw = mutated(begin + number, mails)
        start = time.monotonic()
        found = tell(raw)
        took = time.monotonic() - start
        if took > slowest:
            slowest = took
            assert took < patience(5), begin + number
        if "error" in found:
            unread += 1
        else:
            str(found["text"]).encode()
            str(found["files"]).encode()
    print(f"{unread} not read, the slowest took {slowest:.2f} s")


def test_mutated_mails_break_nothing() -> None:
    try_mutated(QUICK)


@pytest.mark.long
def test_many_mutated_mails_break_nothing() -> None:
    try_mutated(LONG)


def test_all_programs_and_languages_are_tried() -> None:
    assert len(list(programs.every())) == 16 == len(PROGRAMS) * len(LANGUAGES)
