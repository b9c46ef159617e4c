"""What is said of rules, and of what they find."""

from datetime import date

from flask_babel import format_date
from flask_babel import gettext as _

from blog.challenges.automatic import Role
from blog.challenges.rules.faults import Fault
from blog.challenges.rules.finding import Finding, Ruling
from blog.challenges.rules.kinds import AnyOf, Exact, Keywords, Number, OnDate, Pattern, Rule
from blog.challenges.rules.reading import Why
from blog.challenges.rules.samples import Failing, Failure
from blog.challenges.rules.tokens import Language
from blog.challenges.rules.typed import shown_number

EXAMPLE_NUMBER = "1234.5"
_LONGEST_QUOTED = 80


def role_words(role: Role) -> str:
    """What the rule of a challenge does, in a few words."""
    return {
        Role.NONE: _("none: people judge"),
        Role.PROPOSES: _("tells the judge what it finds"),
        Role.DECIDES: _("gives plain verdicts, and tells the judge what it finds of the rest"),
        Role.OUTDATED: _("of another version of the program: people judge"),
    }[role]


def outdated_words() -> str:
    """What has become of a rule that this program does not read by any more."""
    return _(
        "The rule was written for another version of the program, and says nothing: people judge. "
        "An editor can save it again."
    )


def ruling_words(finding: Finding) -> str:
    """What a rule finds, and whether that can be more than a proposal."""
    if finding.judgement is Ruling.INCORRECT and not finding.decides:
        return _("incorrect, if a judge agrees")
    return {
        Ruling.CORRECT: _("correct"),
        Ruling.INCORRECT: _("incorrect"),
        Ruling.NEEDS_PERSON: _("a person has to look"),
    }[finding.judgement]


def by_itself_words(*, decides: bool) -> str:
    """What becomes of what a rule says."""
    if not decides:
        return _("The rule gives no verdict by itself: a judge reads what it says, and decides.")
    return _(
        "“Correct” and “incorrect” are verdicts that the rule gives by itself. “Incorrect, if a judge agrees” waits "
        "for a judge: one press for all answers that say the same."
    )


def key_words(rule: Rule) -> str:
    """What a rule takes for correct, in a sentence: for everybody, once the challenge is over."""
    match rule.kind:
        case Exact(answer):
            return _("The answer is: %(answer)s", answer=answer)
        case AnyOf(answers):
            return _("The answer is one of these: %(answers)s", answers=", ".join(answers))
        case Keywords(keywords):
            words = ", ".join(" / ".join(forms) for forms in keywords)
            return _("All of these words stand in the answer: %(words)s", words=words)
        case Number(value, tolerance, unit):
            language = rule.options.language
            return _number_words(shown_number(value, language), shown_number(tolerance, language), unit)
        case OnDate(day):
            return _("The answer is: %(answer)s", answer=format_date(date.fromisoformat(day), "d MMMM y"))
        case Pattern(pattern):
            return _("The answer fits this pattern (RE2): %(pattern)s", pattern=pattern)


def _number_words(value: str, tolerance: str, unit: str) -> str:
    answer = f"{value} {unit}".rstrip()
    if not tolerance.strip("0.,"):
        return _("The answer is: %(answer)s", answer=answer)
    return _(
        "The answer is: %(answer)s, or at most %(tolerance)s more or less", answer=answer, tolerance=tolerance
    )


def why_words(why: Why) -> str:
    """Why a rule finds that, in a sentence."""
    return {
        Why.MATCH: _("The message gives the answer, and nothing speaks against it."),
        Why.NO_MATCH: _("Nothing in the message comes near the answer, not even what it quotes."),
        Why.SAMPLE: _("It says what was given as a wrong answer."),
        Why.UNREADABLE: _("The message could not be read for sure."),
        Why.EMPTY: _("Nothing is written in it."),
        Why.ATTACHMENT: _("The answer may be in an attachment."),
        Why.SUBJECT: _("The answer may be in the subject, or another one than in the text."),
        Why.TOO_LONG: _("It is longer than any rule reads."),
        Why.SEVERAL_ANSWERS: _("It gives more than one answer."),
        Why.NEGATION: _("A word in it may turn the answer into its opposite."),
        Why.STRUCK: _("Something was struck out that would make a difference."),
        Why.QUOTED: _("The answer may stand in what is quoted, or below the signature."),
        Why.OTHER_WORDS: _("The answer stands among words that the rule does not understand."),
        Why.NEAR_MISS: _("It is very near to the answer: a letter or a space off, or in a longer word."),
        Why.PARTLY: _("Part of the answer is there, and not all of it."),
        Why.AMBIGUOUS: _("A number or date in it can be read in two ways."),
        Why.UNIT: _("The number is right, and its unit is another one."),
        Why.ABOUT: _("It says “about”, “more than” or something like it."),
        Why.RULE_FAILED: _("The rule broke. That is our fault, and a person judges."),
    }[why]


