"""What approvals are called: no title says the word «согласование» twice."""

from __future__ import annotations

import pytest

from domain.approval.naming import called
from domain.base import Text


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Договор", "Согласование «Договор»"),
        ("Согласование документов", "«Согласование документов»"),
        ("согласовать КП", "«согласовать КП»"),
        ("КП: согласование", "Согласование «КП: согласование»"),
    ],
)
def test_a_russian_title_that_says_so_itself_stands_alone(title: str, said: str) -> None:
    assert called(Text(ru=title, en="Contract")) == Text(ru=said, en="The approval “Contract”")


@pytest.mark.parametrize("title", ["Approval of the documents", "The approval of it", "Approve the offer"])
def test_an_english_title_that_says_so_itself_stands_alone(title: str) -> None:
    assert called(Text(ru="Договор", en=title)) == Text(ru="Согласование «Договор»", en=f"“{title}”")


def test_a_sentence_may_bring_a_word_of_its_own() -> None:
    said = called(Text(ru="Договор", en="Approval"), "согласование", "the approval")
    assert said == Text(ru="согласование «Договор»", en="“Approval”")
