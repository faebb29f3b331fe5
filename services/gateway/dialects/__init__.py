"""The vendors' APIs, one folder each: requests become native jobs, native views the vendor's. No job logic lives here."""
