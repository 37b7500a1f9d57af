"""From the office’s ePUAP box to documents, receipts and answers, and its keys."""
