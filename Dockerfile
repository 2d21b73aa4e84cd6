# The build stage has make and a compiler; what runs has neither.
FROM python:3.11-bookworm AS build
WORKDIR /app
COPY Makefile pyproject.toml requirements.lock README.md LICENSE ./
COPY bot bot
COPY cogs cogs
COPY content content
COPY sandbox sandbox
RUN make install

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --no-create-home towards \
    && install --directory --owner=towards /data /keys
WORKDIR /app
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    TOWARDS_DATABASE=/data/towards.db \
    TOWARDS_KEY_FILE=/keys/towards.keys
USER towards
# The key file has a volume of its own, so that a backup of the data is not also a backup of the keys.
VOLUME ["/data", "/keys"]
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s CMD ["towards", "health"]
CMD ["towards", "run"]
