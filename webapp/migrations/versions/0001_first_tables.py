"""The first tables: categories, facilities with their history, accounts."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SQL = Path(__file__).resolve().parent.parent / "sql"
FUNCTIONS = (
    "facilities_keep_identity",
    "facilities_record_added",
    "facilities_record_changed",
    "facilities_record_removed",
    "refuse_change",
    "change_actor",
    "change_door",
    "new_facility_code",
    "facility_code_is_valid",
    "mod_11_2_check_character",
    "searchable",
    "identifier_values",
    "identifiers_are_texts",
    "is_line_of_text",
    "is_block_of_text",
    "is_on_earth",
    "is_outline",
)
EXTENSIONS = ("postgis", "pg_trgm", "unaccent")


def upgrade() -> None:
    for extension in EXTENSIONS:
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    _run("0001_functions.sql")
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=80), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("password_is_one_time", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("session_stamp", sa.String(length=32), nullable=False),
        sa.Column(
            "created_at", postgresql.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("signed_in_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "username ~ '^[A-Za-z0-9][A-Za-z0-9._@+-]{1,79}$'", name=op.f("ck_accounts_username_form")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
    )
    op.create_index(
        "uq_accounts_username_folded", "accounts", [sa.literal_column("lower(username)")], unique=True
    )
    op.create_table(
        "categories",
        sa.Column("slug", sa.String(length=50), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column(
            "translations",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("colour", sa.String(length=7), nullable=False),
        sa.Column("icon", sa.String(length=80), nullable=False),
        sa.Column("rank", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("colour ~ '^#[0-9a-f]{6}$'", name=op.f("ck_categories_colour_form")),
        sa.CheckConstraint("icon ~ '^(maki|temaki)/[a-z0-9_-]+$'", name=op.f("ck_categories_icon_form")),
        sa.CheckConstraint(
            "jsonb_typeof(translations) = 'object'", name=op.f("ck_categories_translations_object")
        ),
        sa.CheckConstraint("slug ~ '^[a-z][a-z0-9_]*$'", name=op.f("ck_categories_slug_form")),
        sa.CheckConstraint("is_line_of_text(label)", name=op.f("ck_categories_label_text")),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_categories")),
    )
    op.create_table(
        "facility_revisions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("facility_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("operation", sa.String(length=10), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("door", sa.String(length=20), nullable=False),
        sa.Column(
            "recorded_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("transaction_id", sa.BigInteger(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "location", Geometry("POINT", srid=4326, spatial_index=False, nullable=False), nullable=False
        ),
        sa.Column("footprint", Geometry(None, spatial_index=False), nullable=True),
        sa.CheckConstraint(
            "operation IN ('added', 'changed', 'removed')", name=op.f("ck_facility_revisions_operation_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_revisions")),
    )
    op.create_index(
        op.f("idx_facility_revisions_facility_id"), "facility_revisions", ["facility_id"], unique=False
    )
    op.create_index(
        "idx_facility_revisions_recorded_at", "facility_revisions", ["recorded_at", "id"], unique=False
    )
    op.create_index(
        "uq_facility_revisions_code_version", "facility_revisions", ["code", "version"], unique=True
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column(
            "window_began_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_sign_in_failures")),
    )
    op.create_index(
        op.f("idx_sign_in_failures_window_began_at"), "sign_in_failures", ["window_began_at"], unique=False
    )
    op.create_table(
        "submissions",
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column(
            "created_at", postgresql.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_submissions")),
    )
    op.create_index(op.f("idx_submissions_created_at"), "submissions", ["created_at"], unique=False)
    op.create_table(
        "facilities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "code", sa.String(length=16), server_default=sa.text("new_facility_code()"), nullable=False
        ),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("category", sa.String(length=50), nullable=False),
        sa.Column("status", sa.String(length=20), server_default="operational", nullable=False),
        sa.Column(
            "location", Geometry("POINT", srid=4326, spatial_index=False, nullable=False), nullable=False
        ),
        sa.Column("location_precision", sa.String(length=20), server_default="exact", nullable=False),
        sa.Column("footprint", Geometry(None, spatial_index=False), nullable=True),
        sa.Column("address", sa.String(length=500), nullable=True),
        sa.Column("locality", sa.String(length=200), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("phone", sa.String(length=50), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("website", sa.String(length=500), nullable=True),
        sa.Column("description", sa.String(length=5000), nullable=True),
        sa.Column(
            "identifiers",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column(
            "created_at", postgresql.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column(
            "updated_at", postgresql.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "search_text",
            sa.String(),
            sa.Computed(
                "searchable(name || ' ' || code || ' ' || coalesce(locality, '') || ' ' ||"
                " coalesce(address, '') || ' ' || identifier_values(identifiers))",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column("sort_name", sa.String(), sa.Computed("searchable(name)", persisted=True), nullable=False),
        sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name=op.f("ck_facilities_country_form")),
        sa.CheckConstraint(
            "location_precision IN ('exact', 'approximate', 'area_centroid')",
            name=op.f("ck_facilities_location_precision_known"),
        ),
        sa.CheckConstraint(
            "status IN ('operational', 'planned', 'temporarily_closed', 'closed')",
            name=op.f("ck_facilities_status_known"),
        ),
        sa.CheckConstraint("website ~* '^https?://'", name=op.f("ck_facilities_website_scheme")),
        sa.CheckConstraint("ST_SRID(footprint) = 4326", name=op.f("ck_facilities_footprint_srid")),
        sa.CheckConstraint("is_outline(footprint)", name=op.f("ck_facilities_footprint_valid")),
        sa.CheckConstraint("facility_code_is_valid(code)", name=op.f("ck_facilities_code_check_character")),
        sa.CheckConstraint(
            "identifiers_are_texts(identifiers)", name=op.f("ck_facilities_identifiers_texts")
        ),
        sa.CheckConstraint("is_block_of_text(description)", name=op.f("ck_facilities_description_text")),
        sa.CheckConstraint("is_line_of_text(address)", name=op.f("ck_facilities_address_text")),
        sa.CheckConstraint("is_line_of_text(email)", name=op.f("ck_facilities_email_text")),
        sa.CheckConstraint("is_line_of_text(locality)", name=op.f("ck_facilities_locality_text")),
        sa.CheckConstraint("is_line_of_text(name)", name=op.f("ck_facilities_name_text")),
        sa.CheckConstraint("is_line_of_text(phone)", name=op.f("ck_facilities_phone_text")),
        sa.CheckConstraint("is_line_of_text(website)", name=op.f("ck_facilities_website_text")),
        sa.CheckConstraint("is_on_earth(location)", name=op.f("ck_facilities_location_on_earth")),
        sa.ForeignKeyConstraint(
            ["category"],
            ["categories.slug"],
            name=op.f("fk_facilities_category"),
            onupdate="CASCADE",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facilities")),
        sa.UniqueConstraint("code", name=op.f("uq_facilities_code")),
    )
    op.create_index(op.f("idx_facilities_category"), "facilities", ["category"], unique=False)
    op.create_index(op.f("idx_facilities_country"), "facilities", ["country"], unique=False)
    op.create_index(
        "idx_facilities_identifiers", "facilities", ["identifiers"], unique=False, postgresql_using="gin"
    )
    op.create_index(
        "idx_facilities_location", "facilities", ["location"], unique=False, postgresql_using="gist"
    )
    op.create_index(
        "idx_facilities_location_large_airport",
        "facilities",
        ["location"],
        unique=False,
        postgresql_using="gist",
        postgresql_where=sa.text("category = 'large_airport'"),
    )
    op.create_index(
        "idx_facilities_search_text",
        "facilities",
        ["search_text"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    op.create_index("idx_facilities_sort_name", "facilities", ["sort_name", "id"], unique=False)
    op.create_index("idx_facilities_updated_at", "facilities", ["updated_at", "id"], unique=False)
    _run("0001_triggers.sql")


def downgrade() -> None:
    op.execute("DROP FUNCTION facility_facts(facilities)")
    op.drop_table("facilities")
    op.drop_table("submissions")
    op.drop_table("sign_in_failures")
    op.drop_table("facility_revisions")
    op.drop_table("categories")
    op.drop_table("accounts")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DROP SEQUENCE facility_code_numbers")


def _run(file_name: str) -> None:
    """Run an SQL file as it is, without placeholders."""
    statements = (SQL / file_name).read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(statements, execution_options={"no_parameters": True})
