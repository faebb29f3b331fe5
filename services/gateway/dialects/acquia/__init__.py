"""Acquia Campaign Studio's bulk jobs and the contact API of Mautic beneath them.

`contact_fields` says what each field is here, `contact_record` makes native records of contacts, `contact_showing` the way back.
"""
