"""MGRS places against GEOTRANS (by the package mgrs 1.5, run once; printed here)."""

import math

import pytest

from truceline.means.mgrs import mgrs_place
from truceline.terms.faults import Refusal

# What GEOTRANS 3 calls the middle of each square, over both hemispheres and the irregular zones of Norway and Svalbard.
KNOWN = [
    ("18SUJ2348606483", 38.889504020, -77.035202849),
    ("18SUJ234064", 38.889194991, -77.035614833),
    ("38SPK6474528552", 39.991098015, 46.929700172),
    ("38SPK647285", 39.991074626, 46.929752219),
    ("38TPK6392967282", 40.339998995, 46.930002144),
    ("38TPK639672", 40.339702334, 46.930235026),
    ("56HLH3441651925", -33.859998758, 151.210001172),
    ("56HLH344519", -33.859783155, 151.210367769),
    ("31NAA6713501106", 0.009997132, 0.009997936),
    ("31NAA671011", 0.010390152, 0.010128061),
    ("35WMV5396333658", 71.500000325, 25.699989375),
    ("35WMV539336", 71.499921531, 25.699613442),
    ("19FEV4500027239", -54.799998893, -68.299993071),
    ("19FEV450272", -54.799900096, -68.299224769),
    ("32VKN9681712810", 60.500003874, 5.300000931),
    ("32VKN968128", 60.500374177, 5.300550937),
    ("33XWG1369680760", 78.200004044, 15.599980690),
    ("33XWG136807", 78.199914229, 15.597939186),
]


@pytest.mark.parametrize(("text", "lat_deg", "lon_deg"), KNOWN)
def test_golden_places_of_geotrans(text: str, lat_deg: float, lon_deg: float) -> None:
    lat, lon, _ = mgrs_place(text)
    assert lat == pytest.approx(lat_deg, abs=2e-7)
    assert (lon - lon_deg) * math.cos(math.radians(lat)) == pytest.approx(0, abs=2e-7)


@pytest.mark.parametrize(
    ("text", "radius_m"), [("38SPK6474528552", 0.7071), ("38S PK 647 285", 70.71), ("38SPK", 70_711)]
)
def test_the_radius_holds_the_square(text: str, radius_m: float) -> None:
    assert mgrs_place(text)[2] == pytest.approx(radius_m, rel=1e-3)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "38S",
        "61SPK12",
        "38IPK12",
        "38SPK123",
        "38SIK12",
        "00SPK12",
        "ZAB12",
        "38SPZ",
        "38SAK1212",
        "38XAA",
    ],
)
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        mgrs_place(text)
