"""Segments, and who is in them."""

from tests.dialects.acquia.golden.stage import ANA, BO, CY, NEWS, SPORT
from tests.dialects.golden.case import Ask, case

ALL, NEW = "/api/segments", "POST /api/segments/new"
MUSIC = {"name": "Music", "alias": "music", "description": "Who likes it", "isPublished": True, "isGlobal": False}

CASES = (
    case("segments/list", f"GET {ALL}", 200),
    case("segments/list_by_search", f"GET {ALL}?search=sport&orderBy=id&orderByDir=DESC&limit=1", 200),
    case("segments/list_of_nothing", f"GET {ALL}?search=nothing", 200),
    case("segments/list_by_a_column_that_is_none", f"GET {ALL}?orderBy=colour", 400),
    case("segments/names", "GET /api/contacts/list/segments", 200),
    case("segments/get", f"GET {ALL}/{NEWS}", 200),
    case("segments/get_unknown", f"GET {ALL}/99", 404),
    case("segments/create", NEW, 201, json=MUSIC),
    case("segments/create_with_a_name_alone_as_a_form", NEW, 201, fields={"name": "Döner & Bier"}),
    case("segments/create_with_a_taken_alias", NEW, 201, json={"name": "Latest", "alias": "news"}),
    case("segments/create_without_a_name", NEW, 400, json={"alias": "music"}),
    case("segments/create_with_a_taken_name", NEW, 400, json={"name": "News"}),
    case("segments/create_with_filters", NEW, 400, json={**MUSIC, "filters": [{"field": "email"}]}),
    case("segments/put", f"PUT {ALL}/{NEWS}/edit", 200, json={"name": "Latest"}),
    case("segments/put_unknown", f"PUT {ALL}/99/edit", 201, json=MUSIC),
    case("segments/patch", f"PATCH {ALL}/{NEWS}/edit", 200, json={"description": "All of it"}),
    case("segments/patch_unknown", f"PATCH {ALL}/99/edit", 404, json={"name": "Music"}),
    case("segments/delete", f"DELETE {ALL}/{NEWS}/delete", 200),
    case("segments/delete_unknown", f"DELETE {ALL}/99/delete", 404),
    case("segment_contacts/add", f"POST {ALL}/{SPORT}/contact/{ANA}/add", 200),
    case("segment_contacts/add_as_older_clients_do", f"POST {ALL}/{SPORT}/contact/add/{ANA}", 200),
    case("segment_contacts/add_to_an_unknown_segment", f"POST {ALL}/99/contact/{ANA}/add", 404),
    case("segment_contacts/add_an_unknown_contact", f"POST {ALL}/{NEWS}/contact/99/add", 404),
    case("segment_contacts/add_one_that_unsubscribed", f"POST {ALL}/{NEWS}/contact/{CY}/add", 403),
    case("segment_contacts/remove", f"POST {ALL}/{NEWS}/contact/{ANA}/remove", 200),
    case("segment_contacts/remove_as_older_clients_do", f"POST {ALL}/{NEWS}/contact/remove/{ANA}", 200),
    case("segment_contacts/remove_an_unknown_contact", f"POST {ALL}/{NEWS}/contact/99/remove", 404),
    case("segment_contacts/add_many", f"POST {ALL}/{SPORT}/contacts/add", 200, json={"ids": [ANA, BO, 99]}),
    case("segment_contacts/add_many_as_a_form", f"POST {ALL}/{SPORT}/contacts/add", 200, fields={"ids[0]": "1", "ids[1]": "2"}),
    case("segment_contacts/add_many_unknown_ones", f"POST {ALL}/{SPORT}/contacts/add", 200, json={"ids": [98, 99]}),
    case("segment_contacts/add_many_without_ids", f"POST {ALL}/{SPORT}/contacts/add", 400, json={}),
    case("segment_contacts/add_many_to_an_unknown_segment", f"POST {ALL}/99/contacts/add", 404, json={"ids": [ANA]}),
    case("segment_contacts/of_a_contact", f"GET /api/contacts/{ANA}/segments", 200, Ask(f"POST {ALL}/{SPORT}/contact/{ANA}/add")),
    case("segment_contacts/of_a_contact_in_none", f"GET /api/contacts/{BO}/segments", 200),
    case("segment_contacts/of_an_unknown_contact", "GET /api/contacts/99/segments", 404),
)
