import { type AttributionRules, recounted, withConversion } from "./attribution.js";
import type { Participation, Person } from "./person.js";

/**
 * A browser's id and a person turn out to be one: what the browser was shown stays theirs. An experiment that the
 * person was not in yet goes over to them as it is, and what they did since counts in it. Where they were in it already
 * theirs stays, from the earlier of the two first exposures on; who saw another variant in the browser saw several. The
 * browser's own part is left out of results from here on, and what still arrives for it is the person's. Does no harm
 * twice; the first person who signs in in a browser is the one it belongs to.
 *
 * @returns the browser and the person, linked
 */
export function linked(
  browser: Person,
  person: Person,
  rules: AttributionRules,
): { readonly browser: Person; readonly person: Person } {
  const participations = joinedParticipations(browser, person);
  for (const [id, participation] of participations) {
    const { firstMs } = person.participations.get(id) ?? {};
    participations.set(id, recounted(person, participation, firstMs, rules));
  }
  let joined: Person = { ...person, participations };
  for (const conversion of browser.recentConversions) joined = withConversion(joined, conversion, rules);
  return {
    person: joined,
    browser: {
      ...browser,
      linkedTo: person.userId,
      participations: new Map(
        Array.from(browser.participations, ([id, participation]) => [
          id,
          { ...participation, exclusion: "linked to another id" },
        ]),
      ),
    },
  };
}

function joinedParticipations(browser: Person, person: Person): Map<string, Participation> {
  const joined = new Map(person.participations);
  for (const [experimentId, theirs] of browser.participations) {
    const own = joined.get(experimentId);
    const seen = theirs.exclusion === "linked to another id" ? "" : theirs.exclusion;
    if (own === undefined) {
      joined.set(experimentId, { ...theirs, revision: 0, exclusion: seen });
    } else {
      joined.set(experimentId, {
        ...own,
        firstMs: Math.min(own.firstMs, theirs.firstMs),
        exclusion:
          own.exclusion === "" && own.variant !== theirs.variant ? "saw several variants" : own.exclusion,
      });
    }
  }
  return joined;
}
