"""The pack of the South Caucasus as it is read."""

from pathlib import Path

from review import catalogue, topics

FOLDER = Path(__file__).parents[2] / "packs/south-caucasus"
SOURCES = catalogue.read_file(FOLDER)
TOPICS = topics.read_file(FOLDER / "topics.toml")
