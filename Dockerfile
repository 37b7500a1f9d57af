# One image for every process of ICP; docker-compose.yml says which command each service runs.
FROM python:3.11-slim AS build
WORKDIR /icp
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
RUN rm -rf sandbox tests benchmarks \
 && ICP_SECRET_KEY=build ICP_STATIC_ROOT=/icp/staticfiles /venv/bin/python manage.py collectstatic --noinput

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    ICP_DATA_DIR=/data ICP_STATIC_ROOT=/icp/staticfiles
RUN useradd --system --uid 10001 icp && mkdir /data && chown icp /data
COPY --from=build /venv /venv
COPY --from=build /icp /icp
WORKDIR /icp
USER icp
EXPOSE 8000
CMD ["gunicorn", "icp.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4"]
