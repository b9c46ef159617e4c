"""From what an editor chose to a rule that is ready to read."""

from collections.abc import Iterable
from dataclasses import dataclass

from blog.challenges.rules.date_rule import DateMatcher
from blog.challenges.rules.faults import Fault, RuleFault
from blog.challenges.rules.kinds import AnyOf, Exact, Keywords, Number, OnDate, Pattern, Rule
from blog.challenges.rules.letter import letter_of
from blog.challenges.rules.number_rule import NumberMatcher
from blog.challenges.rules.pattern_rule import PatternMatcher
from blog.challenges.rules.phrase_rules import AnswerMatcher, KeywordsMatcher, answers_from
from blog.challenges.rules.reading import Matcher

MAX_KEYWORDS = 20


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule and what reads by it; `wrong`: what the samples say that the editor gave as wrong."""

    rule: Rule
    matcher: Matcher
    wrong: frozenset[str] = frozenset()


def compile_rule(rule: Rule, wrong: Iterable[str] = ()) -> CompiledRule:
    """Make a rule ready, with the texts that the editor gave as wrong answers. RuleFault with the field and the reason
    when it cannot be used.
    """
    letters = (letter_of(text, rule.options) for text in wrong)
    answers = frozenset(letter.answer for letter in letters if letter.sentences)
    return CompiledRule(rule, _matcher(rule), answers)


def _matcher(rule: Rule) -> Matcher:
    options, language = rule.options, rule.options.language
    match rule.kind:
        case Exact(answer):
            return AnswerMatcher(answers_from([answer], options, "answer"), language)
        case AnyOf(answers):
            return AnswerMatcher(answers_from(answers, options, "answers"), language)
        case Keywords(keywords):
            if not keywords:
                raise RuleFault("keywords", Fault.EMPTY)
            if len(keywords) > MAX_KEYWORDS:
                raise RuleFault("keywords", Fault.TOO_MANY)
            groups = [answers_from(forms, options, "keywords") for forms in keywords]
            return KeywordsMatcher(groups, language)
        case Number():
            return NumberMatcher(rule.kind, language)
        case OnDate():
            return DateMatcher(rule.kind, language)
        case Pattern():
            return PatternMatcher(rule.kind, options)
