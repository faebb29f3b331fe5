"""Tags."""

from tests.dialects.acquia.golden.stage import GOLD
from tests.dialects.golden.case import case

ALL, NEW = "/api/tags", "POST /api/tags/new"

CASES = (
    case("tags/list", f"GET {ALL}?limit=30&start=0", 200),
    case("tags/list_of_nothing", f"GET {ALL}?search=nothing", 200),
    case("tags/list_by_a_column_that_is_none", f"GET {ALL}?orderBy=colour", 400),
    case("tags/get", f"GET {ALL}/{GOLD}", 200),
    case("tags/get_unknown", f"GET {ALL}/99", 404),
    case("tags/create", NEW, 201, json={"tag": "vip"}),
    case("tags/create_one_that_there_is", NEW, 200, json={"tag": "gold", "description": "The best"}),
    case("tags/create_without_a_name", NEW, 400, json={}),
    case("tags/create_with_a_minus", NEW, 400, json={"tag": "-vip"}),
    case("tags/put", f"PUT {ALL}/{GOLD}/edit", 200, json={"tag": "golden"}),
    case("tags/put_unknown", f"PUT {ALL}/99/edit", 201, json={"tag": "vip"}),
    case("tags/patch", f"PATCH {ALL}/{GOLD}/edit", 200, fields={"description": "The best"}),
    case("tags/patch_unknown", f"PATCH {ALL}/99/edit", 404, json={"tag": "vip"}),
    case("tags/delete", f"DELETE {ALL}/{GOLD}/delete", 200),
    case("tags/delete_unknown", f"DELETE {ALL}/99/delete", 404),
)
