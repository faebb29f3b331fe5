"""Payloads of every format as rows, through one asynchronous interface.

What needs a native parser (workbooks, Parquet) is read in a child process with limits, so that no file can harm the service."""

from shared.payloads.payload import PayloadRows as PayloadRows
