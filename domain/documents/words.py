"""Sums of roubles in words, Russian and English, as documents state them.

Own code rather than a library: a wrong word in a contract is a legal matter, so all of it is tested by table
and by reading the words back.
"""

from __future__ import annotations

from decimal import Decimal

from domain.base import Language

LARGEST = Decimal("999999999999999.99")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_RU_ONES = _words("ноль один два три четыре пять шесть семь восемь девять")
_RU_ONES_FEMININE = {1: "одна", 2: "две"}
_RU_TEENS = _words(
    "десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать "
    "девятнадцать"
)
_RU_TENS = _words("двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто")
_RU_HUNDREDS = _words("сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот")
_RU_RUBLE = ("рубль", "рубля", "рублей")
_RU_KOPECK = ("копейка", "копейки", "копеек")
_RU_THOUSAND = ("тысяча", "тысячи", "тысяч")
_RU_SCALES = (
    _RU_THOUSAND,
    ("миллион", "миллиона", "миллионов"),
    ("миллиард", "миллиарда", "миллиардов"),
    ("триллион", "триллиона", "триллионов"),
)

_EN_ONES = _words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_EN_TENS = _words("twenty thirty forty fifty sixty seventy eighty ninety")
_EN_SCALES = ("thousand", "million", "billion", "trillion")


def roubles_in_words(amount: Decimal, language: Language = "ru", *, kopecks_in_words: bool = False) -> str:
    """`Сто двадцать один рубль 05 копеек`. Roubles in words, kopecks in two digits unless asked otherwise.

    Raises ValueError for a sum below zero, with parts of a kopeck, or above LARGEST.
    """
    if not 0 <= amount <= LARGEST:
        raise ValueError(f"only sums from 0 to {LARGEST} are put in words, not {amount}")
    total = amount * 100
    if total != int(total):
        raise ValueError(f"{amount} has parts of a kopeck")
    roubles, kopecks = divmod(int(total), 100)
    say = _russian if language == "ru" else _english
    text = say(roubles, kopecks, kopecks_in_words)
    return text[0].upper() + text[1:]


def plural(number: int, forms: tuple[str, str, str]) -> str:
    """The Russian form that goes with the number: 1 рубль, 2 рубля, 5 рублей, 11 рублей, 21 рубль."""
    if number % 100 in range(11, 15):
        return forms[2]
    last = number % 10
    return forms[0] if last == 1 else forms[1] if last in (2, 3, 4) else forms[2]


def _russian(roubles: int, kopecks: int, in_words: bool) -> str:
    small = _russian_number(kopecks, feminine=True) if in_words else f"{kopecks:02}"
    return " ".join(
        (
            _russian_number(roubles),
            plural(roubles, _RU_RUBLE),
            small,
            plural(kopecks, _RU_KOPECK),
        )
    )


def _russian_number(number: int, feminine: bool = False) -> str:
    if number == 0:
        return _RU_ONES[0]
    words: list[str] = []
    for scale, group in _groups(number):
        forms = _RU_SCALES[scale - 1] if scale else None
        words += _russian_group(group, feminine if forms is None else forms is _RU_THOUSAND)
        if forms:
            words.append(plural(group, forms))
    return " ".join(words)


def _russian_group(group: int, feminine: bool) -> list[str]:
    hundreds, rest = divmod(group, 100)
    tens, ones = divmod(rest, 10)
    words = [_RU_HUNDREDS[hundreds - 1]] if hundreds else []
    if tens == 1:
        return [*words, _RU_TEENS[ones]]
    if tens:
        words.append(_RU_TENS[tens - 2])
    if ones:
        words.append(_RU_ONES_FEMININE.get(ones, _RU_ONES[ones]) if feminine else _RU_ONES[ones])
    return words


def _english(roubles: int, kopecks: int, in_words: bool) -> str:
    small = _english_number(kopecks) if in_words else f"{kopecks:02}"
    first, second = "rouble" if roubles == 1 else "roubles", "kopeck" if kopecks == 1 else "kopecks"
    return f"{_english_number(roubles)} {first} {small} {second}"


def _english_number(number: int) -> str:
    if number == 0:
        return _EN_ONES[0]
    words: list[str] = []
    for scale, group in _groups(number):
        words += _english_group(group)
        if scale:
            words.append(_EN_SCALES[scale - 1])
    return " ".join(words)


def _english_group(group: int) -> list[str]:
    hundreds, rest = divmod(group, 100)
    words = [_EN_ONES[hundreds], "hundred"] if hundreds else []
    if rest >= 20:
        tens, ones = divmod(rest, 10)
        words.append(_EN_TENS[tens - 2] + (f"-{_EN_ONES[ones]}" if ones else ""))
    elif rest:
        words.append(_EN_ONES[rest])
    return words


def _groups(number: int) -> list[tuple[int, int]]:
    """(scale, group of three digits) from the highest, empty groups left out; scale 0 is the ones."""
    groups = []
    scale = 0
    while number:
        number, group = divmod(number, 1000)
        if group:
            groups.append((scale, group))
        scale += 1
    return groups[::-1]
