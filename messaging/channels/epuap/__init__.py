"""From a text to a signed SOAP document in somebody's ePUAP box."""
