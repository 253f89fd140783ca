"""The text of a payment QR code after GOST R 56042-2014, which bank apps read: `ST00012|Name=...|...`."""

from __future__ import annotations

import re

from domain.documents.formats import short_date
from domain.documents.invoice import Invoice

_HEADER = "ST00012"  # the format's version 0001, then 2: UTF-8
_SEPARATOR = "|"
_LENGTHS = {"Name": 160, "BankName": 45, "Purpose": 210}  # as the standard limits them, in characters
_BLANKS = re.compile(r"\s+")


def payment_text(invoice: Invoice) -> str:
    """What the QR code says; the sum is in kopecks. The five obligatory fields stand first, in order."""
    seller = invoice.seller
    fields = {
        "Name": seller.name,
        "PersonalAcc": seller.account,
        "BankName": seller.bank,
        "BIC": seller.bik,
        "CorrespAcc": seller.correspondent_account or "0",
        "Sum": str(int(invoice.total * 100)),
        "Purpose": payment_purpose(invoice),
        "PayeeINN": seller.inn,
        "KPP": seller.kpp,
        "PayerINN": invoice.buyer.inn,
    }
    parts = [f"{name}={_value(name, value)}" for name, value in fields.items() if value]
    return _SEPARATOR.join((_HEADER, *parts))


def payment_purpose(invoice: Invoice) -> str:
    """What the payer writes into the payment: the invoice and how much of it is VAT."""
    rates = ", ".join(f"{rate}%" for rate in invoice.vat)
    tax = f"В т.ч. НДС {rates} {sum(invoice.vat.values()):.2f} руб." if rates else "Без НДС."
    return f"Оплата по счёту № {invoice.number} от {short_date(invoice.date)}. {tax}"


def _value(name: str, value: str) -> str:
    """Without the separator, which banks' readers do not let us choose, and no longer than the standard allows."""
    text = _BLANKS.sub(" ", value.replace(_SEPARATOR, " ")).strip()
    return text[: _LENGTHS.get(name, len(text))]
