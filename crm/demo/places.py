"""Towns, postcodes and streets of the four countries."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Country:
    """Where people of a region live, the frequent towns first."""

    name: str
    towns: tuple[tuple[str, str], ...]
    streets: tuple[str, ...]

    def address(self, rng: Random) -> tuple[str, str, str]:
        """A street with its number, a town and its postcode."""
        town, postcode = self.towns[int(len(self.towns) * rng.random() ** 1.5)]
        street = self.streets[int(len(self.streets) * rng.random())]
        number = str(1 + int(rng.random() ** 2 * 240))
        return street.replace("#", number), town, postcode


def _towns(text: str) -> tuple[tuple[str, str], ...]:
    pairs = (entry.strip().rsplit(" ", 1) for entry in text.split(","))
    return tuple((town, postcode) for town, postcode in pairs)


def _streets(text: str) -> tuple[str, ...]:
    return tuple(entry.strip() for entry in text.split(","))


COUNTRIES: Mapping[str, Country] = {
    "TH": Country(
        "Thailand",
        _towns(
            """Bangkok 10110, Bangkok 10330, Bangkok 10400, Bangkok 10500, Nonthaburi 11000,
            Pathum Thani 12120, Samut Prakan 10270, Chon Buri 20000, Pattaya 20150,
            Chiang Mai 50000, Phuket 83000, Hua Hin 77110, Khon Kaen 40000, Rayong 21000"""
        ),
        _streets(
            """#/2 Sukhumvit 24, # Soi Ari 4, #/18 Ratchadaphisek Road, # Phahonyothin Road,
            # Soi Thong Lo 13, # Silom Road, #/5 Sathon Tai Road, # Rama IV Road, # Soi Ekkamai 10,
            # Lat Phrao 71, # Charoen Nakhon Road, # Soi Langsuan, # Nimmanhaemin Road"""
        ),
    ),
    "AU": Country(
        "Australia",
        _towns(
            """Newtown 2042, Marrickville 2204, Surry Hills 2010, Parramatta 2150, Bondi 2026,
            Manly 2095, Glebe 2037, Chatswood 2067, Penrith 2750, Cronulla 2230, Hornsby 2077,
            Liverpool 2170, Newcastle 2300, Wollongong 2500, Gosford 2250, Canberra 2601,
            Melbourne 3000, Fitzroy 3065, Brisbane 4000, Hobart 7000, Adelaide 5000, Perth 6000"""
        ),
        _streets(
            """# King Street, # Enmore Road, #/3 Crown Street, # Oxford Street, # Wattle Grove,
            # Church Street, # Victoria Road, # Station Street, # The Parade, # Beach Road,
            # Elizabeth Street, # Banksia Avenue, # Railway Terrace, # Short Street, # Hill St"""
        ),
    ),
    "US": Country(
        "United States",
        _towns(
            """Naperville 60540, Aurora 60505, Joliet 60435, Wheaton 60187, Elgin 60120,
            Chicago 60614, Evanston 60201, Schaumburg 60193, Oak Park 60302, Bolingbrook 60440,
            Rockford 61101, Peoria 61602, Madison 53703, Milwaukee 53202, Des Moines 50309,
            Fort Wayne 46802, Grand Rapids 49503, St. Louis 63103"""
        ),
        _streets(
            """# Oak Street, # Maple Avenue, # Washington Street, # Elm Court, # Prairie Avenue,
            # Lincoln Highway, # Mill Street, # Route 59, # Cedar Lane, # Hickory Drive,
            # Jefferson Avenue, # River Road, # Sunset Boulevard, # Meadow Lark Lane"""
        ),
    ),
    "IN": Country(
        "India",
        _towns(
            """Bengaluru 560038, Bengaluru 560066, Bengaluru 560034, Bengaluru 560102,
            Mysuru 570001,
            Bengaluru 560011, Tumakuru 572101, Mangaluru 575001, Hubballi 580020, Hosur 635109,
            Kolar 563101, Mandya 571401, Ramanagara 562159, Hassan 573201, Chennai 600017,
            Hyderabad 500034, Kochi 682016, Pune 411004"""
        ),
        _streets(
            """# 100 Feet Road, # 12th Main, # 5th Cross, # MG Road, # Church Street,
            # Brigade Road, # Old Airport Road, # ITPL Main Road, # Sarjapur Road, # Hosur Road,
            # Bannerghatta Road, # Outer Ring Road, # Kanakapura Road, # Temple Street"""
        ),
    ),
}
