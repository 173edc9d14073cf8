# The packages and the compiled translations are made here, with tools that the product does not carry along.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements.lock /build/
RUN /opt/venv/bin/python -m pip install --quiet --no-input --require-hashes --only-binary :all: \
      --requirement /build/requirements.lock
COPY webapp /srv/webapp
COPY templates /srv/templates
COPY static /srv/static
COPY wsgi.py /srv/
RUN if [ -d /srv/webapp/translations ]; then \
      /opt/venv/bin/python -m babel.messages.frontend --quiet compile --directory /srv/webapp/translations; \
    fi \
 && /opt/venv/bin/python -m compileall -q /srv/webapp /srv/wsgi.py \
 && /opt/venv/bin/python -m pip uninstall --quiet --yes pip setuptools

FROM python:3.11-slim-bookworm
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv /srv
WORKDIR /srv
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOST=0.0.0.0 PORT=8000
# A number, so that an orchestrator can see that it is not root.
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "webapp/hosting/probe.py"]
# Configure it with DATABASE_URL and SECRET_KEY (or their _FILE forms); docs/hosting.md tells the rest.
CMD ["gunicorn", "--config", "python:webapp.hosting.gunicorn_settings", "wsgi:app"]
