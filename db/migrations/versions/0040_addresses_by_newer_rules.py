"""pages are stored under the canonical form that addresses have by today's rules, which know more marks and take fewer values for them"""

from importlib import import_module

revision = '0040'
down_revision = '0039'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision, as 0034 did: two rows of one page become one."""
    import_module('storywake.db.migrations.versions.0034_addresses_by_new_rules').upgrade()
