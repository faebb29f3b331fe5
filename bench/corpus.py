"""The file that every figure is measured on: 11 columns, about 105 bytes a row, the same bytes for the same arguments. Pure."""

from collections.abc import Iterator

COLUMNS = "email,first_name,last_name,company_name,job_title,phone,street,city,postal_code,country,cf:plan"
_CITIES = ("Lisboa", "Leeds", "Graz", "Łódź", "Osaka", "Quito", "Turku", "Accra")
_PLANS = ("gold", "silver", "bronze")


def row(number: int, version: int) -> str:
    """The row of contact `number`; another version changes two of its values and never its address."""
    city = _CITIES[(number + version) % len(_CITIES)]
    plan = _PLANS[(number + version) % len(_PLANS)]
    return (
        f"person{number}@example{number % 977}.org,First{number % 5003},Last{number % 7919},Company {number % 1009},"
        f"Engineer,+44 20 7946 {number % 10000:04d},{number % 300} High Street,{city},{number % 100000:05d},GB,{plan}\n"
    )


def csv_blocks(first: int, rows: int, version: int = 0) -> Iterator[bytes]:
    """A CSV of the contacts from `first`, a few thousand rows a block."""
    yield f"{COLUMNS}\n".encode()
    step = 5_000
    for start in range(first, first + rows, step):
        yield "".join([row(number, version) for number in range(start, min(start + step, first + rows))]).encode()
