"""Processes that tests start and kill: each is forked from one server that has made the heavy imports."""

import multiprocessing

# A process has one such server, and the last list it is given counts: so they stand in one.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    ["tests.alerts.killed", "tests.alerts.planned_and_killed", "tests.crawler.killed", "tests.review.archive"]
)
