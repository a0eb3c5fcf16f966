"""deploy/Dockerfile and deploy/compose.yaml, as far as they can be judged without Docker."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
SETTINGS = set(re.findall(r'env\.\w+\("(\w+)"', (ROOT / "debtfaq" / "settings.py").read_text(encoding="utf-8")))
PINNED = re.compile(r"[\w./-]+:\d+(\.\d+)+(-[\w.-]+)?")


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name} (.+)$", DOCKERFILE.replace("\\\n", " "), re.MULTILINE)


def test_the_image_is_made_of_what_there_is_and_runs_as_nobody_in_particular():
    bases = [base.split(" AS ")[0] for base in instructions("FROM")]
    assert len(bases) == 2
    assert all(PINNED.fullmatch(base) for base in bases)
    allowed = set(re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE))
    copied = [source for line in instructions("COPY") if "--from" not in line for source in line.split()[:-1]]
    assert all((ROOT / source).exists() for source in copied)
    assert set(copied) == allowed
    assert instructions("USER")[-1] == "debtfaq"
    assert DOCKERFILE.index("\nUSER") < DOCKERFILE.index("\nCMD")


def test_no_secret_is_in_the_image():
    names = {name for line in instructions("ENV") for name in re.findall(r"(\w+)=", line)}
    assert names - {"PATH", "PYTHONUNBUFFERED"} <= SETTINGS
    assert not [name for name in names if re.search("SECRET|PASSWORD|TOKEN|KEY", name)]


def test_the_fleet_is_set_up_with_settings_that_there_are():
    services = COMPOSE["services"]
    for name in ("app1", "app2", "migrate"):
        assert set(services[name]["environment"]) <= SETTINGS
        assert services[name]["environment"]["TRUSTED_PROXIES"] == "1"
        assert services[name]["read_only"] is True
    hosts = re.findall(r"server (\w+):8000", services["nginx"]["environment"]["APP_SERVERS"])
    assert hosts == ["app1", "app2"]
    for url in ("DATABASE_URL", "DATABASE_REPLICA_URL", "CACHE_URL"):
        assert re.search(r"@?(\w+):\d+/", services["app1"]["environment"][url].split("//")[1])
    asked = [name for service in services.values() for name in service.get("depends_on", {})]
    assert set(asked) <= set(services)
    volumes = [volume.split(":")[0] for service in services.values() for volume in service.get("volumes", [])]
    assert {volume for volume in volumes if not volume.startswith(".")} == set(COMPOSE["volumes"])


def test_whatever_the_fleet_consists_of_is_pinned():
    images = [service["image"] for service in COMPOSE["services"].values() if "build" not in service]
    assert all(PINNED.fullmatch(image) for image in images)
    assert not re.search(r"(PASSWORD|SECRET\w*): (?!\$\{)\S", (ROOT / "deploy" / "compose.yaml").read_text("utf-8"))


def test_all_that_the_template_of_nginx_asks_for_is_said():
    template = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    assert set(re.findall(r"\$\{(\w+)\}", template)) == set(COMPOSE["services"]["nginx"]["environment"])
