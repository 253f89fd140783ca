"""What stands in a folder of definitions: their files, and the templates of documents beside them."""

from __future__ import annotations

from pathlib import Path

NOT_PIPELINES = frozenset({"organisation.yaml", "organisation.yml", "onec_mapping.yaml"})  # their neighbours
TEMPLATES = "templates"


def definition_files(path: Path) -> list[Path]:
    """The files of definitions below a folder, in order; a file is itself."""
    if not path.is_dir():
        return [path]
    found = (
        file
        for file in path.rglob("*")
        if file.suffix in (".yaml", ".yml") and file.name not in NOT_PIPELINES
    )
    return sorted(file for file in found if not any(part[0] in "._" for part in file.relative_to(path).parts))


def templates_of(folder: Path) -> list[str]:
    """The names of the templates of documents that stand beside the folder's definitions."""
    return sorted(file.stem for file in (folder / TEMPLATES).glob("*.txt"))
