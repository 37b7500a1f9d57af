"""From the models to what `manage.py check` says about sealed columns and the keyring."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error

from . import startup
from .models import SealedModel


def sealed_models() -> list[Any]:
    return [model for model in apps.get_models() if issubclass(model, SealedModel)]


def check_columns(
    app_configs: Sequence[AppConfig] | None = None, **options: Any
) -> list[CheckMessage]:
    """Labels are unique; every token has a sealed source."""
    return [*_double_labels(), *_lost_tokens()]


def _double_labels() -> Iterator[Error]:
    seen: dict[str, str] = {}
    for model in sealed_models():
        for field in model.sealed_fields():
            name = str(field)
            if field.label in seen:
                hint = f"{seen[field.label]} has it already; values could be exchanged."
                yield Error(
                    f"The label {field.label} is used twice.", hint, name, "encryption.E001"
                )
            seen[field.label] = name


def _lost_tokens() -> Iterator[Error]:
    for model in sealed_models():
        names = {field.name for field in model.sealed_fields()}
        for token in model.token_fields():
            if token.root not in names:
                message = f"Its source {token.source} is not a sealed column."
                yield Error(message, None, str(token), "encryption.E002")


def check_keyring(
    app_configs: Sequence[AppConfig] | None = None, **options: Any
) -> list[CheckMessage]:
    return [
        Error(problem, startup.WHAT_TO_DO, id="encryption.E003") for problem in startup.problems()
    ]
