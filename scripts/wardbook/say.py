"""What a person would say about a figure: its sentence, value, place in the report, and the sums it takes part in."""

from __future__ import annotations

import re
from decimal import Decimal

from wardbook.catalogue import Indicator, Observation
from wardbook.derive import Book, plan_percent
from wardbook.identity import Identity
from wardbook.language import Language

_LOCATOR = re.compile(r"(?P<section>[IVX]+(?:\.\d+)?)(?:¶(?P<paragraph>\d+))?(?:#(?P<footnote>\d+))?")


def sentence(book: Book, indicator: Indicator, observation: Observation, language: Language) -> str:
    """Say a figure in one plain sentence: year, value, and how it stands against its plan."""
    words = language.words["sentence"]
    year, unit = str(observation.year), book.unit(indicator)
    if observation.value is None:
        if observation.obs_status == "M":
            return words["not_applicable"].format(year=year)
        if observation.plan is not None:
            return words["pending"].format(year=year, plan=language.amount(observation.plan, unit))
        return words["missing"].format(year=year)
    kind = "estimated" if observation.obs_status == "E" else "plain"
    amount = language.words["value"][kind].format(amount=language.amount(observation.value, unit))
    clause = language.text(indicator.sentence).format(value=amount)
    # a share of its own plan has said so already
    told = unit.kind == "percent" and observation.value == observation.plan_pct
    plan = "" if told else _plan_words(indicator, observation, language)
    said = words["value"].format(year=year, clause=clause, plan=plan)
    if observation.obs_status == "P":
        said += words["provisional"]
    if observation.zero_kind == "not_found":
        said += words["not_found"]
    return said


def _plan_words(indicator: Indicator, observation: Observation, language: Language) -> str:
    words = language.words["sentence"]
    plan_name = language.text(indicator.plan_name) or words["plan_name"]
    if observation.plan_claim:
        return words[f"claim_{observation.plan_claim}"].format(plan_name=plan_name)
    percent = plan_percent(observation)
    if percent is None:
        return ""
    if observation.plan_pct is None:
        about = language.words["value"]["about"].format(amount=language.percent(round(percent, 1)))
        return words["percent"].format(percent=about, plan_name=plan_name)
    return words["percent"].format(percent=language.percent(percent), plan_name=plan_name)


def percent_text(observation: Observation, language: Language) -> str:
    """Write the percent of plan: as printed, or marked and to one decimal where we work it out; "" without a plan."""
    percent = plan_percent(observation)
    if percent is None or observation.value is None:
        return ""
    if observation.plan_pct is not None:
        return language.percent(percent)
    return f"{language.words['table']['implied_mark']} {language.percent(round(percent, 1))}"


def value_text(book: Book, indicator: Indicator, observation: Observation, language: Language) -> str:
    """Write a value with its unit, or say which kind of no value it is."""
    words = language.words["value"]
    if observation.value is None:
        if observation.obs_status == "M":
            return words["not_applicable"]
        return words["pending"] if observation.plan is not None else words["not_reported"]
    if observation.zero_kind == "not_found":
        return words["not_found"]
    return language.amount(observation.value, book.unit(indicator))


def place(locator: str, language: Language) -> str:
    """Write a locator in words: `I.1¶4#2` is section I.1, paragraph 4, footnote 2."""
    found = _LOCATOR.fullmatch(locator)
    if found is None:
        raise ValueError(f"not a locator: {locator}")
    words = language.words["locator"]
    steps = [words["section"].format(section=found["section"])]
    steps += [words[name].format(n=found[name]) for name in ("paragraph", "footnote") if found[name]]
    return ", ".join(steps)


def name_inside(indicator: Indicator, language: Language) -> str:
    """Return the name of an indicator as it stands inside a sentence."""
    name = language.text(indicator.name)
    return name[:1].lower() + name[1:]


def formula(identity: Identity, language: Language) -> str:
    """Write what an identity computes, with the figures of the source: `245 + 35`, `6 / 8 × 100`."""
    words, number = language.words["identity"], language.number
    if identity.kind == "sum":
        return " + ".join(number(o.value) for o in identity.terms)
    if identity.kind == "common-denominator":
        pairs = zip(identity.terms[::2], identity.terms[1::2], strict=True)
        rates = "; ".join(f"{number(over.value)} / {language.percent(rate.value)}" for over, rate in pairs)
        return words["formula_common"].format(rates=rates)
    if identity.kind == "rate":
        over, under = (o.value for o in identity.terms)
    else:
        over, under = identity.terms[0].value, identity.terms[0].plan
    return f"{number(over)} / {number(under)} × 100"


def stated(book: Book, identity: Identity, language: Language) -> str:
    """Write what the source prints for an identity, or that it prints nothing."""
    if identity.stated is None:
        return language.words["value"]["not_reported"]
    return _result(book, identity, identity.stated, language)


def computed(book: Book, identity: Identity, language: Language) -> str:
    """Write the result of an identity: exact where it is short, else to two places more than the source prints."""
    if identity.computed_to is not None:
        low, high = (language.number(end) for end in (identity.computed, identity.computed_to))
        return language.words["identity"]["range"].format(low=low, high=high)
    if identity.kind == "sum":
        return _result(book, identity, identity.computed, language)
    places = max(0, -identity.stated.as_tuple().exponent) + 2
    rounded = identity.computed.quantize(Decimal(1).scaleb(-places)).normalize()
    return _result(
        book, identity, rounded if rounded.as_tuple().exponent <= 0 else rounded.quantize(Decimal(1)), language
    )


def _result(book: Book, identity: Identity, value: Decimal, language: Language) -> str:
    if identity.kind != "sum":
        return language.percent(value)
    return language.amount(value, book.unit(book.catalogue.indicators[identity.place.indicator_id]))
