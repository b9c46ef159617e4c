"""What the tests of rules share: making one, and asking it."""

from blog.challenges.rules.compiling import CompiledRule, compile_rule
from blog.challenges.rules.finding import Finding, judge
from blog.challenges.rules.kinds import Kind, Rule
from blog.challenges.rules.normaliser import Options
from blog.challenges.rules.tokens import Language

DUTCH = Options(Language.DUTCH)
ENGLISH = Options(Language.ENGLISH)


def compiled(kind: Kind, options: Options = DUTCH) -> CompiledRule:
    return compile_rule(Rule(kind, options))


def find(
    kind: Kind, text: str, *, elided: str = "", attachments: int = 0, options: Options = DUTCH
) -> Finding:
    return judge(compiled(kind, options), text, elided, attachments, readable=True)


def verdict(
    kind: Kind, text: str, *, elided: str = "", attachments: int = 0, options: Options = DUTCH
) -> str:
    """The judgement of a message; where a person is needed, why."""
    finding = find(kind, text, elided=elided, attachments=attachments, options=options)
    return finding.why if finding.judgement == "needs_person" else finding.judgement
