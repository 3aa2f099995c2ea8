"""Tax numbers that pass their countries' own check, made up from random digits."""

from __future__ import annotations

from random import Random


def _digits(rng: Random, count: int, first: str = "") -> list[int]:
    found = [int(digit) for digit in first]
    while len(found) < count:
        found.append(int(rng.random() * 10))
    return found


def _joined(numbers: list[int]) -> str:
    return "".join(map(str, numbers))


def nip(rng: Random) -> str:
    """Polish NIP: ten digits, the last is the weighted sum modulo 11."""
    while True:
        body = _digits(rng, 9, "5")
        check = sum(a * b for a, b in zip(body, (6, 5, 7, 2, 3, 4, 5, 6, 7), strict=True)) % 11
        if check < 10:
            return _joined([*body, check])


def edrpou(rng: Random) -> str:
    """Ukrainian company code: eight digits, two sets of weights."""
    body = _digits(rng, 7, "4")
    code = int(_joined(body))
    swap = 3_000_000 <= code <= 6_000_000
    weights = (7, 1, 2, 3, 4, 5, 6) if swap else (1, 2, 3, 4, 5, 6, 7)
    check = sum(a * b for a, b in zip(body, weights, strict=True)) % 11
    if check == 10:
        check = sum(a * (b + 2) for a, b in zip(body, weights, strict=True)) % 11 % 10
    return _joined([*body, check])


def bin_kz(rng: Random) -> str:
    """Kazakh BIN: year and month of registration, kind of firm, serial, check digit."""
    while True:
        month = f"{1 + int(rng.random() * 12):02d}"
        body = _digits(rng, 11, f"{5 + int(rng.random() * 19):02d}{month}40")
        check = sum(a * b for a, b in zip(body, range(1, 12), strict=True)) % 11
        if check == 10:
            weights = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
            check = sum(a * b for a, b in zip(body, weights, strict=True)) % 11
        if check < 10:
            return _joined([*body, check])


def ge_id(rng: Random) -> str:
    """Georgian identification number: nine digits."""
    return _joined(_digits(rng, 9, "40"))


def iran_id(rng: Random) -> str:
    """Iranian national id of legal persons: eleven digits, the last one is the check."""
    body = _digits(rng, 10, "10")
    tens = body[9] + 2
    weights = (29, 27, 23, 19, 17, 29, 27, 23, 19, 17)
    check = sum((tens + a) * b for a, b in zip(body, weights, strict=True)) % 11 % 10
    return _joined([*body, check])


def trn_ae(rng: Random) -> str:
    """Tax registration number of the Emirates: fifteen digits beginning with 100."""
    return _joined(_digits(rng, 15, "100"))


def vkn(rng: Random) -> str:
    """Turkish tax number: ten digits."""
    body = _digits(rng, 9, "3")
    total = 0
    for place, digit in enumerate(body, start=1):
        shifted = (digit + 10 - place) % 10
        if shifted:
            total += (shifted * pow(2, 10 - place, 9)) % 9 or 9
    return _joined([*body, -total % 10])


def vat_gb(rng: Random) -> str:
    """British VAT number: nine digits, the weighted sum plus the check divides by 97."""
    body = _digits(rng, 7, "7")
    total = sum(a * b for a, b in zip(body, (8, 7, 6, 5, 4, 3, 2), strict=True))
    return f"GB{_joined(body)}{97 - total % 97:02d}"
