"""Ids made of names."""

from __future__ import annotations

import pytest

from domain.slugs import free, slug


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("Щукина Юлия Олеговна", "shchukina_yuliya"),
        ("Ёлкин", "elkin"),
        ("Jean-Luc Müller", "jean_luc"),
        ("  O'Brien ", "o_brien"),
        ("李雷", "employee"),
        ("7 лет", "employee"),
        ("", "employee"),
    ],
)
def test_a_name_becomes_an_id(name: str, made: str) -> None:
    assert slug(name, words=2, otherwise="employee") == made


def test_a_taken_id_gets_a_number() -> None:
    assert free("anna", {}) == "anna"
    assert free("anna", {"anna", "anna2"}) == "anna3"
