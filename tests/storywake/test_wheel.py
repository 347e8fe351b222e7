"""The wheel holds everything: migrations, views, word lists, templates, seeds."""

import os
import runpy
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from storywake import __version__
from storywake.collector.settings import Settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    [built] = folder.glob("*.whl")
    return built


def test_what_runs_needs_is_inside(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "storywake/db/migrations/env.py",
        "storywake/db/migrations/versions/0001_first_schema.py",
        "storywake/db/queries/looks.sql",
        "storywake/db/views/reactions.sql",
        "storywake/collector/lexicon/reporting.toml",
        "storywake/jobs/templates/digest.html.j2",
        "storywake/jobs/mail/languages/fi.toml",
        "storywake/seeds/moscow-times/article.txt",
        "storywake/collector/stance/english.npz",
        "storywake/collector/stance/english.lower.onnx",
        "storywake/collector/stance/english.scores.onnx",
        "storywake/collector/stance/english.vectors.onnx",
        "storywake/collector/stance/multilingual.npz",
        "storywake/collector/stance/multilingual.lower.onnx",
        "storywake/collector/stance/multilingual.scores.onnx",
        "storywake/collector/stance/multilingual.vectors.onnx",
        "storywake/collector/stance/topics.npz",
        "storywake/collector/stance/wording.npz",
        "storywake/web/app.py",
        "storywake/py.typed",
    ):
        assert needed in names
    assert not any("node_modules" in name for name in names)


def test_the_version_is_said_in_one_place(wheel: Path) -> None:
    assert wheel.name == f"storywake-{__version__}-py3-none-any.whl"
    assert Settings(_env_file=None).user_agent.startswith(f"storywake/{__version__.rpartition('.')[0]} (")
    said = subprocess.check_output([sys.executable, "-m", "storywake", "--version"], cwd=ROOT, text=True)
    assert said == f"{__version__}\n"


def test_what_a_release_checks_finds_nothing_wrong_and_finds_what_is(wheel: Path, tmp_path: Path) -> None:
    release = runpy.run_path(str(ROOT / ".ci" / "release.py"))
    assert release["faults_of"](wheel, __version__) == []
    worse = tmp_path / wheel.name
    with zipfile.ZipFile(wheel) as good, zipfile.ZipFile(worse, "w") as bad:
        for name in good.namelist():
            if name != "storywake/py.typed":
                bad.writestr(name, good.read(name))
        bad.writestr("web.py", "")
        bad.writestr("storywake/a.db", "")
    assert release["faults_of"](worse, __version__) == [
        "web.py would stand at the top of the environment",
        "storywake/py.typed is lacking",
        "storywake/a.db is no part of the product",
    ]


def test_nothing_stands_beside_it_at_the_top(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"storywake"}


def test_the_demo_runs_from_the_wheel_in_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    """Dependencies are those of this environment; the product itself is the wheel's alone."""
    home = tmp_path / "venv"
    venv.create(home, with_pip=False)
    [packages] = home.glob("lib/python*/site-packages")
    zipfile.ZipFile(wheel).extractall(packages)
    for path in map(Path, sys.path):
        if path.name == "site-packages":
            (packages / "dependencies.pth").write_text(f"{path}\n")
    (packages / "web.py").write_text("raise RuntimeError('another module of that name')\n")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    folder = tmp_path / "empty"
    folder.mkdir()
    ran = subprocess.run(
        [home / "bin" / "python", "-m", "storywake", "demo"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "5 reactions by 5 people" in ran.stdout
    where = subprocess.check_output(
        [home / "bin" / "python", "-c", "import storywake.db as db; print(db.__file__)"],
        cwd=folder,
        env=environment,
        text=True,
    )
    assert str(packages) in where
