# The shop as a small image: two stages, no compiler in the second, an unprivileged user.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/shop
COPY requirements.txt /src/
RUN /opt/shop/bin/pip install --require-hashes --only-binary :all: -r /src/requirements.txt
COPY pyproject.toml README.md LICENSE catalog.json catalog.schema.json /src/
COPY photos /src/photos
COPY bot /src/bot
# The build backend is in requirements.txt too, so nothing unpinned is fetched here.
RUN /opt/shop/bin/pip install --no-deps --no-build-isolation /src

FROM python:3.11-slim-bookworm
ENV PATH=/opt/shop/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    CATALOG=/shop/catalog/catalog.json DATABASE=/shop/data/shop.sqlite3 HOST=0.0.0.0 PORT=8080
RUN useradd --system --uid 10001 --home-dir /shop --create-home shop \
 && mkdir -p /shop/catalog /shop/data /shop/backups && chown -R shop /shop
COPY --from=build /opt/shop /opt/shop
COPY --chown=shop catalog.json catalog.schema.json /shop/catalog/
COPY --chown=shop photos /shop/catalog/photos
USER shop
WORKDIR /shop
VOLUME ["/shop/catalog", "/shop/data", "/shop/backups"]
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD \
    ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["python", "-m", "bot", "run"]
