"""A definition whose moves set off all that stays in the deal, so that each of them can be undone."""

from __future__ import annotations

from domain.definition import Pipeline
from tests.domain.builders import small

_STAGES = """
desk:
  rules:
    - {task: {id: sort, finish_on_forward: true, remind: {every: 1d}, deadline: 2h, checklist: [one]}}
    - {task: {id: due, deadline_field: due, assignee: 'role:office'}}
    - {notify: {to: responsible, text: x}, after: 3d}
    - {notify: {to: head, text: x}, at: due, before: 15m, on_leave: keep}
    - {assign: {id: sure, title: {ru: S, en: S}, options: [y, n], remind: {every: 1d}}}
    - {call: {id: ring, title: {ru: R, en: R}, at: due, remind_before: 15m}}
    - {move: phone, when: {note: loop}}
  when_task: {sort: {finished: [{move: pool}]}}
  when_assignment: {sure: {y: [{move: pool}], n: []}}
pool:
  claim: {by: 'role:office', to: phone, within: 1h}
  rules:
    - {set: {note: pooled, amount: 7, contact.called: true, due: {after: 1d}}}
    - {task: {id: sort, finish_on_forward: true}}
    - {comment_task: {task: due, text: go on}}
phone:
  exit: [note]
  rules:
    - {call: {id: again, title: {ru: A, en: A}}}
    - {control_payments: plan}
    - {move: desk, when: {flag: true}}
    - {notify: {to: responsible, text: x}, every: 1d}
paid:
  entry: [plan]
  rules: [{task: {id: pack, assignee: 'role:warehouse', deadline: 1wd}}]
won: {kind: won, rules: [{notify: {to: head, text: x}}]}
lost: {kind: lost, reason_field: note}
"""


def undoable() -> Pipeline:
    """Stages desk, pool (claimed), phone, paid, won, lost."""
    return small(_STAGES, due="datetime", note="text", plan="payment_plan", flag="bool")