def finding_words(finding: Finding) -> str:
    """What a rule finds and why, for a judge."""
    return _("%(ruling)s: %(why)s", ruling=ruling_words(finding), why=why_words(finding.why))


def fault_words(fault: Fault, detail: str, language: Language) -> str:
    """Why a rule cannot be used, and what to do; `language` is the one in which its numbers are typed."""
    quoted = detail[:_LONGEST_QUOTED]
    return {
        Fault.UNKNOWN_KIND: _("Choose one of the kinds of rules."),
        Fault.MALFORMED: _("Fill this in."),
        Fault.OTHER_VERSION: _("This rule was written for another version of the program. Save it anew."),
        Fault.EMPTY: _("Nothing is left of this once spaces and signs are made alike. Write the answer."),
        Fault.TOO_LONG: _("This is too long for a rule."),
        Fault.TOO_MANY: _("These are too many for one rule."),
        Fault.AMBIGUOUS: _("“%(text)s” can be read in two ways. Write it so that it cannot.", text=quoted),
        Fault.NOT_A_NUMBER: _(
            "Give a number such as %(example)s.", example=shown_number(EXAMPLE_NUMBER, language)
        ),
        Fault.NOT_A_DATE: _("Give a day such as 2026-05-01."),
        Fault.NEGATIVE: _("Give zero or more."),
        Fault.UNKNOWN_UNIT: _(
            "We do not know the unit “%(text)s”. Leave it empty for a bare number.", text=quoted
        ),
        Fault.LOOK_AROUND: _("A pattern cannot look ahead or behind: such patterns can take for ever."),
        Fault.BACK_REFERENCE: _(
            "A pattern cannot refer to an earlier part: such patterns can take for ever."
        ),
        Fault.SYNTAX: _syntax_words(detail),
        Fault.TOO_COMPLEX: _("The pattern would take too much time or memory. Make it simpler."),
        Fault.MATCHES_NOTHING: _("The pattern also fits a message in which nothing stands."),
    }[fault]


def _syntax_words(said: str) -> str:
    """What is wrong with the signs of a pattern, by what RE2 says of it: what it is, and at which part."""
    known = {
        "missing )": _("A parenthesis is opened in the pattern and not closed."),
        "unexpected )": _("A parenthesis is closed in the pattern that was not opened."),
        "missing ]": _("A square bracket is opened in the pattern and not closed."),
        "no argument for repetition operator": _(
            "A sign that repeats (*, + or ?) has nothing before it to repeat."
        ),
        "bad repetition operator": _("Two signs that repeat stand behind each other. Leave one out."),
        "invalid character class range": _(
            "Between square brackets stands a range that does not exist, such as z-a."
        ),
        "invalid escape sequence": _("Behind a backslash stands a sign that means nothing there."),
        "trailing \\": _("The pattern ends with a backslash. Write two for the sign itself."),
    }
    for begins, words in known.items():
        if said.startswith(begins):
            return words
    return _("The pattern cannot be understood.")


def failure_words(failure: Failure) -> str:
    """What speaks against a rule, at the samples that show it."""
    sample = failure.sample.text[:_LONGEST_QUOTED] if failure.sample else ""
    why = why_words(failure.finding.why) if failure.finding else ""
    return {
        Failing.NO_ACCEPTED: _("Give at least one answer that is correct."),
        Failing.NO_REJECTED: _("Give at least one answer that is not correct."),
        Failing.NOT_ACCEPTED: _("The rule does not accept “%(sample)s”. %(why)s", sample=sample, why=why),
        Failing.NOT_REJECTED: _("The rule accepts “%(sample)s”.", sample=sample),
    }[failure.why]
