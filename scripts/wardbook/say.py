"""What a person would say about a figure: its sentence, value, trend, place in the report, and the sums around it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from markupsafe import Markup

from wardbook.catalogue import Indicator, Observation
from wardbook.derive import Book, Measure, Status, Trend, plan_percent, plan_status, trend
from wardbook.identity import Identity
from wardbook.language import Language

_LOCATOR = re.compile(r"(?P<section>[IVX]+(?:\.\d+)?)(?:¶(?P<paragraph>\d+))?(?:#(?P<footnote>\d+))?")


def years(first: int, last: int) -> str:
    """Return a span of years as text: `2031`, `2029–2031`."""
    return str(last) if first == last else f"{first}–{last}"


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


def plan_sentence(counts: Mapping[Status, int], language: Language) -> Markup:
    """Say how many planned indicators kept their plan; `counts` is of nothing but them, and of one at least."""
    reached, missed = counts[Status.MET] + counts[Status.EXCEEDED], counts[Status.MISSED]
    if reached + missed == 1:
        kind = "only_reached" if reached else "only_missed"
    else:
        kind = "all" if not missed else "some" if reached else "none"
    return language.say(f"plan_sentence.{kind}", reached=reached, n=reached + missed, missed=missed)


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


def trend_text(book: Book, indicator: Indicator, observation: Observation, language: Language) -> str:
    """Say how a figure stands against the last one before it, or why nobody can; "" where there is none before it."""
    words, figures = language.words["trend"], book.observations[indicator.indicator_id]
    if observation.value is None:
        return _latest_text(book, indicator, observation, language)
    step = trend(figures, observation, book.unit(indicator))
    if step is None:
        return ""
    if step.measure is Measure.BROKEN:
        return words["broken"].format(year=step.now.year)
    if step.measure is Measure.UNCERTAIN:
        said = [
            words["uncertain"].format(year=step.before.year, amount=_inside(book, indicator, step.before, language))
        ]
    else:
        said = [_step_sentence(book, indicator, step, language)]
    said += [words["skipped"].format(year=year) for year in step.skipped]
    for status in ("E", "P", "F"):
        if years := [str(o.year) for o in (step.before, step.now) if o.obs_status == status]:
            form = "one" if len(years) == 1 else "both"
            said.append(words["flag"][status][form].format(years=words["and"].join(years)))
    return " ".join(said)


def trend_clause(book: Book, indicator: Indicator, observation: Observation, language: Language) -> str:
    """Say the same in half a sentence: `Tăng 12% so với năm 2030`; "" where no step can be told."""
    step = trend(book.observations[indicator.indicator_id], observation, book.unit(indicator))
    if step is None or step.measure in (Measure.BROKEN, Measure.UNCERTAIN):
        return ""
    return _step_clause(book, indicator, step, language)


def _latest_text(book: Book, indicator: Indicator, observation: Observation, language: Language) -> str:
    """Name the last figure before a year that has none; a year that is not over misses nothing yet."""
    figures = book.observations[indicator.indicator_id]
    known = [o for o in figures if o.year < observation.year and o.value is not None]
    if not known or observation.plan is not None:
        return ""
    amount = _inside(book, indicator, known[-1], language)
    return language.words["trend"]["latest"].format(year=known[-1].year, amount=amount)


def _step_clause(book: Book, indicator: Indicator, step: Trend, language: Language) -> str:
    words, unit, size = language.words["trend"][step.measure], book.unit(indicator), _plain(step.size)
    if step.measure is Measure.DIFFERENCE:
        by = language.amount(size, unit)
    elif step.measure is Measure.POINTS:
        by = _points(size, language)
    else:
        by = language.number(size)
    return words[_way(step)].format(by=by, year=step.before.year)


def _step_sentence(book: Book, indicator: Indicator, step: Trend, language: Language) -> str:
    unit, before = book.unit(indicator), step.before.value
    return language.words["trend"]["span"][_way(step)].format(
        clause=_step_clause(book, indicator, step, language),
        before=language.amount(before, unit) if unit.kind == "percent" else language.number(before),
        amount=language.amount(step.now.value, unit),
    )


def _way(step: Trend) -> str:
    if step.measure is Measure.SAME:
        return "same"
    return "up" if step.rises else "down"


def _points(size: Decimal, language: Language) -> str:
    form = "one" if size == 1 else "other"
    words = language.words["trend"]["point"]
    return words.get(form, words["other"]).format(number=language.number(size))


def _plain(number: Decimal) -> Decimal:
    """Return a number without zeros at the end of its decimals."""
    whole = number.to_integral_value()
    return whole if whole == number else number


def _inside(book: Book, indicator: Indicator, observation: Observation, language: Language) -> str:
    """Write a value as it stands inside a sentence."""
    said = value_text(book, indicator, observation, language)
    return said[:1].lower() + said[1:]


def cell_text(book: Book, observation: Observation | None, field: str, cell: str, language: Language) -> str:
    """Write a cell of `field`, as it stood before or after a correction, as readers of the language write it."""
    words = language.words["changes"]
    if not cell:
        return words["empty"]
    if observation is None or field not in ("value", "plan", "plan_pct"):
        return words["codes"].get(field, {}).get(cell, cell)
    try:
        number = Decimal(cell)
    except InvalidOperation:  # an old value may be the very slip that was corrected
        return cell
    unit = book.unit(book.catalogue.indicators[observation.indicator_id])
    return language.percent(number) if field == "plan_pct" else language.amount(number, unit)


def place(locator: str, language: Language) -> str:
    """Write a locator in words: `I.1¶4#2` is section I.1, paragraph 4, footnote 2."""
    found = _LOCATOR.fullmatch(locator)
    if found is None:
        raise ValueError(f"not a locator: {locator}")
    words = language.words["locator"]
    steps = [words["section"].format(section=found["section"])]
    steps += [words[name].format(n=found[name]) for name in ("paragraph", "footnote") if found[name]]
    return ", ".join(steps)


def status_note(indicator: Indicator, observation: Observation, language: Language) -> str:
    """Explain in a few words how a figure came by its status."""
    words, status = language.words["status_note"], plan_status(observation, indicator.direction)
    if observation.plan_claim:
        return words["claim"]
    return words.get(f"{status}_{indicator.direction}", words[status])


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
