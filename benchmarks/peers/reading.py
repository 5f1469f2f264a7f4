"""The peer that visits feeds: reader, as its tutorial uses it.

`python -m benchmarks.peers.reading SCENARIO PORT FOLDER` prints one line of JSON.
"""

import sys
import urllib.request

from reader import make_reader

from benchmarks.meter import Stopwatch
from benchmarks.scenarios import SCENARIOS, edition_path, feed_address, feed_path


def main(name: str, port: str, folder: str) -> None:
    scenario = SCENARIOS[name]
    reader = make_reader(f"{folder}/reader.sqlite")
    watch = Stopwatch()
    for number in range(scenario.feeds):
        reader.add_feed(f"http://{feed_address(number)}:{port}{feed_path(number)}")
    for edition in range(-1, scenario.editions):
        if edition == 0:
            watch.start()
        path = edition_path(scenario, edition + 1)
        urllib.request.urlopen(f"http://127.0.0.1:{port}{path}").close()
        # Without it a second visit within the hour is not made at all.
        reader.update_feeds(scheduled=False)
    watch.report(scenario.units)
    entries = reader.get_entry_counts().total
    expected = scenario.feeds * (30 + scenario.step * scenario.editions)
    broken = [feed.url for feed in reader.get_feeds() if feed.last_exception]
    assert entries == expected, (entries, expected)
    assert not broken, broken
    reader.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
