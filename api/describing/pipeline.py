"""A whole pipeline in words, stage by stage, as one JSON value: pages draw their diagram from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from api.describing.rules import RuleWords, Said
from api.describing.words import APPROVAL_STATES, Words, duration
from api.happenings import HAPPENINGS
from domain.base import Text
from domain.definition import Pipeline, Rules, Stage
from domain.facts import Organisation

Json = dict[str, Any]
_WON = Text(ru="завершилась успешно", en="was won")
_LOST = Text(ru="завершилась неудачей", en="was lost")


def describe(pipeline: Pipeline, organisation: Organisation, titles: Mapping[str, Text]) -> Json:
    """`{stages: [{id, title, kind, hint, needs, gates, rules, reactions}]}`; every text is `{ru, en}`.

    `rules` act by themselves once the deal stands there, `reactions` when something named in `on` happens.
    """
    words = Words(pipeline, organisation)
    rules = RuleWords(pipeline, words, titles)
    return {"stages": [_stage(name, stage, words, rules) for name, stage in pipeline.stages.items()]}


def opens(pipeline: Pipeline) -> set[str]:
    """The pipelines whose deals this one opens, by rules or as processes."""
    by_rules = {rule.open.pipeline for _, found in pipeline.rule_sets() for rule in found if rule.open}
    return by_rules | {process.pipeline for process in pipeline.processes.values()}


def _stage(name: str, stage: Stage, words: Words, rules: RuleWords) -> Json:
    gates = [gate.message for gate in (*stage.enter_when, *stage.gates)]
    return {
        "id": name,
        "title": _text(stage.title),
        "kind": stage.kind,
        "hint": _text(stage.hint) if stage.hint else None,
        "needs": [_text(one) for one in words.fields((*stage.entry, *stage.exit))],
        "gates": [_text(message) for message in gates],
        "rules": [_said(said) for said in (*_claim(stage, words), *map(rules.say, stage.rules))],
        "reactions": list(_reactions(stage, words, rules)),
    }


def _claim(stage: Stage, words: Words) -> Iterator[Said]:
    if stage.claim is None:
        return
    whom, within = words.whom(*stage.claim.by), duration(stage.claim.within)
    yield Said(
        when=None,
        what=Text(
            ru=f"Кто возьмёт заявку: {whom.ru}, ответить за {within.ru}",
            en=f"Whoever takes it first: {whom.en}, within {within.en}",
        ),
        to=stage.claim.to,
    )


def _reactions(stage: Stage, words: Words, rules: RuleWords) -> Iterator[Json]:
    """What happens when a task, a question, a call, an approval, a linked deal or the world says something."""
    for kind, handlers in (
        ("task", stage.when_task), ("assignment", stage.when_assignment),
        ("call", stage.when_call), ("approval", stage.when_approval),
    ):  # fmt: skip
        for key, outcomes in handlers.items():
            for outcome, found in outcomes.items():
                yield from _reaction(_event(kind, key, outcome, words), found, rules)
    for event, found in stage.when_event.items():
        yield from _reaction(HAPPENINGS.get(event) or Text.same(event), found, rules)
    for rule in stage.rules:
        if rule.open:
            opened = rules.title(rule.open.pipeline)
            for end, then in ((_WON, rule.open.on_won), (_LOST, rule.open.on_lost)):
                on = Text(ru=f"Сделка «{opened.ru}» {end.ru}", en=f"The deal “{opened.en}” {end.en}")
                yield from _reaction(on, then, rules)


def _reaction(on: Text, found: Rules, rules: RuleWords) -> Iterator[Json]:
    for rule in found:
        yield {"on": _text(on), **_said(rules.say(rule))}


_OUTCOMES = {
    "finished": Text(ru="завершено", en="finished"),
    "any": Text(ru="завершено", en="finished"),
    "no_outcome": Text(ru="закрыто без решения", en="closed without an outcome"),
    "reached": Text(ru="дозвонились", en="reached"),
    "no_answer": Text(ru="нет ответа", en="no answer"),
    **APPROVAL_STATES,
}


def _event(kind: str, key: str, outcome: str, words: Words) -> Text:
    """What has to happen: «Проверить контрагента»: прошёл."""
    pipeline = words.pipeline
    title, chosen = Text.same(key), None
    if kind == "task" and (task := pipeline.task_rule(key)):
        title = task.title
        chosen = task.outcomes[outcome].title if outcome in task.outcomes else None
    elif kind == "assignment" and (asked := pipeline.assignment_rule(key)):
        title = asked.title
        chosen = asked.options[outcome].title if outcome in asked.options else None
    elif kind == "call" and (call := pipeline.call_rule(key)):
        title = call.title
    elif kind == "approval":
        title = words.approval(key) or title
    how = chosen or _OUTCOMES.get(outcome) or Text.same(outcome)
    return Text(ru=f"«{title.ru}»: {how.ru}", en=f"“{title.en}”: {how.en}")


def _said(said: Said) -> Json:
    return {
        "when": _text(said.when) if said.when else None,
        "what": _text(said.what),
        "to": said.to,
        "opens": said.opens,
    }


def _text(text: Text) -> Json:
    return {"ru": text.ru, "en": text.en}
