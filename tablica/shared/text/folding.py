"""One spelling for all the ways of writing the same word."""

import unicodedata

# Letters that Unicode does not decompose, or decomposes to something a Persian would not type.
_LETTERS = {
    **{"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"},
    **{"ħ": "h", "ŧ": "t", "ŋ": "n", "ĸ": "k", "ƀ": "b", "ß": "ss"},
    **{"ё": "е", "ѐ": "е", "ѝ": "и"},
    **{"ي": "ی", "ى": "ی", "ئ": "ی", "ې": "ی", "ے": "ی", "ك": "ک", "ڪ": "ک"},
    **{"ة": "ه", "ۀ": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه", "ۂ": "ه", "ۃ": "ه", "ٱ": "ا"},
    "\u0640": "",  # tatweel only stretches the line
    "\u200b": " ",  # a zero-width space is where a line may break, so a space
    **dict.fromkeys("‘’‚‛′‵ʼʹ`´", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    "\u2212": "-",
}
_KEPT_MARKS = (0, 7, 8, 9)  # vowel signs, nukta, kana voicing, virama: letters, not accents


class _Folding(dict[int, str]):
    """What each character becomes, worked out when first met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


def _fold_character(c: str) -> str:
    if c in _LETTERS:
        return _LETTERS[c]
    category = unicodedata.category(c)
    if category == "Cf" or "\ufe00" <= c <= "\ufe0f":
        return ""
    if category == "Pd":
        return "-"
    if category == "Nd":
        return str(unicodedata.decimal(c))
    if "\u0400" <= c <= "\u052f":
        return c  # й, ї and ў are letters of their own, not accented ones
    bare = (d for d in unicodedata.normalize("NFD", c) if unicodedata.combining(d) in _KEPT_MARKS)
    return unicodedata.normalize("NFC", "".join(bare))


_FOLDING = _Folding()


def fold(s: str) -> str:
    """Return `s` as it is compared: case, accents and styles of writing taken away.

    NFKC and casefold; diacritics off (also ł→l, ø→o, đ→d, ß→ss, ё→е; й stays a letter); Arabic
    ي ى ك written the Persian way; ZWNJ, tatweel, harakat and bidi marks off; digits of every
    script as ASCII; all dashes `-`, all quotes `'` or `"`. Folding twice changes nothing more.
    """
    if s.isascii():
        return s.lower().replace("`", "'")
    while True:
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", s).casefold())
        folded = folded.translate(_FOLDING)
        if folded == s:
            return folded
        s = folded
