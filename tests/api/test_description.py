"""The published description: valid, whole, current, and honest about files and new values."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openapi_spec_validator import OpenAPIV31SpecValidator

from icp.api import openapi
from icp.api.problems import MEDIA_TYPE, PROBLEMS
from tests.api.world import COPY
from tests.test_access import ENDPOINTS, Address, name_of

Operation = dict[str, Any]


@pytest.fixture(scope="module")
def said() -> dict[str, Any]:
    return openapi.description()


def operations(said: dict[str, Any]) -> Iterator[tuple[str, str, Operation]]:
    for path, methods in said["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


@pytest.mark.dry
def test_it_is_valid(said: dict[str, Any]) -> None:
    assert said["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(json.loads(json.dumps(said))).iter_errors()) == []


@pytest.mark.dry
def test_the_committed_copy_is_current(said: dict[str, Any]) -> None:
    """After a change: `python manage.py write_openapi`."""
    assert COPY.read_text(encoding="utf-8") == openapi.as_file()


@pytest.mark.dry
@pytest.mark.parametrize("address", ENDPOINTS, ids=name_of)
def test_every_endpoint_is_described(said: dict[str, Any], address: Address) -> None:
    path = "/" + address.route.replace("<uuid:", "{").replace("<int:", "{").replace(">", "}")
    assert set(said["paths"][path]) == {method.lower() for method in address.view.rows}


@pytest.mark.dry
def test_every_operation_has_words_a_place_and_its_refusals(said: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in said["tags"]}
    names = []
    for method, path, operation in operations(said):
        names.append(operation["operationId"])
        where = f"{method} {path}"
        assert operation.get("summary"), where
        assert operation.get("description"), where
        assert set(operation["tags"]) <= tags, where
        answers = operation["responses"]
        assert bool(operation.get("security")) == ("401" in answers), where
        assert ("{" in path) <= ("404" in answers), f"{where} can be asked for what is not there"
        if "requestBody" in operation:
            assert {"400", "413", "415", "422"} <= set(answers), where
        for status, answer in answers.items():
            if int(status) >= 400:
                assert set(answer["content"]) == {MEDIA_TYPE}, where
                assert set(answer["description"].split(", ")) <= set(PROBLEMS), where
    assert len(names) == len(set(names))


@pytest.mark.dry
def test_files_are_described_as_files(said: dict[str, Any]) -> None:
    """Without COMPONENT_SPLIT_REQUEST a file to upload would be a link."""
    found = 0
    for _method, path, operation in operations(said):
        content = operation.get("requestBody", {}).get("content", {})
        for media_type, shape in content.items():
            if media_type == "application/octet-stream":
                assert shape["schema"] == {"type": "string", "format": "binary"}, path
                continue
            if media_type != "multipart/form-data":
                assert set(content) == {"application/json"}, path
                continue
            schema = said["components"]["schemas"][shape["schema"]["$ref"].rpartition("/")[2]]
            files = [inner for inner in schema["properties"].values() if "binary" in str(inner)]
            assert files, path
            assert not any(inner.get("format") == "uri" for inner in schema["properties"].values())
            found += 1
    assert found


@pytest.mark.dry
def test_every_list_of_values_says_that_it_may_grow(said: dict[str, Any]) -> None:
    lists = openapi.enums(said["components"]["schemas"])
    assert len(lists) > 5
    for found in lists:
        assert openapi.TOLERATE in found.get("description", "") or found["enum"] == [None]


@pytest.mark.dry
def test_a_request_that_must_be_repeated_says_by_which_key(said: dict[str, Any]) -> None:
    asked = [
        operation
        for _method, _path, operation in operations(said)
        if any(row["name"] == "Idempotency-Key" for row in operation.get("parameters", []))
    ]
    assert asked
    for operation in asked:
        assert {"200", "400", "409", "422"} <= set(operation["responses"])


@pytest.mark.django_db
def test_it_is_served_to_everybody_and_kept_for_a_while(client: Client) -> None:
    response = client.get(reverse("api:openapi"))
    assert response.json()["info"]["version"] == "1.0.0"
    assert response["Access-Control-Allow-Origin"] == "*"
    again = client.get(reverse("api:openapi"), headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


@pytest.mark.django_db
def test_the_page_names_every_operation_and_needs_no_script(
    client: Client, said: dict[str, Any]
) -> None:
    contents = client.get(reverse("api-docs")).content.decode()
    for tag in said["tags"]:
        response = client.get(reverse("api-docs-group", args=[tag["name"]]))
        page = response.content.decode()
        assert "unsafe" not in response["Content-Security-Policy"]
        names = set(re.findall(r'id="(shape-\w+)"', page))
        assert set(re.findall(r'href="#(shape-\w+)"', page)) <= names
        for method, path, operation in operations(said):
            if operation["tags"] == [tag["name"]]:
                assert f"{method} {path}" in page
                assert f"{method} {path}" in contents
                assert f'id="{operation["operationId"]}"' in page
    assert client.get(reverse("api-docs-group", args=["nie-ma"])).status_code == 404
