"""The lectures' topics and claims are complete, and every one the chapters name is there."""

from course_utils.chapters import CHAPTERS
from course_utils.lectures import CLAIMS, OWN, TOPICS


def test_all_topics_and_claims_are_there_in_words_of_their_own():
    assert list(TOPICS) == [f"T{number}" for number in range(1, 60)]
    assert list(CLAIMS) == [f"C{number}" for number in range(1, 40)]
    assert list(OWN) == [f"O{number}" for number in range(1, 9)]
    for words in (TOPICS, CLAIMS, OWN):
        assert len(set(words.values())) == len(words)
        assert not any(each.endswith(".") or not each.strip() for each in words.values())


def test_chapters_name_known_topics_and_claims_each_once():
    for chapter in CHAPTERS:
        assert set(chapter.topics) <= set(TOPICS) and set(chapter.claims) <= {*CLAIMS, *OWN}
        assert len(set(chapter.topics)) == len(chapter.topics)
        assert len(set(chapter.claims)) == len(chapter.claims)
