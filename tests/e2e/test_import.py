"""An import from the request to its last row, on the in-process broker."""

from tests.support.system import System

SMALL = b"Email,First Name,Last Name\nana@example.org,Ana,Lima\nbo@example.org,Bo,\nnot-an-address,Cy,Ng\nANA@example.org,,Souza\n"


async def test_a_small_file_is_imported_and_every_row_has_one_outcome(muster: System) -> None:
    job = await muster.imported(SMALL)
    assert job["state"] == "completed", job
    assert job["counts"] == {"created": 2, "updated": 1, "unchanged": 0, "skipped": 0, "rejected": 1}
    assert job["progress"]["rows_total"] == 4
    rows = await muster.rows(job["id"])
    assert [row["line"] for row in rows] == [2, 3, 4, 5]
    assert rows[2]["code"] == "email_invalid"
    stored = await muster.contacts()
    assert [contact["email"] for contact in stored] == ["ana@example.org", "bo@example.org"]
    assert stored[0]["first_name"] == "Ana"
    assert stored[0]["last_name"] == "Souza"
