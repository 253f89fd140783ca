"""What the product asks of 1C, as it stands in effects and in calls of the activities."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

from pydantic import Field, TypeAdapter, ValidationError
from temporalio.exceptions import ApplicationError

from activities.onec_client.shapes import Key, TaskWish
from domain.base import Lasting, Strict

MOST_ITEMS = 200
MOST_KEYS = 500

T = TypeVar("T")


class MirrorTask(TaskWish):
    """An effect's detail: have this task in 1C. `key` is the task's public id, where missing the effect's key."""

    operation: Literal["mirror"] = "mirror"


class CloseTask(Lasting):
    """An effect's detail: close, or withdraw, the task mirrored under this key."""

    operation: Literal["complete", "cancel"]
    key: Key
    result: str = ""


class PullItems(Strict):
    """Items by what people search for, or by their codes."""

    what: Literal["nomenclature"]
    query: str = Field(default="", max_length=200)
    codes: tuple[Annotated[str, Field(min_length=1, max_length=50)], ...] = Field(
        default=(), max_length=MOST_ITEMS
    )
    limit: int = Field(default=50, ge=1, le=MOST_ITEMS)


class PullOffer(Strict):
    """The offer of the deal with this id."""

    what: Literal["offer"]
    deal: Key


class PullChanges(Strict):
    """Mirrored tasks that changed since the version known for each key (null: none known)."""

    what: Literal["changes"] = "changes"
    versions: dict[Key, str | None] = Field(max_length=MOST_KEYS)


DETAIL: TypeAdapter[MirrorTask | CloseTask] = TypeAdapter(MirrorTask | CloseTask)
PULL: TypeAdapter[PullItems | PullOffer] = TypeAdapter(
    Annotated[PullItems | PullOffer, Field(discriminator="what")]
)
CHANGES: TypeAdapter[PullChanges] = TypeAdapter(PullChanges)


def read(adapter: TypeAdapter[T], value: object) -> T:
    """What was asked for. A request that makes no sense will not make any later."""
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors()
        )
        raise ApplicationError(
            f"not a request to 1C: {wrong}", type="onec_request", non_retryable=True
        ) from None
