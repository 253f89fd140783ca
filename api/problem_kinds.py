"""The one table of problems: for every code its HTTP status and its title in two languages."""

from __future__ import annotations

from dataclasses import dataclass

from domain.base import Text


@dataclass(frozen=True)
class Kind:
    """What all problems of one code share. `type` of a problem leads to its description under this code."""

    status: int
    title: Text


def _kind(status: int, ru: str, en: str) -> Kind:
    return Kind(status, Text(ru=ru, en=en))


# A refused rule is 422, a lost race 409, what the address names and is not there 404, not allowed 403.
KINDS: dict[str, Kind] = {
    "missing_fields": _kind(422, "Не заполнены обязательные поля", "Required fields are empty"),
    "gate_not_met": _kind(422, "Не выполнено условие перехода", "A condition of the move does not hold"),
    "reason_required": _kind(422, "Нужна причина", "A reason is needed"),
    "comment_required": _kind(422, "Нужен комментарий", "A comment is needed"),
    "stale_stage": _kind(409, "Сделка уже на другом этапе", "The deal is at another stage by now"),
    "unknown_stage": _kind(422, "Такого этапа нет", "There is no such stage"),
    "same_stage": _kind(422, "Сделка уже на этом этапе", "The deal is at this stage already"),
    "deal_closed": _kind(422, "Сделка закрыта", "The deal is closed"),
    "deal_open": _kind(422, "Сделка открыта", "The deal is open"),
    "unknown_field": _kind(422, "Такого поля нет", "There is no such field"),
    "invalid_value": _kind(422, "Недопустимое значение", "The value is not valid"),
    "unknown_task": _kind(404, "Такой задачи нет", "There is no such task"),
    "task_closed": _kind(409, "Задача уже закрыта", "The task is closed already"),
    "outcome_required": _kind(422, "Нужен исход задачи", "The task needs an outcome"),
    "unknown_outcome": _kind(422, "Такого исхода нет", "There is no such outcome"),
    "result_required": _kind(422, "Нужен результат задачи", "The task needs a result"),
    "result_file_required": _kind(422, "К результату нужен файл", "The result needs a file"),
    "unknown_call": _kind(404, "Такого звонка нет", "There is no such call"),
    "call_closed": _kind(409, "Звонок уже отмечен", "The call is logged already"),
    "unknown_assignment": _kind(404, "Такого поручения нет", "There is no such assignment"),
    "assignment_closed": _kind(409, "На поручение уже ответили", "The assignment is answered already"),
    "unknown_option": _kind(422, "Такого ответа нет", "There is no such option"),
    "unknown_approval": _kind(404, "Такого согласования нет", "There is no such approval"),
    "approval_closed": _kind(409, "Согласование уже завершено", "The approval is finished already"),
    "already_decided": _kind(409, "Решение уже принято", "The decision is taken already"),
    "unknown_employee": _kind(422, "Такого сотрудника нет", "There is no such employee"),
    "unknown_company": _kind(422, "Такой компании нет", "There is no such company"),
    "unknown_file": _kind(422, "Такого файла нет", "There is no such file"),
    "unknown_message": _kind(404, "Такого сообщения на этапе нет", "The stage has no such message"),
    "unknown_item": _kind(404, "Такого пункта в чек-листе нет", "The checklist has no such item"),
    "already_claimed": _kind(409, "Заявку уже взяли", "The request is taken already"),
    "unknown_request": _kind(404, "Такого задания в воронке нет", "The pipeline has no such request"),
    "unknown_process": _kind(404, "Такого процесса в воронке нет", "The pipeline has no such process"),
    "unknown_document": _kind(404, "Такого документа на этапе нет", "The stage has no such document"),
    "unknown_row": _kind(404, "Такой строки в графике нет", "The plan has no such row"),
    "already_paid": _kind(409, "Уже оплачено", "Paid already"),
    "undo_overtaken": _kind(409, "После перехода что-то произошло", "Something has happened since the move"),
    "undo_too_late": _kind(422, "Отменять переход поздно", "Too late to undo the move"),
    "undo_left_house": _kind(422, "Переход вышел за пределы сделки", "The move has reached beyond the deal"),
    "undo_in_vain": _kind(422, "Отмена ничего не даст", "Undoing is no use"),
    "not_allowed": _kind(403, "Нет права на это действие", "Not allowed"),
    "nothing_to_do": _kind(422, "Нечего делать", "There is nothing to do"),
    "unknown_deal": _kind(404, "Такой сделки нет", "There is no such deal"),
    "deal_exists": _kind(409, "Такая сделка уже есть", "The deal exists already"),
    "key_reused": _kind(422, "Ключ идемпотентности уже использован", "The idempotency key was used already"),
    # What only HTTP knows
    "unknown_pipeline": _kind(404, "Такой воронки нет", "There is no such pipeline"),
    "unauthorized": _kind(401, "Нужен токен", "A token is needed"),
    "invalid_request": _kind(422, "Запрос составлен неверно", "The request is not valid"),
    "malformed_request": _kind(400, "Запрос не удалось прочитать", "The request cannot be read"),
    "rate_limited": _kind(429, "Слишком часто", "Too many requests"),
    "not_found": _kind(404, "Не найдено", "Not found"),
    "method_not_allowed": _kind(405, "Метод не поддерживается", "Method not allowed"),
    "too_large": _kind(413, "Слишком большой запрос", "The request is too large"),
    "unavailable": _kind(503, "Временно недоступно", "Temporarily unavailable"),
    "onec_unavailable": _kind(503, "1С недоступна", "1C is not available"),
    "internal_error": _kind(500, "Внутренняя ошибка", "Internal error"),
}
CODE_OF_STATUS = {
    400: "malformed_request",
    401: "unauthorized",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    422: "invalid_request",
    429: "rate_limited",
    503: "unavailable",
}
