"""What `scrapy list` and `scrapy crawl` run with, from the operator's settings."""

from wirewatch.settings import load
from wirewatch.wiring import scrapy_settings

vars().update(scrapy_settings(load()))
