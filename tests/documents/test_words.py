"""Sums in words: by table where Russian is tricky, and by reading the words of any sum back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.documents.words import LARGEST, roubles_in_words

RUSSIAN = {
    "0": "Ноль рублей 00 копеек",
    "0.01": "Ноль рублей 01 копейка",
    "1": "Один рубль 00 копеек",
    "2.02": "Два рубля 02 копейки",
    "5.11": "Пять рублей 11 копеек",
    "11": "Одиннадцать рублей 00 копеек",
    "12.12": "Двенадцать рублей 12 копеек",
    "14": "Четырнадцать рублей 00 копеек",
    "21.21": "Двадцать один рубль 21 копейка",
    "22.34": "Двадцать два рубля 34 копейки",
    "111": "Сто одиннадцать рублей 00 копеек",
    "1000": "Одна тысяча рублей 00 копеек",
    "2000": "Две тысячи рублей 00 копеек",
    "5000": "Пять тысяч рублей 00 копеек",
    "11000": "Одиннадцать тысяч рублей 00 копеек",
    "21001": "Двадцать одна тысяча один рубль 00 копеек",
    "102002.50": "Сто две тысячи два рубля 50 копеек",
    "1000000": "Один миллион рублей 00 копеек",
    "1000001": "Один миллион один рубль 00 копеек",
    "2002002": "Два миллиона две тысячи два рубля 00 копеек",
    "1000000000": "Один миллиард рублей 00 копеек",
    "1000000000000": "Один триллион рублей 00 копеек",
    "999999999999.99": (
        "Девятьсот девяносто девять миллиардов девятьсот девяносто девять миллионов девятьсот девяносто девять "
        "тысяч девятьсот девяносто девять рублей 99 копеек"
    ),
}
ENGLISH = {
    "0": "Zero roubles 00 kopecks",
    "1.01": "One rouble 01 kopeck",
    "13": "Thirteen roubles 00 kopecks",
    "20": "Twenty roubles 00 kopecks",
    "121.50": "One hundred twenty-one roubles 50 kopecks",
    "1001": "One thousand one roubles 00 kopecks",
    "40000000": "Forty million roubles 00 kopecks",
    "1000000000000": "One trillion roubles 00 kopecks",
}


@pytest.mark.parametrize(("amount", "words"), RUSSIAN.items())
def test_russian(amount: str, words: str) -> None:
    assert roubles_in_words(Decimal(amount)) == words


@pytest.mark.parametrize(("amount", "words"), ENGLISH.items())
def test_english(amount: str, words: str) -> None:
    assert roubles_in_words(Decimal(amount), "en") == words


def test_kopecks_in_words_are_feminine() -> None:
    said = roubles_in_words(Decimal("2.02"), kopecks_in_words=True)
    assert said == "Два рубля две копейки"
    assert roubles_in_words(Decimal("1.21"), kopecks_in_words=True) == "Один рубль двадцать одна копейка"


@pytest.mark.parametrize("amount", ["-1", "0.001", "1e15", "NaN"])
def test_what_cannot_be_said_is_refused(amount: str) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        roubles_in_words(Decimal(amount))


@given(st.integers(0, int(LARGEST * 100)))
def test_the_words_of_any_sum_read_back_as_the_sum(kopecks: int) -> None:
    words = roubles_in_words(Decimal(kopecks) / 100).lower().split()
    assert _read(words[:-3]) * 100 + int(words[-2]) == kopecks


_SCALES = {"тысяч": 10**3, "миллион": 10**6, "миллиард": 10**9, "триллион": 10**12}
_ONES = "ноль один два три четыре пять шесть семь восемь девять десять"
_TEENS = "одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать"
_TENS = "двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто"
_HUNDREDS = "сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот"


def _read(words: list[str]) -> int:
    """The number of these words: an independent, stupid reader."""
    values = {word: number for number, word in enumerate(f"{_ONES} {_TEENS}".split())}
    values |= {word: 20 + 10 * number for number, word in enumerate(_TENS.split())}
    values |= {word: 100 * number for number, word in enumerate(_HUNDREDS.split(), 1)}
    values |= {"одна": 1, "две": 2}
    total = group = 0
    for word in words:
        if word in values:
            group += values[word]
            continue
        stem = next(stem for stem in _SCALES if word in (stem, stem + "а", stem + "и", stem + "ов"))
        total, group = total + group * _SCALES[stem], 0
    return total + group
