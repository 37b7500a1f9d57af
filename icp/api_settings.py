"""From what the API keeps to, to the words in which its frameworks want it."""

# --- The residents' API (docs/api.md) ---------------------------------------------------------------
# icp.api stands below the apps: who a token belongs to, and what is kept of an answer, they know.
API_AUTHENTICATION = "recipients.api.authentication.DeviceAuthentication"
API_IDEMPOTENCY = "recipients.api.idempotency.keep"
API_EXCHANGE_AUTHENTICATION = "conversations.calls.authentication.ExchangeAuthentication"
API_EXCHANGE_IDEMPOTENCY = "conversations.calls.idempotency.keep"
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "icp.api.handling.as_problem",
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.1",
    "TITLE": "ICP",
    "VERSION": "1.0.0",
    # Without it a file to upload is described as a link (docs/api.md).
    "COMPONENT_SPLIT_REQUEST": True,
    "SERVE_PUBLIC": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SORT_OPERATIONS": False,
    # A list of values stands where it is used: shared names would change with each new endpoint.
    "POSTPROCESSING_HOOKS": [],
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "device": {"type": "http", "scheme": "bearer"},
            "exchange": {"type": "http", "scheme": "bearer"},
        }
    },
}
