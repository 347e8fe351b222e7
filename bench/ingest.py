bench_ingest=None
