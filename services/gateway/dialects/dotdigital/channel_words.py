"""What both APIs call the kind of mail that somebody gets, and how somebody opted in, where they show it. By native word."""

EMAIL_TYPES = {"html": "Html", "plain": "PlainText"}
OPT_IN_TYPES = {"unknown": "Unknown", "single": "Single", "double": "Double", "verified_double": "VerifiedDouble"}
