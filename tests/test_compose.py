"""docker-compose.yml and Dockerfile, as far as they can be checked without Docker: names, versions, order,
health."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli.main import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ONE_SHOT = {"temporal-schema", "temporal-namespace", "migrate"}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
EACH = pytest.mark.parametrize("name", SERVICES)


def test_the_services_of_the_production_shape_are_there() -> None:
    assert {"postgres", "temporal", "temporal-ui", "migrate", "worker", "web"} <= SERVICES.keys()


@EACH
def test_each_is_watched_or_ends_by_itself(name: str) -> None:
    service = SERVICES[name]
    assert ("healthcheck" in service) != (name in ONE_SHOT)
    assert str(service["restart"]).startswith("on-failure" if name in ONE_SHOT else "unless-stopped")
    if name not in ONE_SHOT:
        assert {"test", "interval", "timeout", "retries"} <= service["healthcheck"].keys()


@EACH
def test_each_waits_for_what_can_be_waited_for(name: str) -> None:
    for other, how in SERVICES[name].get("depends_on", {}).items():
        assert other in SERVICES, f"{name} waits for {other}, which does not exist"
        wanted = "service_completed_successfully" if other in ONE_SHOT else "service_healthy"
        assert how["condition"] == wanted, f"{name} waits for {other}"


def test_nobody_waits_in_a_circle() -> None:
    def depth(name: str, above: tuple[str, ...] = ()) -> int:
        assert name not in above, f"a circle: {above}"
        return 1 + max(
            (depth(other, (*above, name)) for other in SERVICES[name].get("depends_on", ())), default=0
        )

    assert max(map(depth, SERVICES)) == 5  # postgres, its schema, temporal, its namespace, worker and web


@EACH
def test_images_are_pinned_to_a_version(name: str) -> None:
    assert re.search(r":\d+\.\d+[\w.-]*$", SERVICES[name]["image"]), SERVICES[name]["image"]


@EACH
def test_ports_are_published_on_loopback_only(name: str) -> None:
    for port in SERVICES[name].get("ports", []):
        assert re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port), f"{name}: {port}"


def test_no_password_is_written_down() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    for line in text.splitlines():
        if re.search(r"PASSWORD:|_PWD:|PASSWORD '", line) and not line.lstrip().startswith("#"):
            assert re.search(r"\$\{\w+:(\?|-\})", line), line  # from outside: required, or empty by default


def test_volumes_and_configs_are_declared() -> None:
    for name, service in SERVICES.items():
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in COMPOSE["volumes"], name
        for config in service.get("configs", []):
            assert config["source"] in COMPOSE["configs"], name


def test_commands_and_variables_are_the_products_own() -> None:
    known = set(re.findall(r'validation_alias="(\w+)"', (ROOT / "settings.py").read_text()))
    known |= {"TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE"}
    for name in ("migrate", "worker", "web"):
        service = SERVICES[name]
        assert service["environment"].keys() <= known
        for command in (service["command"], service.get("healthcheck", {}).get("test", [])):
            if "cli.main" in command:
                assert command[command.index("cli.main") + 1] in COMMANDS
            elif command:
                assert (ROOT / f"{command[2]}.py").exists()


def test_the_image_has_the_products_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert SERVICES["web"]["image"] == f"voronka:{project['version']}"


def test_the_dockerfile_is_pinned_copies_what_exists_and_drops_root() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(bases) == 2
    assert all(re.search(r":\d+\.\d+\.\d+-", base) for base in bases)
    copied = [
        part
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
        for part in line.split()[:-1]
    ]
    assert all((ROOT / part).exists() for part in copied)
    packages = {p.parent.name for p in ROOT.glob("*/__init__.py")} - {
        "bench",
        "onec_double",
        "tests",
    }  # for development only
    assert packages <= set(copied), "the image would lack a package"
    assert re.search(r"^USER (?!root)\w+", DOCKERFILE, re.MULTILINE)
    assert "--require-hashes" in DOCKERFILE
