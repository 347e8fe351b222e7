FROM python:3.11-slim
RUN useradd --create-home storywake
WORKDIR /app
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY collector collector
COPY db db
COPY jobs jobs
COPY web web
COPY storywake storywake
COPY seeds seeds
RUN pip install --no-cache-dir --no-deps --no-build-isolation .
USER storywake
WORKDIR /home/storywake
ENTRYPOINT ["storywake"]
