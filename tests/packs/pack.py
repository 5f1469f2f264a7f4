"""The pack south-caucasus as it stands in the repository."""

from pathlib import Path

from review import packs

FOLDER = Path(__file__).parents[2] / "packs" / "south-caucasus"
PACK = packs.read(FOLDER)
SOURCES, TOPICS = PACK.sources, PACK.topics
