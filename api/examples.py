"""Examples for the API description, in Russian and English."""

from __future__ import annotations

from typing import Any

Examples = dict[str, Any]


def _pair(ru: Any, en: Any, ru_summary: str, en_summary: str) -> Examples:
    return {"ru": {"summary": ru_summary, "value": ru}, "en": {"summary": en_summary, "value": en}}


OPEN = _pair(
    {
        "pipeline": "fulfilment.quote",
        "responsible": "sales",
        "company": {"name": "ООО «Ромашка»", "inn": "7707083893"},
        "fields": {"contact_name": "Иван", "contact_phone": "+79990000000", "request": "200 коробок"},
    },
    {
        "pipeline": "fulfilment.quote",
        "responsible": "sales",
        "company": {"name": "Daisy Ltd", "inn": "7707083893"},
        "fields": {"contact_name": "John", "contact_phone": "+79990000000", "request": "200 boxes"},
    },
    "Новая заявка с новой компанией",
    "A new request of a new company",
)
FILL = _pair(
    {"fields": {"request": "250 коробок", "offer_approver": "director"}, "amount": "180000.00"},
    {"fields": {"request": "250 boxes", "offer_approver": "director"}, "amount": "180000.00"},
    "Поля и сумма",
    "Fields and amount",
)
MOVE = _pair(
    {"to": "prepare_offer", "expected_stage": "new", "comment": "Клиент прислал список"},
    {"to": "prepare_offer", "expected_stage": "new", "comment": "The client sent the list"},
    "На следующий этап",
    "To the next stage",
)
UNDO = _pair({"seq": 12}, {"seq": 12}, "Переход с номером 12", "The move with the number 12")
REOPEN = _pair({"to": "prepare_offer"}, {"to": "prepare_offer"}, "Вернуть в работу", "Back to work")
COMMENT = _pair(
    {"text": "Звонили, просят скидку"},
    {"text": "They called and ask for a discount"},
    "Комментарий",
    "A comment",
)
TASK = _pair(
    {"title": "Пересчитать паллету 3", "assignee": "warehouse", "deadline": "2026-11-24T15:00:00+03:00"},
    {"title": "Count pallet 3 again", "assignee": "warehouse", "deadline": "2026-11-24T15:00:00+03:00"},
    "Задача складу",
    "A task for the warehouse",
)
EVENT = _pair(
    {"type": "call.incoming", "phone": "+79990000000"},
    {"type": "mail.incoming", "subject": "Re: offer"},
    "Входящий звонок",
    "Incoming mail",
)
TASK_COMMENT = _pair(
    {"text": "Проверил по базам, всё чисто", "result": True},
    {"text": "Checked the registers, nothing found", "result": True},
    "Комментарий-результат",
    "A comment that is the result",
)
FINISH = _pair(
    {"outcome": "changes_requested", "comment": "Нужна скидка 5 %"},
    {"outcome": "passed", "result": "No objections"},
    "С исходом и комментарием",
    "With an outcome and a result",
)
ANSWER = _pair({"option": "passed"}, {"option": "failed"}, "Проверка пройдена", "The check failed")
DECIDE = _pair(
    {"decision": "approve"},
    {"decision": "reject", "comment": "The penalty clause is missing"},
    "Согласовано",
    "Rejected, with the reason",
)
WITHDRAW = _pair(
    {"comment": "Клиент передумал"}, {"comment": "The client has second thoughts"}, "Отозвать", "Withdraw"
)
DELEGATE = _pair(
    {"to": "accountant"},
    {"to": "accountant", "approver": "lawyer", "comment": "On leave until Monday"},
    "Передать своё решение",
    "As the lawyer's head",
)
COMPANY = _pair(
    {"name": "ООО «Ромашка»", "inn": "7707083893", "contract_signed": False},
    {"name": "Daisy Ltd", "inn": "7707083893", "contract_signed": False},
    "Новый клиент",
    "A new client",
)
ROLES = _pair(
    {"roles": {"lawyer": ["lawyer"], "sales": ["sales", "boris"]}},
    {"roles": {"lawyer": ["lawyer"], "sales": ["sales", "boris"]}},
    "Все роли сразу",
    "All roles at once",
)
_CALENDAR = {
    "timezone": "Europe/Moscow",
    "hours": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-18:00"),
    "days": {"2026-12-31": None},
}
CALENDAR = _pair(_CALENDAR, _CALENDAR, "31 декабря выходной", "31 December is a day off")
CHANNELS = _pair(
    {
        "items": [
            {"owner": "sales", "channel": "email", "digest_minutes": 15},
            {"owner": "role:driver", "channel": "telegram", "address": "123456789"},
            {"owner": "client", "channel": "sms"},
        ]
    },
    {"items": [{"owner": "sales", "channel": "email", "language": "en"}]},
    "Почта с подборками, мессенджер, СМС клиентам",
    "E-mail in English for one employee",
)
OWN_CHANNEL = _pair(
    {"channel": {"owner": "sales", "channel": "email", "digest_minutes": 30}},
    {"channel": None},
    "Подборка раз в полчаса",
    "No choice of my own",
)
DECLINE = _pair({"reason": "Не мой регион"}, {"reason": "Not my region"}, "Не мой регион", "Not my region")
REQUEST = _pair(
    {"text": "Посчитать мощность", "deadline": "2026-11-26T18:00:00+03:00"},
    {"text": "Work out the power needed", "deadline": "2026-11-26T18:00:00+03:00"},
    "Со сроком",
    "With a deadline",
)
PROCESS = _pair(
    {"deadline": "2026-12-04T18:00:00+03:00"},
    {"deadline": "2026-12-04T18:00:00+03:00"},
    "Со своим сроком",
    "With a deadline of its own",
)
PAY = _pair({"row": 1}, {"amount": "50000.00"}, "Строка графика", "An amount")
