"""Examples of bodies for hooks, public forms and the organisation, in both languages."""

from __future__ import annotations

from typing import Any

from fastapi.openapi.models import Example


def _two(ru: dict[str, Any], en: dict[str, Any], said_ru: str, said_en: str) -> dict[str, Example]:
    return {"ru": Example(summary=said_ru, value=ru), "en": Example(summary=said_en, value=en)}


HOOK = _two(
    {"type": "call.incoming", "data": {"from": "+7 999 123-45-67"}},
    {"type": "payment.received", "data": {"invoice": 17, "amount": "150000.00"}},
    "Звонок клиента",
    "A payment by the invoice's number",
)
DELIVER = _two(
    {"deal": "5f0c2a9e-4c0b-4c58-8a53-8f0f8a1a2b17"}, {"deal": None}, "Отдать сделке", "Put it aside"
)
FORM = _two(
    {"fields": {"contact_name": "Иван", "contact_phone": "8 999 123-45-67"}, "consent": True},
    {"fields": {"contact_email": "ivan@example.com", "request": "Two pumps"}, "consent": True},
    "Заявка с сайта",
    "A request from the site",
)
REVIEW = _two({"rating": 5, "text": "Спасибо!"}, {"rating": 4}, "С текстом", "Without words")
EMPLOYEE = _two(
    {"id": "anna", "name": "Анна Ким", "position": "Менеджер", "head": "head"},
    {"id": "boris", "name": "Boris", "phone": "+79990000000"},
    "Новый менеджер",
    "A new employee",
)
EMPLOYEE_CHANGE = _two({"position": "Старший менеджер"}, {"active": False}, "Новая должность", "Has left")
REQUISITES = _two(
    {"name": "ООО «Воронка»", "requisites": {"inn": "7707083893", "kpp": "770701001"}},
    {"name": "Voronka LLC", "requisites": {"inn": "7707083893"}},
    "Название, ИНН и КПП",
    "Name and tax number",
)
MERGE = _two(
    {"into": "5f0c2a9e-4c0b-4c58-8a53-8f0f8a1a2b17"},
    {"into": "5f0c2a9e-4c0b-4c58-8a53-8f0f8a1a2b17"},
    "Та же заявка",
    "The same request",
)
CALL = _two(
    {"outcome": "reached", "note": "Просит счёт"},
    {"outcome": "no_answer", "next_at": "2026-11-24T10:00:00+03:00"},
    "Дозвонились",
    "No answer, once more tomorrow",
)
