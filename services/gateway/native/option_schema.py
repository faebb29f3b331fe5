"""The options of jobs in the OpenAPI document: as schemas with names of their own, and as parameters of the query."""

from typing import Any

from fastapi import FastAPI

from services.gateway.given_options import MANY, OBJECTS
from shared.contract.bulk_options import (
    DeletionOptions,
    ExportOptions,
    ListChangeOptions,
    RestorationOptions,
    TagChangeOptions,
)
from shared.contract.options import ImportOptions, JobOptions

MODELS: tuple[type[JobOptions], ...] = (
    ImportOptions,
    ExportOptions,
    ListChangeOptions,
    TagChangeOptions,
    DeletionOptions,
    RestorationOptions,
)
_PLACE = "#/components/schemas/{model}"
_FILES = (
    "text/csv",
    "application/x-ndjson",
    "application/gzip",
    "application/zstd",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.apache.parquet",
)


def reference(model: type[JobOptions]) -> dict[str, str]:
    """Where the schema of these options stands."""
    return {"$ref": _PLACE.format(model=model.__name__)}


def parameters(model: type[JobOptions]) -> list[dict[str, Any]]:
    """Every option as a query parameter."""
    found = []
    for name, schema in model.model_json_schema(ref_template=_PLACE)["properties"].items():
        plain = {key: value for key, value in schema.items() if key not in ("title", "description")}
        about = schema.get("description", "")
        if name in OBJECTS:
            plain, about = {"type": "string"}, f"{about} A JSON object."
        elif name in MANY:
            about = f"{about} Repeated, or separated by commas."
        found.append({"name": name, "in": "query", "required": False, "description": about.strip(), "schema": plain})
    return found


def file_contents(model: type[JobOptions]) -> dict[str, Any]:
    """The ways in which a file may come: as a part of a form beside its options, or as the body."""
    parts = {"file": {"type": "string", "format": "binary"}, "options": reference(model)}
    form = {"schema": {"type": "object", "required": ["file"], "properties": parts}}
    return {"multipart/form-data": form, **{name: {"schema": {"type": "string", "format": "binary"}} for name in _FILES}}


def describe(app: FastAPI) -> None:
    """Add the schemas of all options to the application's OpenAPI document."""
    known = app.openapi

    def openapi() -> dict[str, Any]:
        document = known()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        for model in MODELS:
            schema = model.model_json_schema(ref_template=_PLACE)
            for name, inner in {**schema.pop("$defs", {}), model.__name__: schema}.items():
                schemas.setdefault(name, inner)
        return document

    app.openapi = openapi  # type: ignore[method-assign]
