"""Why a call was not done. Routes and the gateway raise these; `api.problems` turns them into answers."""

from __future__ import annotations

from domain.base import Text
from domain.errors import Refusal

RETRY_AFTER_SECONDS = 3


class ProblemError(Exception):
    """A call that cannot be done. `code` is a code of `api.problem_kinds`; `status` only where it differs."""

    def __init__(
        self,
        code: str,
        ru: str,
        en: str,
        *,
        status: int | None = None,
        headers: dict[str, str] | None = None,
        **members: object,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = Text(ru=ru, en=en)
        self.status = status
        self.headers = headers or {}
        self.members = members


class RefusedError(ProblemError):
    """The domain refused the command; nothing was changed by it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code, refusal.message.ru, refusal.message.en)
        self.members = _members(refusal)
        self.refusal = refusal


class UnavailableError(ProblemError):
    """Temporal or PostgreSQL does not answer. `perhaps_done`: the command may have been carried out."""

    def __init__(self, *, perhaps_done: bool = False) -> None:
        super().__init__(
            "unavailable",
            (
                "Ответ не пришёл вовремя: команда могла и выполниться."
                if perhaps_done
                else "Служба сейчас недоступна, ничего не сделано."
            )
            + " Повторите запрос с тем же Idempotency-Key: второй раз он не выполнится.",
            (
                "No answer came in time: the command may have been carried out."
                if perhaps_done
                else "The service is not available now; nothing was done."
            )
            + " Repeat the request with the same Idempotency-Key: it is carried out once.",
            headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
        )


def _members(refusal: Refusal) -> dict[str, object]:
    """What a client needs of the refusal besides its sentence; empty parts are left out."""
    data = refusal.model_dump(mode="json", include={"missing", "gates", "stage", "allowed", "decided"})
    return {name: value for name, value in data.items() if value}


def not_found(code: str, ru: str, en: str) -> ProblemError:
    """What the address names is not there."""
    return ProblemError(code, ru, en, status=404)


def unknown_deal(deal: str) -> ProblemError:
    """No such deal."""
    return not_found("unknown_deal", f"Сделки {deal} нет.", f"There is no deal {deal}.")


def unknown_employee(employee: str) -> ProblemError:
    """No such employee."""
    return not_found("unknown_employee", f"Сотрудника {employee} нет.", f"There is no employee {employee}.")


def unknown_approval(approval: str) -> ProblemError:
    """No such approval."""
    return not_found("unknown_approval", f"Согласования {approval} нет.", f"There is no approval {approval}.")


def unstorable() -> ProblemError:
    """A text that no database can keep."""
    return ProblemError(
        "invalid_request",
        "В запросе есть значение, которое нельзя сохранить: нулевой байт или половина символа.",
        "The request holds a value that cannot be kept: a zero byte or half a character.",
    )


def key_reused() -> ProblemError:
    """The key came with another request before."""
    return ProblemError(
        "key_reused",
        "Этот Idempotency-Key уже был использован для другого запроса. Возьмите новый ключ.",
        "This Idempotency-Key was used for another request before. Take a new key.",
    )
