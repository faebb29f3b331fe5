"""Headings as people and other systems write them, by the canonical name of what they mean. A table, nothing else.

Keys are in the forgiving spelling of `shared.contacts.mapping.forgiving`: lower case, no accents, letters and digits only.
"""

from collections.abc import Iterator

from shared.contacts.fields import ADDRESS_KINDS, PHONE_KINDS, STANDARD_FIELDS

_WHOLE = {
    "email": "email emailaddress mail mailaddress emailadresse mailadresse correo correoelectronico courriel adresseemail "
    "subscriberemail contactemail primaryemail emailid email1value email1",
    "mobile": "mobile mobilenumber smsnumber sms smsphonenumber mobilenumberid",
    "id": "id contactid",
    "uuid": "uuid contactuuid",
    "tags": "tags tag taglist",
    "lists": "lists list listname listnames emaillists mailinglists listids addressbooks",
    "notes": "notes note comment comments remarks notizen bemerkung",
    "email_permission": "emailpermission permissiontosend emailpermissionstatus",
    "email_status": "emailstatus",
    "email_type": "emailtype emailformat",
    "sms_permission": "smspermission smspermissionstatus permissiontosendsms",
    "sms_status": "smsstatus",
    "sms_opt_in_at": "smsoptinat smsoptindate smsoptintime smsconsentdate",
    "opt_in_type": "optintype",
    "opt_in_source": "optinsource emailoptinsource",
    "opt_in_at": "optinat optindate emailoptindate optintime",
    "website": "websiteurl webpage webaddress companywebsite",
    "timezone": "zeitzone",
    "title": "honorific nameprefix",
    "last_name": "family secondname lname",
    "first_name": "given fname",
    "full_name": "displayname",
    "company_name": "employer organizationname organisationname companyorganization",
    "job_title": "jobposition occupation beruf",
}
_KIND_WORDS = {"home": "home private privat", "work": "work business office", "other": "other"}
_PHONE_WORDS = "phone phonenumber telephone telephonenumber tel telefon telefonnummer"
_LONE_PHONES = {
    "mobile": "cell cellphone cellnumber cellular cellphonenumber handy handynummer mobiltelefon mobil mobilephone "
    "mobilephonenumber mobiletelephone mobiletel phonemobile phonenumbermobile telmobile",
    "fax": "fax faxnumber faxno telefax homefax workfax businessfax phonefax",
}
_PART_WORDS = {
    "street": "street streetaddress streetaddress1 streetaddressline1 streetline1 street1 address address1 addressline1 "
    "addressstreet postaladdress strasse rue calle",
    "street2": "street2 streetaddress2 streetaddressline2 streetline2 address2 addressline2 adresszusatz apartment",
    "city": "city town locality ort stadt wohnort ville ciudad addresscity",
    "state": "state province region stateprovince stateregion stateprovinceregion county bundesland addressstate",
    "postal_code": "zip zipcode postalcode postcode zippostalcode postalzip zippostal plz postleitzahl codepostal codigopostal "
    "addresszip addresspostalcode",
    "country": "country countryname countryregion land pays pais addresscountry",
}
_LONE_ADDRESS_KIND = "home"
_LONE_PHONE_KIND = "other"


def synonyms() -> Iterator[tuple[str, str]]:
    """Pairs of a forgiving heading and the canonical name that it means.

    A street or a city without a kind is of the home address and a phone without a kind is `other`, as in the Constant
    Contact API. "mobile", "mobile number" and "sms number" are the identifier `mobile`, in E.164; a heading that says
    phone, cell or the like ("mobile phone") is `phone:mobile`, kept as written.
    """
    yield from ((alias, field.name) for field in STANDARD_FIELDS for alias in field.aliases)
    yield from ((word, name) for name, words in _WHOLE.items() for word in words.split())
    yield from _phones()
    yield from _addresses()


def _phones() -> Iterator[tuple[str, str]]:
    for kind, words in _LONE_PHONES.items():
        yield from ((word, f"phone:{kind}") for word in words.split())
    for word in _PHONE_WORDS.split():
        yield word, f"phone:{_LONE_PHONE_KIND}"
        for kind in PHONE_KINDS:
            for kind_word in _KIND_WORDS.get(kind, "").split():
                yield from ((pair, f"phone:{kind}") for pair in (kind_word + word, word + kind_word))


def _addresses() -> Iterator[tuple[str, str]]:
    for part, words in _PART_WORDS.items():
        for word in words.split():
            yield word, f"address:{_LONE_ADDRESS_KIND}:{part}"
            for kind in ADDRESS_KINDS:
                for kind_word in _KIND_WORDS[kind].split():
                    yield from ((pair, f"address:{kind}:{part}") for pair in (kind_word + word, word + kind_word))
