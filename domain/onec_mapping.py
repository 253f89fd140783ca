"""Which catalogs, documents, tasks and requisites of 1C:Enterprise hold what the product reads and writes.

Every 1C differs, so names are data (`pipelines/onec_mapping.yaml`). Names are checked here to be plain
identifiers: they become parts of addresses and filters.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, JsonValue, StringConstraints, ValidationError

from domain.base import Strict
from domain.problems import suggest

_WORD = r"[A-Za-zА-Яа-яЁё_][0-9A-Za-zА-Яа-яЁё_]{0,127}$"
Requisite = Annotated[str, StringConstraints(pattern=f"^{_WORD}")]
CatalogName = Annotated[str, StringConstraints(pattern=f"^Catalog_{_WORD}")]
DocumentName = Annotated[str, StringConstraints(pattern=f"^Document_{_WORD}")]
TaskName = Annotated[str, StringConstraints(pattern=f"^Task_{_WORD}")]


def _guid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise ValueError(f"`{text}` is not a GUID such as 5d0e6c1a-0000-4000-8000-000000000001") from None


Guid = Annotated[str, AfterValidator(_guid)]


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # unknown, or no name of a zone at all
        raise ValueError(f"there is no time zone `{name}`; write it as `Europe/Moscow`") from None
    return name


class Shown(Strict):
    """A requisite to show: a text, or (with `entity`) a reference to a catalog and what to show of it."""

    field: Requisite
    entity: CatalogName | None = None
    title: Requisite = "Description"


Unit = Annotated[
    Shown, BeforeValidator(lambda value: {"field": value} if isinstance(value, str) else value)
]  # the name alone will do for a text


class Nomenclature(Strict):
    """The catalog of goods and services."""

    entity: CatalogName
    code: Requisite = "Code"
    title: Requisite = "Description"
    unit: Unit | None = None
    vat: Requisite | None = None
    price: Requisite | None = None  # few configurations keep one price in the catalog
    groups: bool = True  # a hierarchical catalog: `IsFolder` tells groups, which are no goods


class OfferLines(Strict):
    """The tabular section of an offer."""

    section: Requisite
    item: Requisite  # refers to the nomenclature
    quantity: Requisite
    price: Requisite
    vat: Requisite | None = None
    unit: Unit | None = None  # where missing, the nomenclature's


class OfferFile(Strict):
    """The catalog of files attached to offers; `data` holds the content in base64."""

    entity: CatalogName
    owner: Requisite
    data: Requisite
    name: Requisite = "Description"
    extension: Requisite | None = None
    date: Requisite | None = None  # the newest by it is taken
    constants: dict[Requisite, JsonValue] = {}  # further conditions, such as a kind of file


class Offer(Strict):
    """The document «commercial offer»; `deal` holds the key of the product's deal."""

    entity: DocumentName
    deal: Requisite
    number: Requisite = "Number"
    date: Requisite = "Date"
    amount: Requisite | None = None
    posted_only: bool = True
    lines: OfferLines
    file: OfferFile | None = None


class Assignee(Strict):
    """The requisite of the person who is to do the task. `type` is needed where it is of a composite type."""

    field: Requisite
    type: CatalogName | None = None


class Task(Strict):
    """The task that mirrors ours. `key` holds our own key, by which a repeat finds what it wrote before."""

    entity: TaskName
    key: Requisite
    title: Requisite = "Description"
    title_length: int = Field(default=150, ge=20, le=1000)  # characters
    description: Requisite | None = None
    deadline: Requisite | None = None
    deal: Requisite | None = None
    assignee: Assignee | None = None
    number: Requisite | None = "Number"
    date: Requisite | None = "Date"
    done: Requisite = "Executed"
    done_at: Requisite | None = None
    result: Requisite | None = None
    cancelled: Requisite = "DeletionMark"
    execute: Requisite | None = "ExecuteTask"  # 1C's own action; null writes `done` instead
    own_reference: bool = True  # create under a GUID made from our key: then not even a race makes two
    constants: dict[Requisite, JsonValue] = {}


