"""What the board says, in the reader's language. Plurals are lists: Russian for 1, 2 and 5, English for 1 and 2."""

from __future__ import annotations

from collections.abc import Mapping

from ui.speech import Speech

_TEXTS: Mapping[str, tuple[str, str]] = {
    "filters": ("Поиск и отбор сделок", "Search and filter deals"),
    "search": ("Название, клиент, ответственный", "Title, client, responsible"),
    "mine": ("Мои", "Mine"),
    "overdue": ("Просрочено", "Overdue"),
    "idle": ("Без дел", "Nothing planned"),
    "attention": ("Нужна помощь", "Needs attention"),
    "person": ("Ответственный", "Responsible"),
    "company": ("Компания", "Company"),
    "find": ("Найти", "Find"),
    "nobody": ("Ничего не нашлось", "Nothing found"),
    "clear": ("Сбросить", "Reset"),
    "clearOne": ("Сбросить: {name}", "Reset: {name}"),
    "sort": ("Порядок карточек", "Order of cards"),
    "sort_urgent": ("Сначала срочные", "Most urgent first"),
    "sort_recent": ("Сначала недавние", "Most recent first"),
    "sort_amount": ("Сначала крупные", "Largest first"),
    "stages": ("Этапы", "Stages"),
    "loading": ("Сделки загружаются", "Deals are loading"),
    "failed": (
        "Доску не удалось загрузить. Проверьте связь и попробуйте ещё раз.",
        "The board could not be loaded. Check the connection and try again.",
    ),
    "retry": ("Попробовать ещё раз", "Try again"),
    "empty": (
        "В этой воронке пока нет сделок. Добавьте первую.",
        "There are no deals in this pipeline yet. Add the first one.",
    ),
    "noneFound": ("Под этот отбор ничего не подходит.", "Nothing matches these filters."),
    "emptyColumn": ("Сделок нет", "No deals"),
    "emptyClosed": ("За две недели — ничего", "Nothing within two weeks"),
    "showMore": ("Показать ещё {count}", "Show {count} more"),
    "closedDeals": ("Закрытые за две недели", "Closed within two weeks"),
    "foldClosed": ("Свернуть закрытые", "Fold the closed ones"),
    "part_late": ("Просрочено: {count}", "Overdue: {count}"),
    "part_none": ("Ничего не запланировано: {count}", "Nothing planned: {count}"),
    "part_ok": ("По плану: {count}", "On schedule: {count}"),
    "add": ("Добавить сделку", "Add a deal"),
    "addTitle": ("Название сделки", "Deal title"),
    "addAmount": ("Сумма, ₽ (если известна)", "Amount, ₽ (if known)"),
    "addWrong": ("Сумма — это число, например 12 500,50", "An amount is a number, such as 12 500.50"),
    "addDo": ("Добавить", "Add"),
    "cancel": ("Отмена", "Cancel"),
    "close": ("Закрыть", "Close"),
    "menuOf": ("Действия со сделкой «{title}»", "Actions on the deal “{title}”"),
    "openCard": ("Открыть карточку", "Open the card"),
    "moveTo": ("Перевести на этап", "Move to the stage"),
    "here": ("сейчас здесь", "now here"),
    "moving": ("«{title}»: перевод на этап «{stage}»", "“{title}”: moving to “{stage}”"),
    "signed": ("Договор заключён", "Contract signed"),
    "nothing": ("Ничего не запланировано", "Nothing planned"),
    "next_task": ("Задача", "A task"),
    "next_call": ("Звонок клиенту", "A call to the client"),
    "next_approval": ("Согласование", "An approval"),
    "next_assignment": ("Поручение", "An assignment"),
    "next_agenda": ("По расписанию", "By schedule"),
    "lateBy": ("Просрочено:", "Overdue:"),
    "leftIs": ("Осталось:", "Left:"),
    "lateOfThem": ("просрочено: {count}", "overdue: {count}"),
    "attentionHint": (
        "Сделка не может идти дальше сама: откройте карточку",
        "The deal is stuck: open its card",
    ),
    "since": ("На этапе с {moment}", "At this stage since {moment}"),
    "today": ("сегодня", "today"),
    "day": ("д", "d"),
    "hour": ("ч", "h"),
    "minute": ("мин", "min"),
    "about": ("Как устроена воронка", "How this pipeline works"),
    "unheard": (
        "Нет связи: сделка осталась на своём этапе.",
        "No connection: the deal has stayed where it was.",
    ),
    "help": ("Клавиши", "Keyboard shortcuts"),
    "keyArrows": ("переходить между карточками", "go from card to card"),
    "keyEnter": ("открыть карточку", "open the card"),
    "keyShift": ("перевести на соседний этап", "move to the next or previous stage"),
    "keyMenu": ("выбрать этап для перевода", "choose the stage to move to"),
    "keyAdd": ("добавить сделку", "add a deal"),
    "keySearch": ("искать на доске", "search the board"),
    "keyUndo": ("отменить последний перевод", "undo the last move"),
    "keyEscape": ("закрыть меню, очистить поиск", "close a menu, clear the search"),
    "keyHelp": ("показать эту подсказку", "show this help"),
}
_PLURALS: Mapping[str, tuple[tuple[str, str, str], tuple[str, str]]] = {
    "deals": (("сделка", "сделки", "сделок"), ("deal", "deals")),
    "tasks": (("открытая задача", "открытые задачи", "открытых задач"), ("open task", "open tasks")),
    "linked": (("связанная сделка", "связанные сделки", "связанных сделок"), ("linked deal", "linked deals")),
}


def board_labels(speech: Speech) -> dict[str, str | list[str]]:
    """Texts by name, for the component."""
    plurals = {name: list(ru if speech.lang == "ru" else en) for name, (ru, en) in _PLURALS.items()}
    return {**{name: speech.say(ru, en) for name, (ru, en) in _TEXTS.items()}, **plurals}
