"""A definition with everything that involves others: a claim, requests, processes, payments, messages, 1C."""

from __future__ import annotations

from domain.base import Text
from domain.definition import DocumentRule, MessageTemplate, Pipeline, ProcessRule, WorkRequest
from domain.durations import Duration
from tests.domain.builders import small

STAGES = """
new:
  claim: {by: 'role:office', to: work, within: 1h, unanswered: 'role:director'}
work:
  exit: [plan]
  exit_when: {scan: {note: {contains: scan}}}
  rules:
    - {send: hello}
    - {pull: onec_offer, when: {note: {contains: russia}}}
    - {task: {id: ship, assignee: 'role:warehouse', mirror: onec, description: {ru: 'Везти. {conclusion}', en: x}}}
    - {control_payments: plan}
  when_task:
    ship: {finished: [{task: {id: fix, description: {ru: 'Замечания: {conclusion}', en: x}}}]}
    fix: {finished: [{again: ship}, {send: papers}]}
done: {kind: won, rules: [{send: hello}, {document: letter}]}
lost: {kind: lost}
"""


def text(said: str) -> Text:
    return Text(ru=said, en=said)


HELLO = MessageTemplate(
    title=text("Hello"),
    subject=Text(ru="О «{deal}»", en="About “{deal}”"),
    text=Text(
        ru="{manager.name}, {manager.position}, {manager.phone}, {manager.email}; {stage}; {company}",
        en="{stage}",
    ),
)
PAPERS = MessageTemplate(
    title=text("Papers"),
    to="role:office",
    subject=text("Papers"),
    text=text("x"),
    attach=("scan", "offer_file"),
)


def involved() -> Pipeline:
    """Stages new (claimed by the office), work, done, lost."""
    fields = {
        "plan": "payment_plan",
        "note": "text",
        "scan": "file",
        "offer_items": "text",
        "offer_file": "file",
    }
    return small(STAGES, **fields).model_copy(
        update={
            "requests": {
                "check": WorkRequest(title=text("Check"), assignee="role:lawyer"),
                "haul": WorkRequest(
                    title=text("Haul"),
                    assignee="role:warehouse",
                    deadline=Duration.parse("2wd"),
                    mirror="onec",
                ),
            },
            "processes": {
                "buy": ProcessRule(title=text("Buy"), pipeline="test.buy", deadline=Duration.parse("3wd")),
                "make": ProcessRule(title=text("Make"), pipeline="test.make"),
            },
            "messages": {"hello": HELLO, "papers": PAPERS},
            "documents": {
                "letter": DocumentRule(title=text("Letter"), template="letter", field="scan"),
            },
        }
    )
