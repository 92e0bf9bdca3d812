"""The declared layouts against libasterix's, which are generated from the published specifications."""

import numpy as np
import pytest
from asterix import base

from tests.means.asterix.reference import newest
from truceline.means.asterix import general, layout
from truceline.means.asterix.cat001 import PLOT, TRACK
from truceline.means.asterix.categories import OWN
from truceline.means.asterix.layout import Category, Item, Part, Table
from truceline.terms.faults import Broken

SINGLE = [tables[0] for number, tables in OWN.items() if number != 1]


def forms(record: object) -> list[tuple[str, str]]:
    items = [general._item(base, entry) for entry in record.cv_items_list]  # type: ignore[attr-defined]
    return [(item.number, item.form) for item in items]


def declared(table: Table) -> list[tuple[str, str]]:
    return [(item.number, item.form) for item in table.category.items]


@pytest.mark.parametrize("table", SINGLE, ids=lambda table: f"{table.category.number:03d}")
def test_own_layouts_equal_libasterix(table: Table) -> None:
    theirs = newest(table.category.number)
    assert table.category.edition == ".".join(str(part) for part in theirs.cv_edition)
    assert declared(table) == forms(theirs.cv_uap.cv_record)


@pytest.mark.parametrize(("table", "name"), [(PLOT, "plot"), (TRACK, "track")])
def test_both_profiles_of_cat001_equal_libasterix(table: Table, name: str) -> None:
    assert declared(table) == forms(newest(1).cv_uap.cv_uaps[name])


@pytest.mark.parametrize("table", SINGLE, ids=lambda table: f"{table.category.number:03d}")
def test_parts_agree_with_libasterix(table: Table) -> None:
    """Every part that we read stands at the bits, and has the scale, that libasterix gives for that item."""
    entries = newest(table.category.number).cv_uap.cv_record.cv_items_list
    for item, entry in zip(table.category.items, entries, strict=True):
        known = {(part.sub, part.at, part.bits): part for part in general._item(base, entry).parts}
        for part in item.parts:
            if item.form.endswith("+") or part.code == "hex":
                continue  # the first cell of a chain, or a whole item shown as it is
            theirs = known.get((part.sub, part.at, part.bits))
            assert theirs is not None, (item.number, part)
            assert theirs.lsb == pytest.approx(part.lsb, rel=1e-12), (item.number, part)
            assert (theirs.code == "s") == (part.code == "s"), (item.number, part)


def test_every_other_category_of_libasterix_is_walked_or_named() -> None:
    _, manifest = general._library()
    assert set(manifest) == {*OWN, *general.NUMBERS, 7}, (
        "category 7 has two profiles told apart by its last item"
    )
    for number in general.NUMBERS:
        table = general.table(number)
        assert table is not None
        assert table.frns == len(newest(number).cv_uap.cv_record.cv_items_list)
    assert general.table(7) is None


def test_forms_compile() -> None:
    items = (Item("010", "", "2"), Item("020", "", "(A:1 - B:*3)"), Item("-", "", ""), Item("030", "", "x4"))
    table = layout.compiled(Category(99, "1.0", items))
    assert table.nodes.tolist() == [
        [layout.FIXED, 2, 0],
        [layout.COMPOUND, 3, 4],
        [layout.SPARE, 0, 0],
        [layout.EXTENDED, 4, 1],
        [layout.FIXED, 1, 0],
        [layout.SPARE, 0, 0],
        [layout.COUNTED, 3, 0],
    ]
    assert table.nodes.dtype == np.int32
    assert table.subs == {"020": ("A", "-", "B")}


def test_broken_declarations_are_refused() -> None:
    with pytest.raises(Broken, match="no form"):
        layout.compiled(Category(99, "1.0", (Item("010", "", "two"),)))
    table = layout.compiled(Category(99, "1.0", (Item("010", "", "2", (Part("SAC", 0, 8),)),)))
    with pytest.raises(Broken, match="no part"):
        layout.spec(table, [("010", "SIC")])