class Mapping(Strict):
    """The whole file. `vat` says which rate each of 1C's values means: `"20"`, `"0"`, `none`."""

    time_zone: Annotated[str, AfterValidator(_known_zone)]  # 1C keeps local times without a zone
    nomenclature: Nomenclature
    offer: Offer
    task: Task
    vat: dict[str, Annotated[str, StringConstraints(pattern=r"^(none|[0-9]{1,2}(/1[0-9]{2})?)$")]] = {}
    employees: dict[str, Guid] = {}  # the product's employee id -> GUID of the 1C user


_SECTIONS: dict[tuple[str | int, ...], type[Strict]] = {
    (): Mapping,
    ("nomenclature",): Nomenclature,
    ("offer",): Offer,
    ("offer", "lines"): OfferLines,
    ("offer", "file"): OfferFile,
    ("task",): Task,
    ("task", "assignee"): Assignee,
}
_PATTERNS = {
    "^Catalog_": "the name of a catalog, such as Catalog_Номенклатура",
    "^Document_": "the name of a document, such as Document_КоммерческоеПредложениеКлиенту",
    "^Task_": "the name of a task type, such as Task_ЗадачаИсполнителя",
    "^(none|": 'a rate in percent in quotes, such as "20" or "20/120", or none',
    "^": "the name of a requisite: letters, digits and _ only",
}


def read_mapping(data: object) -> Mapping | list[str]:
    """The mapping of the file's plain data, or everything that is wrong with it, a sentence each."""
    try:
        mapping = Mapping.model_validate(data)
    except ValidationError as error:
        return list(dict.fromkeys(_sentence(problem) for problem in error.errors()))
    return list(_contradictions(mapping)) or mapping


def _sentence(problem: Any) -> str:
    path = tuple(part for part in problem["loc"] if part != "[key]")  # pydantic's word for a key's own check
    place = ".".join(str(part) for part in path) or "the file"
    kind = problem["type"]
    if kind == "missing":
        return f"{place}: is missing"
    if kind == "extra_forbidden":
        known = _SECTIONS.get(path[:-1], Shown).model_fields
        return f"{place}: unknown key. {suggest(str(path[-1]), known)}"
    if kind == "string_pattern_mismatch":
        pattern = problem["ctx"]["pattern"]
        wanted = next(words for start, words in _PATTERNS.items() if pattern.startswith(start))
        return f"{place}: `{problem['input']}` is not {wanted}"
    if kind == "model_type":
        return f"{place}: must hold keys and values"
    return f"{place}: {problem['msg'].removeprefix('Value error, ')}"


def _contradictions(mapping: Mapping) -> Iterator[str]:
    task, taken = mapping.task, dict[str, str]()
    for name, requisite in written_requisites(task):
        if requisite in taken:
            yield f"task.{name}: `{requisite}` is `{taken[requisite]}` already; each needs a requisite of its own"
        taken.setdefault(requisite, name)
    for requisite in task.constants:
        if requisite in taken:
            yield f"task.constants: `{requisite}` is filled by `{taken[requisite]}`; delete one of both"
    uses_rates = mapping.nomenclature.vat or mapping.offer.lines.vat
    if uses_rates and not mapping.vat:
        yield "vat: says what 1C's VAT rates mean, and is needed because a requisite with the rate is named"
    if mapping.employees and task.assignee is None:
        yield "employees: nobody would be assigned; name the requisite in `task.assignee`, or delete them"


def written_requisites(task: Task) -> Iterator[tuple[str, str]]:
    """Each key of `task` that names a requisite of the 1C task, and the requisite."""
    names = ("key", "title", "description", "deadline", "deal", "number", "date", "done", "done_at", "result")
    for name in (*names, "cancelled"):
        if requisite := getattr(task, name):
            yield name, requisite
    if task.assignee:
        yield "assignee.field", task.assignee.field
