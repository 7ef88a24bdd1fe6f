"""What the benchmark of duplicates says of pairs, and how it reads labelled people."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.duplicates.generator import make_people
from benchmarks.duplicates.quality import judge, true_pairs
from benchmarks.duplicates.records import COLUMNS, NotReadable, read_people, write_people
from benchmarks.duplicates.sources import load

HEADER = ",".join(COLUMNS)


def test_a_pair_counts_once_however_often_it_is_given_and_itself_never():
    quality = judge(["a", "a", "b"], [(0, 1, 3.0), (1, 0, 5.0), (2, 2, 9.0), (1, 2, -1.0)])
    assert (quality.fixed.right, quality.fixed.given, quality.fixed.true) == (1, 1, 1)
    assert quality.best.f1 == 1.0
    assert quality.sure.given == 1


def test_pairs_of_equal_score_stand_or_fall_together():
    quality = judge(["a", "a", "b", "b"], [(0, 1, 2.0), (1, 2, 2.0)])
    assert (quality.best.right, quality.best.given) == (1, 2)
    assert quality.best.f1 == pytest.approx(0.5)


@settings(max_examples=40, deadline=None)
@given(
    clusters=st.lists(st.sampled_from("abcd"), min_size=2, max_size=12),
    scores=st.data(),
)
def test_against_counting_every_pair(clusters, scores):
    places = range(len(clusters))
    pairs = [
        (a, b, scores.draw(st.sampled_from([-2.0, 0.0, 4.0, 6.0])))
        for a in places
        for b in places
        if a < b and scores.draw(st.booleans())
    ]
    quality = judge(clusters, pairs)
    every = sum(clusters[a] == clusters[b] for a in places for b in places if a < b)
    given_pairs = [pair for pair in pairs if pair[2] >= 0]
    right = sum(clusters[a] == clusters[b] for a, b, _ in given_pairs)
    assert true_pairs(clusters) == every
    assert (quality.fixed.right, quality.fixed.given) == (right, len(given_pairs))
    assert quality.best.f1 >= quality.fixed.f1
    assert quality.found == sum(clusters[a] == clusters[b] for a, b, _ in pairs)


@pytest.mark.parametrize(
    ("name", "rows", "pairs"),
    [("fake_1000", 1_000, 2_031), ("febrl4", 10_000, 5_000), ("pp_house", 17_449, 6_715)],
)
def test_a_shipped_set_is_read_whole(name, rows, pairs):
    people = load(name)
    assert len(people) == rows
    assert true_pairs(person.cluster for person in people) == pairs


def test_what_is_written_is_read_again(tmp_path: Path):
    people = make_people(200, seed=3)
    write_people(tmp_path / "people.csv", people)
    assert read_people(tmp_path / "people.csv") == people


def test_the_generator_makes_the_same_people_for_a_seed():
    assert make_people(300, seed=5) == make_people(300, seed=5)
    assert make_people(300, seed=5) != make_people(300, seed=6)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no rows"),
        ("given_name\nAnn\n", "cluster"),
        ("cluster,colour\n1,red\n", "none of the columns"),
        (HEADER + "\n" + "\0\x80", "people.csv"),
    ],
)
def test_a_file_that_is_no_such_csv_is_told(tmp_path: Path, text: str, says: str):
    path = tmp_path / "people.csv"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(NotReadable, match=says):
        read_people(path)


def test_rows_without_a_cluster_are_alone_and_unknown_columns_ignored(tmp_path: Path):
    path = tmp_path / "people.csv"
    path.write_text("colour,phones,cluster\nred,1;2,\nblue,3,\n", encoding="utf-8")
    first, second = read_people(path)
    assert first.cluster != second.cluster
    assert first.phones == ("1", "2")
