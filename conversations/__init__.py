"""Calls and chats of the customer office: registered behind a notice, heard by whoever may, gone in time."""
