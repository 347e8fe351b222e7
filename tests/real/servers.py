"""WordPress with MariaDB and MediaWiki with SQLite, started on loopback in folders of their own."""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
WORDPRESS, MEDIAWIKI = Path("/usr/share/wordpress"), Path("/usr/share/mediawiki")
MAX_START_SECONDS = 60


def missing(*needed: str | Path) -> str | None:
    """Which of some commands and folders are not here; None where all are."""
    lacking = [str(what) for what in needed if not (what.exists() if isinstance(what, Path) else shutil.which(what))]
    return f"not installed: {', '.join(lacking)}" if lacking else None


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def php(script: Path, folder: Path, given: str = "", **more: str) -> str:
    """What a script prints that is run in a folder. Raises CalledProcessError."""
    done = subprocess.run(
        ["php", str(script)], cwd=folder, input=given, text=True, capture_output=True, check=True, env={**os.environ, **more}, timeout=120
    )  # fmt: skip
    return done.stdout + done.stderr


@contextmanager
def running(command: list[str], folder: Path, ready: str | Path, **more: str) -> Iterator[None]:
    """A server, until it is no longer needed; ``ready`` is an address that it answers, or a file that it makes."""
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, env={**os.environ, **more}, start_new_session=True
        )
    try:
        end = time.monotonic() + MAX_START_SECONDS
        while not _is_ready(ready):
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError((folder / "server.log").read_text(errors="replace")[-2000:])
            time.sleep(0.05)
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # PHP's server leaves its workers behind
        process.wait(20)


def _is_ready(what: str | Path) -> bool:
    if isinstance(what, Path):
        return what.exists()
    try:
        with urllib.request.urlopen(what, timeout=20):  # noqa: S310 - loopback
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@contextmanager
def mariadb(folder: Path) -> Iterator[Path]:
    """A MariaDB with an empty database ``wordpress``; yields the socket to it."""
    data, at = folder / "data", folder / "sql"
    options = [
        "--no-defaults",
        f"--datadir={data}",
        "--user=root",
        "--innodb-log-file-size=4M",
        "--innodb-buffer-pool-size=16M",
    ]
    install = [
        "mariadb-install-db",
        *options,
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
        "--skip-name-resolve",
    ]
    subprocess.run(install, check=True, capture_output=True, timeout=120)
    serve = [
        "mariadbd",
        *options,
        "--skip-networking",
        f"--socket={at}",
        f"--pid-file={folder}/pid",
        "--skip-log-bin",
        "--innodb-flush-log-at-trx-commit=0",
    ]
    with running(serve, folder, at):
        subprocess.run(
            ["mariadb", "--no-defaults", f"--socket={at}", "-e", "CREATE DATABASE wordpress"], check=True, timeout=60
        )
        yield at


@contextmanager
def wordpress(folder: Path, article: str, comments: int) -> Iterator[tuple[str, Path]]:
    """A WordPress with an article at ``/bridge/`` and comments; yields its address and its folder."""
    root = folder / "site"
    shutil.copytree(WORDPRESS, root)
    site = f"http://127.0.0.1:{free_port()}"
    with mariadb(folder) as at:
        defines = {"DB_NAME": "wordpress", "DB_USER": "root", "DB_PASSWORD": "", "DB_HOST": f"localhost:{at}", "DB_CHARSET": "utf8mb4",
                   "WP_SITEURL": site, "WP_HOME": site, "WP_DEFAULT_THEME": "twentytwentythree"}  # fmt: skip
        lines = "".join(f"define('{name}', '{value}');\n" for name, value in defines.items())
        (root / "wp-config.php").write_text(
            f"<?php\n{lines}define('DISABLE_WP_CRON', true);\ndefine('WP_HTTP_BLOCK_EXTERNAL', true);\n$table_prefix = 'wp_';\n"
            "if (!defined('ABSPATH')) { define('ABSPATH', __DIR__ . '/'); }\nrequire_once ABSPATH . 'wp-settings.php';\n"
        )
        php(HERE / "wordpress.php", root, article, SITE=site, COMMENTS=str(comments))
        serve = ["php", "-S", site.removeprefix("http://"), "-t", str(root), str(HERE / "router.php")]
        with running(serve, folder, f"{site}/bridge/", PHP_CLI_SERVER_WORKERS="2"):
            yield site, root


@contextmanager
def mediawiki(folder: Path, pages: dict[str, str]) -> Iterator[str]:
    """A MediaWiki with pages of some titles and words; yields its address, below which ``/w/api.php`` is."""
    site = f"http://127.0.0.1:{free_port()}"
    data, config = folder / "data", folder / "LocalSettings.php"
    data.mkdir()
    install = ["php", str(MEDIAWIKI / "maintenance/install.php"), "--dbtype=sqlite", f"--dbpath={data}", f"--confpath={folder}", f"--server={site}",
               "--scriptpath=/w", "--lang=en", "--pass=a long secret", "--with-extensions=", "Northport Wiki", "Admin"]  # fmt: skip
    subprocess.run(install, check=True, capture_output=True, timeout=120)
    with config.open("a") as settings:
        settings.write("\n$wgJobRunRate = 0;\n$wgMainCacheType = CACHE_NONE;\n")
    known = {"MW_CONFIG_FILE": str(config)}
    for title, words in pages.items():
        edit = ["php", str(MEDIAWIKI / "maintenance/edit.php"), "--user=Admin", title]
        subprocess.run(
            edit, input=words, text=True, check=True, capture_output=True, env={**os.environ, **known}, timeout=60
        )
    (folder / "web").mkdir()
    (folder / "web" / "w").symlink_to(MEDIAWIKI)
    serve = ["php", "-S", site.removeprefix("http://"), "-t", str(folder / "web")]
    with running(serve, folder, f"{site}/w/api.php", PHP_CLI_SERVER_WORKERS="2", **known):
        yield site
