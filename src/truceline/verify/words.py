"""Every sentence a finding may say, in English, by its key; other languages translate by the same keys and values.

A value in braces is filled from ``Words.values``; all values are text already, so a sentence never formats a
number.
"""

from __future__ import annotations

from string import Formatter

from truceline.terms.faults import Broken
from truceline.verify.finding import Words

SENTENCES: dict[str, str] = {
    "period.open": "The period is not over; so far nothing against the clause was confirmed.",
    "watch.none": "Nobody watched {area} for {object_class}: nothing can be said. Cause: {cause}.",
    "watch.too_little": (
        "Detection of {object_class} in {area} was {detection} ({measure}), the clause asks for {required}. "
        "Main cause: {cause}."
    ),
    "watch.prior": (
        "Nothing was seen at detection {detection} ({measure}), but with the prior of part {part} a violation "
        "is still {violated} likely."
    ),
    "watch.height": (
        "Coverage of {object_class} is known from {height_m} m above ground, the clause asks from {asked_m} "
        "m."
    ),
    "seen.unwatched": "Witnessed in {area} by {sources}, but no proof of life says that anybody watched there.",
    "seen.prior": "Witnessed in {area} by {sources}, but one guarantor's prior leaves too much doubt.",
    "exclude.nothing_seen": (
        "No uninvited {object_class} was seen in {area} at detection {detection} ({measure}); permitted "
        "{permitted}, notified {notified}."
    ),
    "exclude.track_inside": "Uninvited in {area}: {number}, from {first} to {last}, held by {sources}.",
    "exclude.one_source": "Indicated in {area} from {first} to {last} by {sources}: one source alone is no proof.",
    "exclude.innocent": (
        "Seen in {area} from {first} to {last} by {sources}, but an innocent explanation stands: "
        "{explanation}."
    ),
    "exclude.sightings": "Reported in {area}: {number} {object_class}, from {first} to {last}, by {sources}.",
    "cease.nothing_reported": (
        "No {object_class} was reported in {area} at detection {detection} ({measure}); notified {notified}, "
        "indications {indications}."
    ),
    "cease.events": (
        "Not notified in {area}: {number} of {object_class}, first {first}, last {last}, witnessed by "
        "{sources}."
    ),
    "cease.one_source": (
        "Reported in {area}: {number} of {object_class}, first {first}, last {last}, by {sources}: one "
        "witness alone is no proof."
    ),
    "cease.indications": "Only indications in {area}: {indications} fires, which alone prove no firing.",
    "reach.pending": "Due {deadline}; {clear} of {sites} sites of {area} were found clear so far.",
    "reach.clear": (
        "All {sites} sites of {area} were found clear of {object_class} before {deadline} by {looks} "
        "independent lookers each; detection {detection} ({measure})."
    ),
    "reach.looks_missing": (
        "{clear} of {sites} sites of {area} were found clear before {deadline} by {looks} independent lookers "
        "each."
    ),
    "reach.clear_late": (
        "The sites of {area} were found clear only after {deadline}; what was there at that hour is not "
        "known."
    ),
    "reach.still_there": (
        "After {deadline} {object_class} were still seen in {area}: {number} sightings, last {last}, by "
        "{sources}."
    ),
    "reach.one_source": (
        "After {deadline} {object_class} were reported in {area} by {sources}: one witness alone is no proof."
    ),
    "reach.present_untold": "Whose force stands in {area} cannot be told from a distance; its presence must be attested.",
    "hold.nothing_seen": "No {object_class} was seen in {area} at detection {detection} ({measure}).",
    "hold.side_untold": (
        "{number} sightings of {object_class} in {area}, by {sources}; on which side they belong cannot be "
        "told."
    ),
    "hold.beyond": "{number} sightings of {object_class} more than {tolerance_m} m beyond the line, by {sources}.",
    "hold.one_source": (
        "{object_class} reported more than {tolerance_m} m beyond the line by {sources}: one witness alone is "
        "no proof."
    ),
    "limit.within": (
        "Between {low} and {high} {unit} in {area}; the ceiling is {ceiling}. Detection {detection} "
        "({measure})."
    ),
    "limit.over": "At least {low} {unit} in {area}, by {sources}; the ceiling is {ceiling}.",
    "limit.one_source": "At least {low} {unit} in {area} by {sources} alone; the ceiling is {ceiling}.",
    "limit.open": (
        "At least {low} {unit} in {area}; how many more cannot be bounded at detection {detection}. The "
        "ceiling is {ceiling}."
    ),
    "limit.straddles": "Between {low} and {high} {unit} in {area}: the ceiling of {ceiling} lies between.",
    "seen.untold": (
        "Reported in {area} from {first} to {last} by {sources}, but nobody told apart whose or of what type it was, and a "
        "permitted force may be there."
    ),
    "word.one": "It stands on the word of {signers} alone: one word is no proof.",
    "limit.untold": (
        "At least {low} {unit} in {area} are of the counted type, {untold} more were not told apart; the ceiling is "
        "{ceiling}."
    ),
    "hold.over_line": (
        "{number} sightings of {object_class} over the line {line}, by {sources}; the deepest {depth_m} m, {tolerance_m} m "
        "are allowed."
    ),
    "reach.waits": "It is due only after {clauses}, which is not fulfilled on record.",
    "reach.there": "Seen at all {sites} sites of {area} before {deadline} by {looks} independent lookers each.",
    "reach.not_there": "Seen at {clear} of {sites} sites of {area} before {deadline} by {looks} independent lookers each.",
    "passage.no_word": "Nobody said or saw whether {area} was open to {users}.",
    "passage.open": (
        "Two of those who speak for {area} each prove that no closure was longer than {closure_h} h: {signers}."
    ),
    "passage.closed": "{area} was closed for at least {longest_h} h, {closure_h} h are allowed; said by {signers}.",
    "passage.unclear": (
        "Passages of {area} on record leave room for a closure of {longest_h} h; {closure_h} h are allowed."
    ),
    "act.not_recorded": "Whether it was done ({act}) is not seen by sensors; it needs a record: {evidence}.",
    "act.pending": "Due {deadline} ({act}); nobody has yet said that it was done.",
    "act.done": "Done at {at}, before {deadline} ({act}); said by {signers}.",
    "act.not_done": "Not done by {deadline} ({act}); said by {signers}.",
    "act.disputed": "Some say that it was done ({act}), some that it was not: {signers}.",
    "act.overdue": "It was due {deadline} ({act}); two words that it was done, or was not, are not on record.",
    "act.not_triggered": "Nothing on record has made it due ({act}): {trigger}.",
    "attest.people": "No technical means can see it; it stands on the word of {attesters}.",
    "attest.some": "Attested by {signers}; still to speak: {attesters}.",
    "attest.kept": "Attested by all who were to attest it, as of {at}: {signers}.",
    "attest.disputed": "Disputed, as of {at}: {signers}. The words stand side by side.",
    "repair.pending": "{clause} was broken; due {deadline}: {act}.",
    "repair.done": "{clause} was broken; repaired at {at}, before {deadline} ({act}); said by {signers}.",
    "repair.not_done": (
        "{clause} was broken and not repaired by {deadline} ({act}); said by {signers}. Next: {escalation}."
    ),
    "repair.overdue": "{clause} was broken; the repair was due {deadline} ({act}) and is not on record. Next: {escalation}.",
    "unseen.number": (
        "With 90 % confidence at most {number} {object_class} went unseen; longest time below 0.9 at one "
        "place: {gap_min} min."
    ),
    "unseen.sites": (
        "With 90 % confidence at most {number} {object_class} stood unseen at a declared site; of the rest of {area} "
        "{watched} % of ground and time was watched."
    ),
    "unseen.no_limit": "No limit can be stated for {object_class}: it could have been there unseen.",
    "unseen.not_asked": "Not a question for sensors.",
    "explain.civil.silent": "It sent no identity, and no identified flight was with it.",
    "explain.civil.identified": "It identifies itself ({identity}), but not in the permitted band.",
    "explain.civil.alongside": "An identified flight was within {distance_m} m of it at the same times.",
    "explain.own.no_notice": "No notified activity covers it.",
    "explain.echo.two": "Two independent sources hold it.",
    "explain.echo.one": "Only sources that share something hold it.",
    "explain.birds.fast": "It moved at {speed_mps} m/s, faster than birds.",
    "explain.birds.slow": "It moved at {speed_mps} m/s, as birds may.",
    "explain.bias.deep": "It was {depth_m} m inside the border, more than any known error of place.",
    "explain.bias.shallow": "It was only {depth_m} m inside the border.",
    "explain.training.no_notice": "No notified training, demining or range firing covers it.",
    "explain.quarry.not_known": "No quarry or works were notified; the kind of explosion was not examined.",
    "explain.thunder.people": "People heard or saw it as a shot or explosion.",
    "explain.same.counted_once": "Sightings near in place and time are counted once.",
    "explain.permit.untold": "A permitted force may be there; the reports do not say whose it was.",
    "explain.permit.contested": "The permission of clause {clause} is contested; whether it applies, people must weigh.",
    "explain.word.mistaken": "Those who say so may be mistaken or of one interest: {signers}.",
    "explain.word.weather": "Whether weather or works closed it was not said.",
    "explain.stray.looked": "What was seen there may be civilian; the reports say {object_class}.",
}


def sentence(words: Words) -> str:
    """Return the English sentence of some words.

    Raises:
        Broken: no sentence has that key, or a value is missing.
    """
    try:
        return SENTENCES[words.key].format_map(dict(words.values))
    except KeyError as error:
        raise Broken(f"no sentence or value {error} for {words.key!r}", where="verify.words") from error


def say(key: str, **values: str) -> Words:
    """Return the words of a key and its values, in order of name.

    Raises:
        Broken: no sentence has that key, or its values are not just those it needs.
    """
    wanted = {name for _, name, _, _ in Formatter().parse(SENTENCES.get(key, "")) if name}
    if key not in SENTENCES or wanted != set(values):
        raise Broken(f"{key!r} wants {sorted(wanted)}, is given {sorted(values)}", where="verify.words")
    return Words(key, tuple(sorted(values.items())))
