# The service with everything it needs: no network at run time, no root, a read-only file system and one volume.
FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements.lock requirements-build.lock pyproject.toml README.md LICENSE ./
RUN python -m venv /opt/provenance \
 && /opt/provenance/bin/python -m pip install --no-cache-dir --require-hashes -r requirements.lock -r requirements-build.lock
COPY provenance ./provenance
COPY api ./api
RUN /opt/provenance/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation . \
 && /opt/provenance/bin/provenance places build --ledger sqlite:////tmp/none.db

FROM python:3.11-slim
# libseccomp2: one of the locks around the workers that read hostile photos (`provenance doctor` says what holds)
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libseccomp2 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin provenance \
 && install -d -o provenance -g provenance /data
COPY --from=build /opt/provenance /opt/provenance
ENV PATH=/opt/provenance/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PROVENANCE_LEDGER=sqlite:////data/ledger.db
USER provenance
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s \
  CMD ["python", "-m", "api.healthcheck", "http://127.0.0.1:8000/health/ready"]
# PROVENANCE_API_KEYS must be set: the service refuses to listen on an address others can reach without keys.
CMD ["provenance", "serve", "--host", "0.0.0.0", "--port", "8000"]
