"""Definitions that are wrong, and what is said about them: each `cases/X.yaml` stands beside `cases/X.txt`.

The text files hold every problem as `line:column: code: message`. After a change of the language or of a
sentence write them anew with `UPDATE_CASES=1`, and read the difference.
"""

from __future__ import annotations

import os
from pathlib import Path
from textwrap import dedent
from typing import get_args

import pytest

from domain.definition import Pipeline
from domain.folders import definition_files, templates_of
from domain.loading import check_text, load_directory, load_files, load_text
from domain.loading_yaml import MAX_BYTES
from domain.problems import ProblemCode

CASES = Path(__file__).parent / "cases"
SHIPPED = Path(__file__).parents[2] / "pipelines"
REFERENCE = Path(__file__).parents[2] / "docs" / "language.md"
ROLES = ("lawyer", "clerk", "accountant", "director")
MINIMAL = """\
pipeline: demo.{name}
title: {{ru: Мало, en: Little}}
stages:
  new: {{title: {{ru: Н, en: N}}, rules: [{{open: {{id: next, pipeline: {opens}}}, when: {{amount: 1}}}}]}}
  won: {{title: {{ru: Успех, en: Won}}, kind: won}}
  lost: {{title: {{ru: Нет, en: No}}, kind: lost}}
"""


def _said(case: Path) -> str:
    checked = check_text(
        case.read_text("utf-8"),
        case.name,
        roles=ROLES,
        pipelines=["demo.every_key", "demo.names"],
        templates=templates_of(SHIPPED),
    )
    return "".join(f"{problem}".removeprefix(f"{case.name}:") + "\n" for problem in checked.problems)


@pytest.mark.parametrize("case", sorted(CASES.glob("*.yaml")), ids=lambda case: case.stem)
def test_every_problem_is_told_with_its_place(case: Path) -> None:
    expected = case.with_suffix(".txt")
    said = _said(case)
    if os.environ.get("UPDATE_CASES"):
        expected.write_text(said, "utf-8")
    assert said == expected.read_text("utf-8")


def test_every_code_has_a_case() -> None:
    told = "".join(path.read_text("utf-8") for path in CASES.glob("*.txt"))
    beyond_one_text = {"not_utf8", "duplicate_pipeline", "too_large"}  # tested below
    assert {code for code in get_args(ProblemCode) if f" {code}: " not in told} == beyond_one_text


def test_the_language_reference_names_every_code_and_its_first_example_loads() -> None:
    reference = REFERENCE.read_text("utf-8")
    assert not [code for code in get_args(ProblemCode) if f"`{code}`" not in reference]
    examples = [dedent(part.split("```")[0]) for part in reference.split("```yaml\n")[1:]]
    assert isinstance(load_text(examples[0], "example.yaml"), Pipeline)
    for example in examples:
        problems = check_text(example, "example.yaml").problems
        assert not [problem for problem in problems if problem.code == "yaml_syntax"], example


def test_a_good_text_is_a_pipeline_and_a_bad_one_is_only_problems() -> None:
    good = load_text((CASES / "good.yaml").read_text("utf-8"), "good.yaml")
    assert isinstance(good, Pipeline)
    assert good.pipeline == "demo.every_key"
    assert isinstance(load_text((CASES / "names.yaml").read_text("utf-8"), "names.yaml"), list)


def test_warnings_do_not_keep_a_pipeline_from_loading() -> None:
    checked = check_text((CASES / "unlost.yaml").read_text("utf-8"), "unlost.yaml")
    assert checked.pipeline is not None
    assert [problem.severity for problem in checked.problems] == ["warning"]


def test_only_true_and_false_are_yes_and_no_and_nothing_becomes_a_date() -> None:
    text = MINIMAL.format(name="words", opens="demo.words").replace(
        "rules: [",
        "rules: [{set: {company.a: no, company.b: 2026-01-31, company.c: 12:30, company.d: 0123}}, ",
    )
    loaded = load_text(text, "words.yaml")
    assert isinstance(loaded, Pipeline)
    assert loaded.stages["new"].rules[0].set == {
        "company.a": "no",
        "company.b": "2026-01-31",
        "company.c": "12:30",
        "company.d": "0123",
    }


def test_a_huge_file_is_not_even_read() -> None:
    problems = load_text("#" * (MAX_BYTES + 1), "huge.yaml")
    assert isinstance(problems, list)
    assert [problem.code for problem in problems] == ["too_large"]


def test_a_file_that_is_not_text_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes("pipeline: a\ntitle: Воронка\n".encode("cp1251"))
    (problem,) = load_directory(tmp_path).problems
    assert (problem.code, problem.line, problem.column) == ("not_utf8", 2, 8)


def test_files_of_a_folder_are_checked_together(tmp_path: Path) -> None:
    (tmp_path / "deeper").mkdir()
    (tmp_path / "a.yaml").write_text(MINIMAL.format(name="a", opens="demo.b"), "utf-8")
    (tmp_path / "deeper" / "b.yml").write_text(MINIMAL.format(name="b", opens="demo.c"), "utf-8")
    (tmp_path / "organisation.yaml").write_text("people: {}", "utf-8")
    (tmp_path / "_later.yaml").write_text("nonsense", "utf-8")
    loaded = load_directory(tmp_path)
    assert [(Path(p.file).name, p.line, p.code) for p in loaded.problems] == [
        ("b.yml", 4, "unknown_pipeline")
    ]
    assert list(loaded.pipelines) == ["demo.a"]
    assert loaded.sources["demo.a"].startswith("pipeline: demo.a")
    assert not load_files([tmp_path / "deeper" / "b.yml"], known=["demo.c"]).problems
    assert not load_files([tmp_path / "deeper" / "b.yml"], known=None).problems


def test_deals_that_open_each_other_without_end_are_found(tmp_path: Path) -> None:
    for name, opens in (("a", "b"), ("b", "a"), ("c", "a")):
        text = MINIMAL.format(name=name, opens=f"demo.{opens}").replace(", when: {amount: 1}", "")
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    loaded = load_directory(tmp_path)
    assert [(Path(p.file).name, p.line, p.code) for p in loaded.problems] == [
        ("a.yaml", 4, "open_loop"),
        ("b.yaml", 4, "open_loop"),
    ]
    assert list(loaded.pipelines) == ["demo.c"]


def test_two_files_of_one_pipeline_both_fail(tmp_path: Path) -> None:
    for file in ("a.yaml", "b.yaml"):
        (tmp_path / file).write_text(MINIMAL.format(name="same", opens="demo.same"), "utf-8")
    loaded = load_directory(tmp_path)
    assert [(problem.code, problem.line) for problem in loaded.errors] == [("duplicate_pipeline", 1)] * 2
    assert not loaded.pipelines


def test_the_shipped_pipelines_have_no_problems_at_all() -> None:
    loaded = load_directory(SHIPPED)
    assert not loaded.problems
    assert len(loaded.pipelines) == len(definition_files(SHIPPED)) > 0
