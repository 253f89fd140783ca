"""What clients send, where it is not a domain command as it stands. Domain commands are bodies themselves."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StrictBool,
    StrictInt,
    StringConstraints,
)

from domain.base import Strict, Written
from domain.commands import CommentTask, FinishTask, Happened, Open

Result = StrictBool | str  # whether the comment is the task's result, or the words of the result themselves


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class CompanyBody(BaseModel):
    """A client's company: its name, and any further fields such as `inn`, beside it or in `fields`."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, JsonValue] = Field(init=False)
    name: Name
    fields: dict[str, JsonValue] = {}

    def all_fields(self) -> dict[str, JsonValue]:
        """The company's fields without its name."""
        return {**self.__pydantic_extra__, **self.fields}


class CompanyChange(CompanyBody):
    """What to change of a company; a field given as null is emptied."""

    name: Name | None = None  # type: ignore[assignment]


class OpenBody(Strict):
    """A new deal. The company is named by its id, or made. `responsible`: the caller by default."""

    pipeline: str
    title: str | None = None
    responsible: str | None = None
    company_id: str | None = None
    company: CompanyBody | None = None
    contact: dict[str, JsonValue] | None = None
    source: str | None = None
    amount: Decimal | None = None
    fields: dict[str, JsonValue] = Field(default_factory=dict)

    def command(self, caller: str, company: str | None) -> Open:
        """The domain's command; `company` is the id of the company made for it, if one was."""
        return Open(
            pipeline=self.pipeline,
            title=self.title,
            responsible=self.responsible or caller,
            company=company or self.company_id,
            contact=self.contact,
            source=self.source,
            amount=self.amount,
            fields=self.fields,
        )


class EventBody(BaseModel):
    """Something that came in from outside; everything besides `type` is its detail."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, JsonValue] = Field(init=False)
    type: str = Field(min_length=1, max_length=100)

    def command(self) -> Happened:
        """The domain's command."""
        return Happened(kind=self.type, detail=self.__pydantic_extra__)


class TaskCommentBody(Strict):
    """A comment on a task. `result: true` makes it the result; a string is the result's words."""

    text: str | None = None
    files: tuple[str, ...] = ()
    result: Result = False

    def command(self, task: int) -> CommentTask:
        """The domain's command."""
        text = _with_result(self.text, self.result)
        return CommentTask(task=task, text=text, files=self.files, result=bool(self.result))


class FinishBody(Strict):
    """The end of a task. `result: true` makes the comment the result; a string is the result's words."""

    outcome: str | None = None
    comment: str | None = None
    files: tuple[str, ...] = ()
    result: Result = False

    def command(self, task: int) -> FinishTask:
        """The domain's command; comment and words of the result become one comment."""
        return FinishTask(
            task=task,
            outcome=self.outcome,
            comment=_with_result(self.comment, self.result),
            files=self.files,
            result=bool(self.result),
        )


class CheckBody(Strict):
    """Ticks an item, or with `done: false` unticks it."""

    done: StrictBool = True


class AnswerBody(Strict):
    """The answer to an assignment."""

    option: str
    comment: str | None = None
    date: Written | None = None


class CallBody(Strict):
    """How a call went; `next_at` plans it again."""

    outcome: Literal["reached", "no_answer"]
    note: str | None = None
    next_at: AwareDatetime | None = None


class DeclineBody(Strict):
    """Why the person does not take the deal."""

    reason: str


class RequestBody(Strict):
    """What the work is about, and by when if not within a working day."""

    text: str | None = None
    deadline: Written | None = None


class ProcessBody(Strict):
    """By when the process should be done, if not as the pipeline says."""

    deadline: Written | None = None


class PayBody(Strict):
    """A row of the payment plan, counted from 1, or an amount."""

    row: StrictInt | None = None
    amount: Decimal | None = None


def _with_result(text: str | None, result: Result) -> str | None:
    words: list[Any] = [text, result if isinstance(result, str) else None]
    return "\n".join(word for word in words if word) or None
