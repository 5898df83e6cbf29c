"""Django's settings for one site, derived from its site.toml; the three sites differ only in what is written there.

R8, R9, R12: nothing here can be switched at run time. A config of another role is refused, so that no process ever
serves a site that it was not started for.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from csp.constants import NONE, SELF

from tewatashi.core.refused import Refused
from tewatashi.sitekit.config import SiteConfig, config_from_environment
from tewatashi.sitekit.logs import logging_config
from tewatashi.sitekit.roles import Role
from tewatashi.sitekit.startcheck import refuse_loose_site

MOST_UPLOADED: Final = 16 << 20  # bytes: a scan's report with 10,000 findings; what is longer is never kept
_YEAR: Final = 365 * 24 * 3600

MIDDLEWARE: Final = [
    "tewatashi.sitekit.middleware.access_log",
    "tewatashi.sitekit.middleware.known_callers_only",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "tewatashi.sitekit.middleware.plain_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tewatashi.sitekit.middleware.session_limits",
    "tewatashi.sitekit.middleware.Doorkeeper",
]


def base(role: Role) -> dict[str, Any]:
    """The settings of the site of this role; Refused when TEWATASHI_CONFIG names another one."""
    config = config_from_environment()
    if config.role != role:
        raise Refused(
            "config-role",
            "別のサイトの設定ファイルです。",
            found=config.role,
            expected=role,
            do="起動するサイトの site.toml を指定してください。",
        )
    refuse_loose_site(config)
    return {
        "SITE": config,
        "SECRET_KEY": config.secret_key.read_text("ascii").strip(),
        "DEBUG": False,
        "ALLOWED_HOSTS": list(config.listen.hosts),
        "ROOT_URLCONF": f"tewatashi.{role}.urls",
        "WSGI_APPLICATION": f"tewatashi.{role}.wsgi.application",
        "INSTALLED_APPS": _apps(role),
        "MIDDLEWARE": MIDDLEWARE,
        "TEMPLATES": [_TEMPLATES],
        "FORM_RENDERER": "django.forms.renderers.TemplatesSetting",
        "DATABASES": {"default": database(config)},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "LANGUAGE_CODE": "ja",
        "TIME_ZONE": "Asia/Tokyo",
        "USE_TZ": True,
        "STATIC_URL": "/static/",
        "WHITENOISE_USE_FINDERS": True,
        "WHITENOISE_MAX_AGE": 3600,
        "LOGGING": logging_config(),
        # A parcel is streamed by its own view; every form is small.
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 1024 * 1024,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 500,
        "FILE_UPLOAD_HANDLERS": [
            "django.core.files.uploadhandler.MemoryFileUploadHandler"
        ],  # R16: never a temporary file
        "FILE_UPLOAD_MAX_MEMORY_SIZE": MOST_UPLOADED,
        **_transport(),
        **_cookies(config),
        **_accounts(config),
    }


def _apps(role: Role) -> list[str]:
    return [
        f"tewatashi.{role}",
        "tewatashi.sitekit",  # before allauth, whose templates it replaces
        "django.forms",
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
        "allauth",
        "allauth.account",
        "allauth.mfa",
        "csp",
    ]


_TEMPLATES: Final = {
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {
        "context_processors": [
            "django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
            "tewatashi.sitekit.pages.site_context",
        ]
    },
}


def database(config: SiteConfig) -> dict[str, Any]:
    """Django's database entry for `site.database`: "sqlite", or a postgresql:// address without a password."""
    if config.database == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": config.data_dir / "site.sqlite3",
            "OPTIONS": {
                # A transaction that begins by reading and then writes fails at once when another one wrote meanwhile;
                # IMMEDIATE takes the lock first, which also is the lock of the ledger.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;",
            },
        }
    parts = urlsplit(config.database)
    query = parse_qs(parts.query)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.strip("/"),
        "USER": parts.username or "",
        "HOST": query.get("host", [parts.hostname or ""])[0],
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _transport() -> dict[str, Any]:
    return {
        "SECURE_HSTS_SECONDS": _YEAR,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": False,  # the name's owner may run other services below it
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "X_FRAME_OPTIONS": "DENY",
        "CONTENT_SECURITY_POLICY": {
            "DIRECTIVES": {
                "default-src": [NONE],
                "style-src": [SELF],
                "script-src": [SELF],
                "img-src": [SELF],
                "font-src": [SELF],
                "connect-src": [SELF],
                "form-action": [SELF],
                "frame-ancestors": [NONE],
                "base-uri": [NONE],
                "require-trusted-types-for": ["'script'"],
            }
        },
    }


def _cookies(config: SiteConfig) -> dict[str, Any]:
    return {
        "SESSION_COOKIE_NAME": "__Host-session",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Strict",
        "SESSION_COOKIE_AGE": config.login.longest_hours * 3600,
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "CSRF_COOKIE_SECURE": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SAMESITE": "Strict",
        "CSRF_FAILURE_VIEW": "tewatashi.sitekit.pages.csrf_failure",
        "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
    }


def _accounts(config: SiteConfig) -> dict[str, Any]:
    validation = "django.contrib.auth.password_validation"
    return {
        "AUTH_USER_MODEL": "sitekit.User",
        "AUTHENTICATION_BACKENDS": ["django.contrib.auth.backends.ModelBackend"],
        "AUTH_PASSWORD_VALIDATORS": [
            {
                "NAME": f"{validation}.UserAttributeSimilarityValidator",
                "OPTIONS": {"user_attributes": ("username", "display_name")},
            },
            {"NAME": f"{validation}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
            {"NAME": f"{validation}.CommonPasswordValidator"},
            {"NAME": f"{validation}.NumericPasswordValidator"},
        ],
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "/",
        "ACCOUNT_ADAPTER": "tewatashi.sitekit.accounts.adapter.AccountAdapter",
        "ACCOUNT_FORMS": {"login": "tewatashi.sitekit.accounts.forms.LoginForm"},
        "ACCOUNT_LOGIN_METHODS": {"username"},
        "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*"],
        "ACCOUNT_USER_MODEL_EMAIL_FIELD": None,
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_EMAIL_NOTIFICATIONS": False,
        "ACCOUNT_SESSION_REMEMBER": False,
        # Our own lock-out (accounts.guard) is in the database and in the ledger; a second one in a cache would only
        # make a factory behind one address wait.
        "ACCOUNT_RATE_LIMITS": False,
        "MFA_ADAPTER": "tewatashi.sitekit.accounts.adapter.MfaAdapter",
        "MFA_FORMS": {"authenticate": "tewatashi.sitekit.accounts.forms.CodeForm"},
        "MFA_SUPPORTED_TYPES": ["totp"],
        "MFA_TOTP_ISSUER": config.name,
        "MFA_TOTP_TOLERANCE": 1,
    }
