# One image for every process of ICP; docker-compose.yml says which command each service runs.
FROM python:3.11-slim-bookworm AS build
WORKDIR /icp
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
RUN rm -rf sandbox tests benchmarks \
 && ICP_SECRET_KEY=build ICP_STATIC_ROOT=/icp/staticfiles /venv/bin/python manage.py collectstatic --noinput

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    ICP_DATA_DIR=/data ICP_STATIC_ROOT=/icp/staticfiles
# For backup and restore; of the server's version (docker-compose.yml).
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client-15 \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 icp && mkdir /data && chown icp /data
COPY --from=build /venv /venv
COPY --from=build /icp /icp
WORKDIR /icp
USER icp
EXPOSE 8000
CMD ["gunicorn", "icp.wsgi", "--config", "icp/serving.py", "--bind", "0.0.0.0:8000"]
