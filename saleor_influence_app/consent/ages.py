"""From which age people consent for themselves to online services: Article 8(1) GDPR, country by country.

Sources: Article 8 GDPR (16, or 13 at the least where a country says so) and the countries' own acts, such as
§ 4(4) DSG (AT), art. 7 of the act of 30 July 2018 (BE), § 6(2) databeskyttelsesloven as amended from
1 January 2024 (DK), art. 45 loi Informatique et Libertés (FR), art. 2-quinquies Codice privacy (IT), art. 7
LOPDGDD (ES), art. 8 ZVOP-2 (SI), section 9 Data Protection Act 2018 (GB). As of January 2025; laws change.
"""

from collections.abc import Collection

AGES = {
    "AT": 14,
    "BE": 13,
    "BG": 14,
    "CH": 16,  # Swiss law names no age: Article 8's own
    "CY": 14,
    "CZ": 15,
    "DE": 16,
    "DK": 15,
    "EE": 13,
    "ES": 14,
    "FI": 13,
    "FR": 15,
    "GB": 13,
    "GR": 15,
    "HR": 16,
    "HU": 16,
    "IE": 16,
    "IS": 13,
    "IT": 14,
    "LI": 16,
    "LT": 14,
    "LU": 16,
    "LV": 13,
    "MT": 13,
    "NL": 16,
    "NO": 13,
    "PL": 16,
    "PT": 13,
    "RO": 16,
    "SE": 13,
    "SI": 15,
    "SK": 16,
}
"""By ISO 3166 code."""
HIGHEST = max(AGES.values())
"""What a shop must ask for that does not say which countries it serves."""


def asked(minimum_age: int, countries: Collection[str], country: str | None = None) -> int:
    """Return the age that somebody must have reached: the shop's, or that of their country if it is higher.

    Of somebody whose country is not known, the highest of those that it may be.
    """
    if country is not None:
        return max(minimum_age, AGES.get(country, HIGHEST))
    possible = [AGES.get(one, HIGHEST) for one in countries] or [HIGHEST]
    return max(minimum_age, *possible)
