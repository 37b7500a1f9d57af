"""From our own description of a service of ePUAP to a client that signs and believes signed answers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from zeep import Client, Settings
from zeep.transports import Transport

from messaging.channels.base import ChannelError

from .wsse import Signature

WSDLS = Path(__file__).with_name("wsdl")


def signature_of(config: Mapping[str, Any]) -> Signature:
    """The office's own hand, with the pinned certificates of ePUAP; raises ChannelError."""
    try:
        return Signature(
            _material(config, "key"),
            _material(config, "certificate"),
            _material(config, "trusted") if _has(config, "trusted") else b"",
            required=bool(config["require_signed_answers"]),
        )
    except (OSError, ValueError) as error:
        raise ChannelError("the key or a certificate of ePUAP cannot be read") from error


def service(config: Mapping[str, Any], name: str) -> tuple[Any, requests.Session]:
    """The operations of the service `name` (a WSDL beside this module) at the office's ePUAP, and the
    connection to close; raises ChannelError."""
    if not config["url"]:
        raise ChannelError("no address of ePUAP is set")
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", HTTPAdapter(pool_maxsize=1))
    session.mount("https://", HTTPAdapter(pool_maxsize=1))
    timeout = float(config["timeout"])
    client = Client(
        str(WSDLS / f"{name}.wsdl"),
        wsse=signature_of(config),
        transport=Transport(session=session, timeout=timeout, operation_timeout=timeout),
        settings=Settings(strict=True, forbid_dtd=True, forbid_external=True),
    )
    address = str(config["url"]).rstrip("/") + f"/pk_external_ws/services/{name}"
    return client.create_service(f"{{http://ws.epuap.gov.pl/{name}/}}{name}", address), session


def _has(config: Mapping[str, Any], name: str) -> bool:
    return bool(config.get(name) or config[f"{name}_file"])


def _material(config: Mapping[str, Any], name: str) -> bytes:
    """PEM: what the office uploaded goes before the file that the environment names."""
    given: bytes = config.get(name) or b""
    return given or Path(config[f"{name}_file"]).read_bytes()
