"""From a document out of ePUAP to a form that was read, and to what the person wants."""
