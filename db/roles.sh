# Run once by PostgreSQL's image when its volume is new: Storywake owns its database and is no superuser; queries of
# analysts run as storywake_reader; nobody signs in as postgres.
psql -v ON_ERROR_STOP=1 -U postgres -d storywake -v password="$POSTGRES_PASSWORD" <<'SQL'
CREATE ROLE storywake LOGIN PASSWORD :'password';
CREATE ROLE storywake_reader NOLOGIN;
GRANT storywake_reader TO storywake;
ALTER DATABASE storywake OWNER TO storywake;
ALTER ROLE postgres PASSWORD NULL;
SQL
