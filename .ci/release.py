"""The steps of ``make release``: ``ready`` refuses what cannot be released, ``build FOLDER`` dates, builds and checks it. Publishes nothing."""

import re
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from typing import NoReturn

from packaging.metadata import Metadata

ROOT = Path(__file__).parents[1]
CHANGES = ROOT / "CHANGELOG.md"
TOPS = {"storywake"}
"""What the wheel may put at the top of an environment, besides its own metadata."""


def main(words: list[str]) -> None:
    """Runs a step; ends with a line on standard error where something stands against a release."""
    sys.path.insert(0, str(ROOT))
    from storywake import __version__

    if words == ["ready"]:
        ready(__version__)
    elif len(words) == 2 and words[0] == "build":
        build(__version__, Path(words[1]))
    else:
        refuse("usage: release.py ready | build FOLDER")


def ready(version: str) -> None:
    """Refuses a tree with changes that are not committed, and a version without a section that waits for its day."""
    if subprocess.check_output(["git", "status", "--porcelain"], cwd=ROOT, text=True).strip():
        refuse("there are changes that are not committed: `git status` lists them")
    if f"## {version} (unreleased)\n" not in CHANGES.read_text("utf-8"):
        refuse(f"CHANGELOG.md has no section '## {version} (unreleased)'")


def build(version: str, folder: Path) -> None:
    """Dates the section of CHANGELOG.md, builds wheel and sdist into a folder, and checks the wheel."""
    today = datetime.now(UTC).date().isoformat()
    CHANGES.write_text(
        CHANGES.read_text("utf-8").replace(f"## {version} (unreleased)\n", f"## {version} ({today})\n"), "utf-8"
    )
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", str(folder)], cwd=ROOT, check=True)
    wheel = folder / f"storywake-{version}-py3-none-any.whl"
    faults = faults_of(wheel, version)
    if faults:
        refuse("; ".join(faults))
    print(
        f"{wheel} is good. CHANGELOG.md is dated: commit it, tag v{version}, and publish what is in {folder} by hand."
    )


def faults_of(wheel: Path, version: str) -> list[str]:
    """What is wrong with a wheel: its metadata (core metadata specification), what it lacks, what it has beside the package."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        raw = archive.read(f"storywake-{version}.dist-info/METADATA")
    faults = []
    try:
        known = Metadata.from_email(raw, validate=True)
    except ExceptionGroup as errors:
        return [f"metadata: {error}" for error in errors.exceptions]
    if str(known.version) != version:
        faults.append(f"the metadata say version {known.version}")
    if not known.description or known.description_content_type != "text/markdown":
        faults.append("the description is not the README as Markdown")
    if not message_from_bytes(raw)["License-Expression"]:
        faults.append("no licence is named")
    beside = {name.partition("/")[0] for name in names} - TOPS - {f"storywake-{version}.dist-info"}
    faults += [f"{name} would stand at the top of the environment" for name in sorted(beside)]
    lacking = {"storywake/py.typed", "storywake/db/migrations/env.py", "storywake/seeds/moscow-times/story.toml"} - set(
        names
    )
    faults += [f"{name} is lacking" for name in sorted(lacking)]
    faults += [
        f"{name} is no part of the product"
        for name in names
        if re.search(r"(^|/)(tests|bench|node_modules)/|\.db$", name)
    ]
    return faults


def refuse(words: str) -> NoReturn:
    """Ends with a line on standard error."""
    sys.exit(f"release: {words}")


if __name__ == "__main__":
    main(sys.argv[1:])
