# wirewatch with the Python and the libraries it is tested with. docs/for-it.md says what it needs and where it keeps things.
FROM debian:bookworm-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates python3 python3-venv
WORKDIR /src
COPY . .
RUN python3 -m venv /opt/wirewatch \
 && /opt/wirewatch/bin/pip install --no-cache-dir -c constraints.txt setuptools wheel \
 && /opt/wirewatch/bin/pip install --no-cache-dir --no-build-isolation -c constraints.txt . \
 && /opt/wirewatch/bin/pip uninstall -y setuptools wheel pip

FROM debian:bookworm-slim
# tini passes signals on and buries the dead; the certificates are those that sites are checked against.
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates python3 tini \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin wirewatch \
 && install -d -o wirewatch -g wirewatch -m 750 /data
COPY --from=build /opt/wirewatch /opt/wirewatch
COPY settings.toml /etc/wirewatch/settings.toml
ENV PATH=/opt/wirewatch/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    WIREWATCH_SETTINGS=/etc/wirewatch/settings.toml \
    WIREWATCH_DATA=/data
USER wirewatch
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
  CMD ["python3", "-c", "from http.client import HTTPConnection as C; c = C('127.0.0.1', 8750, timeout=8); c.request('GET', '/healthz'); exit(c.getresponse().status != 200)"]
ENTRYPOINT ["tini", "--", "wirewatch"]
CMD ["run"]
