"""The peer over thousands of feeds: reader, as its tutorial uses it.

`python -m benchmarks.peers.crowd_reading FEEDS PORT FOLDER` visits all once, waits for a line of input,
visits all once more, and prints one line of JSON.
"""

import sys

from reader import make_reader

from benchmarks.meter import Stopwatch


def main(feeds: str, port: str, folder: str) -> None:
    reader = make_reader(f"{folder}/reader.sqlite")
    for number in range(int(feeds)):
        reader.add_feed(f"http://127.0.0.1:{port}/{number}/feed.xml")
    reader.update_feeds()
    print("ready", flush=True)
    sys.stdin.readline()
    watch = Stopwatch()
    watch.start()
    # Without it a second visit within the hour is not made at all.
    reader.update_feeds(scheduled=False)
    watch.report(int(feeds))
    broken = [feed.url for feed in reader.get_feeds() if feed.last_exception]
    assert not broken, broken[:3]
    assert reader.get_entry_counts().total > 0
    reader.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
