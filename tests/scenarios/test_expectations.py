"""Each thing that `expect` and `refused` check is seen to fail, with a text that says what was found."""

from __future__ import annotations

import pytest

from tests.scenarios.stories import FIRST_STEP, failure, played

HOLDS = """\
  - expect:
      stage: prepare_offer
      status: open
      responsible: sales
      amount: 1000.00
      fields: {contact_name: Иван, offer_file: offer.pdf, offer_approver: director, refusal_reason: null}
      company: {contract_signed: true, inn: "7707083893", name: ООО «Ромашка»}
      open_tasks: [prepare_offer]
      tasks: {prepare_offer: {status: open, assignee: sales, outcome: null, deadline: null}}
      assignments: {}
      no_deals: true
      agenda: [{at: 2026-11-24T10:00, what: reminder}]
      notified: [{to: sales, kind: task, about: prepare_offer, times: 1}]
      not_notified: [{to: director}, {kind: reminder}]
      messages: [{to: client, times: 0}]
"""


async def test_what_is_so_holds() -> None:
    assert (await played(HOLDS)).ok


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ("stage: new", "stage: expected new, found prepare_offer"),
        ("status: won", "status: expected won, found open"),
        ("responsible: head", "responsible: expected head, found sales"),
        ("amount: 1000.01", "amount: expected 1000.01, found 1000.00"),
        ("reason: Дорого", "reason: expected Дорого, found nothing"),
        ("title: Другая", "title: expected Другая, found Заявка на просчет заказа"),
        ("attention: true", "attention: expected some, found nothing"),
        ("fields: {contact_name: Пётр}", "field contact_name: expected Пётр, found Иван"),
        ("fields: {offer_file: other.pdf}", "field offer_file: expected other.pdf, found offer.pdf"),
        ("fields: {request: null}", "field request: expected nothing, found 200 коробок"),
        ("company: {contract_signed: false}", "company field contract_signed: expected False, found True"),
        ("open_tasks: []", "open_tasks: expected [], found [prepare_offer]"),
        ("open_tasks: [prepare_offer, call]", "expected [call, prepare_offer], found [prepare_offer]"),
        ("tasks: {call: {status: open}}", "tasks: expected a task call, found none"),
        ("tasks: {prepare_offer: {status: finished}}", "offer, status: expected finished, found open"),
        ("tasks: {prepare_offer: {assignee: head}}", "prepare_offer, assignee: expected head, found sales"),
        ("tasks: {prepare_offer: {outcome: done}}", "prepare_offer, outcome: expected done, found nothing"),
        ("tasks: {prepare_offer: {spent: 1m}}", "task prepare_offer, spent: expected 60.0, found 0"),
        (
            "tasks: {prepare_offer: {deadline: 2026-11-24T10:00}}",
            "task prepare_offer, deadline: expected 2026-11-24 10:00:00, found nothing",
        ),
        ("assignments: [react]", "assignments: expected [react] open, found []"),
        ("assignments: {react: {status: open}}", "assignments: expected react, found none"),
        ("calls: [ring]", "calls: expected"),
        ("approval: pending", "approval: expected pending, found none"),
        (
            "deals: [{pipeline: fulfilment.receiving, stage: new}]",
            "deals: expected {pipeline: fulfilment.receiving, stage: new}, found none",
        ),
        (
            "agenda: [{at: 2026-11-24T10:01, what: reminder}]",
            "agenda: expected {at: 2026-11-24 10:01:00, what: reminder}, found 2026-11-24T10:00 reminder",
        ),
        ("agenda: [{what: overdue}]", "agenda: expected {what: overdue}, found 2026-11-24T10:00 reminder"),
        ("notified: [{to: head, kind: task}]", "notified: expected {to: head, kind: task} since"),
        ("notified: [{to: sales, kind: reminder}]", "found sales task “New task: “Prepare the offer”"),
        ("notified: [{to: sales, about: approve_offer}]", "notified: expected {to: sales, about: approve"),
        ("notified: [{to: sales, kind: task, times: 2}]", "{to: sales, kind: task} 2 times since the"),
        ("not_notified: [{to: sales}]", "not_notified: expected no {to: sales} since the last expect"),
        ("messages: [{to: client}]", "messages: expected {to: client} since the last expect, found no"),
    ],
)  # fmt: skip
async def test_what_is_not_so_fails(expect: str, said: str) -> None:
    failed = await failure(f"  - expect: {{{expect}}}\n")
    assert said in failed.message
    assert (failed.line, failed.step, failed.deal, failed.at) == (
        FIRST_STEP,
        "expect",
        "quote",
        "2026-11-23 10:00",
    )


async def test_every_difference_of_one_expect_is_told() -> None:
    failed = await failure("  - expect: {stage: new, status: won}\n")
    assert failed.message.splitlines() == [
        "stage: expected new, found prepare_offer",
        "status: expected won, found open",
    ]


