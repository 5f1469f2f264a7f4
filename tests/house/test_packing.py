"""What stands beside the code is packed with it, or `pipx install .` lacks what a checkout has."""

import fnmatch
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
SETUPTOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]


def packed(path: Path) -> bool:
    """Whether the lists in pyproject.toml take this file along."""
    folders = [".".join(folder.parts) for folder in path.parents if folder.parts]
    if path.suffix == ".py" and folders[0] in SETUPTOOLS["packages"]:
        return True
    return any(
        fnmatch.fnmatch(path.relative_to(folder.replace(".", "/")).as_posix(), pattern.replace("**/", "*"))
        for folder in folders
        for pattern in SETUPTOOLS["package-data"].get(folder, ())
    )


def test_every_file_of_the_packages_is_packed() -> None:
    tops = {name.partition(".")[0] for name in SETUPTOOLS["packages"]}
    files = [path.relative_to(ROOT) for top in tops for path in (ROOT / top).rglob("*") if path.is_file()]
    assert [str(path) for path in files if "__pycache__" not in path.parts and not packed(path)] == []
    assert len(files) > 100
