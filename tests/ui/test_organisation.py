"""The organisation's page: each tab for a director and for somebody who may only look, in both languages."""

from __future__ import annotations

import pytest

from tests.ui.conftest import Visit
from tests.ui.organising import buttons

TABS = {
    "employees": ("Соколова Мария Игоревна", "Соколова Мария Игоревна"),
    "roles": ("Юрист", "Lawyer"),
    "calendar": ("праздник или перенос", "holiday or moved day off"),
    "requisites": ("ИНН", "INN (taxpayer number)"),
    "channels": ("Как пишут мне", "How I am written to"),
    "templates": ("Отправить КП клиенту", "Send the offer to the client"),
    "pipelines": ("Схема и версии", "Picture and versions"),
}
READ_ONLY = "Вы можете смотреть. Меняют настройки директор и администратор."


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("person", ["director", "warehouse"])
async def test_every_tab_opens_for_everybody_in_both_languages(visit: Visit, tab: str, person: str) -> None:
    for number, language in enumerate(("ru", "en")):
        async with visit(person, language) as user:
            await user.open(f"/organisation?tab={tab}")
            await user.should_see(TABS[tab][number])
            if tab in ("templates", "pipelines") or person == "director" or language == "en":
                await user.should_not_see(READ_ONLY)
            else:
                await user.should_see(READ_ONLY)


async def test_who_may_not_change_is_offered_no_changes(visit: Visit) -> None:
    async with visit("warehouse") as user:
        for tab in ("employees", "roles", "calendar", "requisites", "channels"):
            await user.open(f"/organisation?tab={tab}")
            offered = set(buttons(user))
            assert not offered & {"Добавить сотрудника", "Добавить роль", "Сохранить", "Часы и пояс…"}, tab
            assert not [name for name in offered if name.startswith(("Изменить:", "Убрать"))], tab