async def test_the_failure_tells_the_deal_s_story_so_far() -> None:
    failed = await failure("  - wait: 1wd\n  - expect: {stage: new}\n")
    assert failed.at == "2026-11-24 10:00"
    assert failed.timeline[0] == ("2026-11-23 10:00 sales: opened fulfilment.quote at new, responsible sales")
    assert any(line.endswith("moved new → prepare_offer (open)") for line in failed.timeline)
    assert failed.timeline[-2].startswith(
        "2026-11-24 10:00 system: sales got reminder: The offer is not ready yet"
    )


RECEIVED = """\
  - move: approve_offer
  - task: {finish: approve_offer, outcome: approved, by: director}
  - move: agreed
"""


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ("no_deals: true", "no_deals: expected none, found fulfilment.receiving at new (open)"),
        (
            "deals: [{stage: closed}]",
            "deals: expected {stage: closed}, found fulfilment.receiving at new (open)",
        ),
        (
            "deals: [{fields: {request: другое}}]",
            "deals: expected {fields: {'request': 'другое'}}, found fulfilment",
        ),
        (
            "deals: [{stage: new}, {pipeline: fulfilment.receiving}]",
            "deals: expected 2 different deals, found fulfilment.receiving at new (open)",
        ),
    ],
)
async def test_other_deals_than_those_expected_fail(expect: str, said: str) -> None:
    assert said in (await failure(RECEIVED + f"  - expect: {{{expect}}}\n")).message


async def test_messages_are_counted_until_the_next_expect() -> None:
    sent = """\
  - move: approve_offer
  - task: {finish: approve_offer, outcome: approved, by: director}
  - move: agree_with_client
  - send: offer
  - send: offer
"""
    holds = "  - expect: {messages: [{to: client, about: offer, times: 2}, {about: предложение}]}\n"
    assert (await played(sent + holds + "  - expect: {messages: [{times: 0}]}\n")).ok
    failed = await failure(sent + "  - expect: {messages: [{about: offer, times: 1}]}\n")
    assert (
        "{about: offer} 1 times since the last expect, found 2: offer to client; offer to client"
        in failed.message
    )
    assert (
        "found offer to client"
        in (await failure(sent + "  - expect: {messages: [{channel: sms}]}\n")).message
    )


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (
            "  - move: agreed\n",
            "move: expected it to be done, found a refusal: gate_not_met, gates: offer_approved",
        ),
        ("  - move: approve_offer\n    refused: true\n", "move: expected a refusal, found that it was done"),
        ("  - move: refused\n    refused: [offer_file]\n", "found reason_required, missing: refusal_reason"),
        (
            "  - move: refused\n    refused: gate_not_met\n",
            "expected a refusal with {'code': 'gate_not_met'}",
        ),
        ("  - move: agreed\n    refused: {gates: []}\n", "found gate_not_met, gates: offer_approved"),
        ("  - claim: sales\n", "claim: expected it to be done, found a refusal: nothing_to_do"),
        (
            "  - open: {pipeline: fulfilment.quote, responsible: nobody}\n",
            "found a refusal: unknown_employee",
        ),
    ],
)
async def test_another_answer_than_the_one_expected_fails(steps: str, said: str) -> None:
    assert said in (await failure(steps)).message


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ("claim: sales", "nothing_to_do"),
        ("decline: {by: sales, reason: Занят}", "nothing_to_do"),
        ("request: lawyer", "unknown_request"),
        ("process: purchasing", "unknown_process"),
        ("call: no_answer", "unknown_call"),
        ("call: {log: reached, note: Перезвонит}", "unknown_call"),
        ("answer: {assignment: react, option: call_later, date: 2026-12-01}", "unknown_assignment"),
        ("approve: {by: lawyer}", "unknown_approval"),
        ("reject: {by: lawyer, comment: Нет}", "unknown_approval"),
        ("withdraw: {by: sales}", "unknown_approval"),
        ("delegate: {by: lawyer, to: head}", "unknown_approval"),
        ("pay: {row: 1}", "nothing_to_do"),
        ("pay: {amount: 500}", "nothing_to_do"),
    ],
)
async def test_verbs_of_other_pipelines_are_refused_by_these(step: str, code: str) -> None:
    assert (await played(f"  - {step}\n    refused: {code}\n")).ok


async def test_a_story_stops_at_its_first_failure() -> None:
    result = await played("  - expect: {stage: new}\n  - move: approve_offer\n")
    assert len(result.failures) == 1
    assert next(iter(result.deals.values())).stage == "prepare_offer"


async def test_what_was_told_counts_from_the_deal_s_own_last_expect() -> None:
    """An `expect` on another deal in between does not make this one's news old."""
    steps = """\
  - expect: {stage: prepare_offer}
  - wait: 1wd
  - open: {as: other, pipeline: fulfilment.receiving, responsible: sales}
  - expect: {not_notified: [{kind: reminder}]}
  - deal: quote
  - expect: {notified: [{to: sales, kind: reminder}], not_notified: [{kind: task}]}
"""
    assert (await played(steps)).ok
