import type { Feature } from "../catalogue/event-features.js";
import type { Reason } from "./explanation.js";
import { reasonText, sharedText } from "./reason-text.js";

const names = { venues: new Map([["v", "Vicar Street"]]), artists: new Map([["a", "Sunil Sharpe"]]) };
const nameless = { venues: new Map<string, string>(), artists: new Map<string, string>() };

const venue: Feature = { kind: "venue", key: "v" };
const artist: Feature = { kind: "artist", key: "a" };
const genre: Feature = { kind: "genre", key: "jazz" };
const organiser: Feature = { kind: "organiser", key: "Hidden Agenda" };

const reason = (kind: Reason["kind"], changes: Partial<Reason> = {}): Reason => ({
  kind,
  contribution: 0.5,
  about: [],
  evidence: [],
  liked: 0,
  saved: 0,
  people: 0,
  peopleSaved: 0,
  ...changes,
});

const lower = "people who like what you like";
const likes = "People who like what you like";

describe("reasonText()", () => {
  it.each<[string, Reason]>([
    ["Because you like jazz", reason("genre", { about: [genre] })],
    ["You saved an event with Sunil Sharpe", reason("artist", { about: [artist], liked: 3, saved: 1 })],
    ["You saved 2 events at Vicar Street", reason("venue", { about: [venue], liked: 2, saved: 2 })],
    ["You looked at 3 events by Hidden Agenda", reason("organiser", { about: [organiser], liked: 3 })],
    [
      "Because you like jazz and soul",
      reason("genre", { about: [genre, { kind: "genre", key: "soul" }, genre] }),
    ],
    ["You asked for jazz", reason("preferredGenre", { about: [genre] })],
    ["You asked for Sunil Sharpe", reason("preferredArtist", { about: [artist] })],
    [`14 ${lower} saved this`, reason("similarPeople", { people: 20, peopleSaved: 14 })],
    [`Somebody who likes what you like saved this`, reason("similarPeople", { people: 5, peopleSaved: 1 })],
    [`2 ${lower} looked at this`, reason("similarPeople", { people: 2 })],
    [`Somebody who likes what you like looked at this`, reason("similarPeople", { people: 1 })],
    [`${likes} also go for events at Vicar Street`, reason("similarPeople", { about: [venue] })],
    [`${likes} also go for Sunil Sharpe`, reason("similarPeople", { about: [artist] })],
    [`${likes} also go for Fridays`, reason("similarPeople", { about: [{ kind: "weekday", key: "Fri" }] })],
    [
      `${likes} also go for evening events`,
      reason("similarPeople", { about: [{ kind: "hour", key: "evening" }] }),
    ],
    [
      `${likes} also go for free events`,
      reason("similarPeople", { about: [{ kind: "price", key: "free" }] }),
    ],
    [`${likes} also go for this`, reason("similarPeople")],
    ["Popular here lately", reason("popular")],
    ["Jazz is popular lately", reason("popular", { about: [genre] })],
    ["Sunil Sharpe is popular lately", reason("popular", { about: [artist] })],
    ["Events by Hidden Agenda are popular lately", reason("popular", { about: [organiser] })],
    ["Events at Vicar Street are popular lately", reason("popular", { about: [venue] })],
    ["Saturdays are popular lately", reason("popular", { about: [{ kind: "weekday", key: "Sat" }] })],
    ["Night events are popular lately", reason("popular", { about: [{ kind: "hour", key: "night" }] })],
    [
      "Events at this price are popular lately",
      reason("popular", { about: [{ kind: "price", key: "EUR:4" }] }),
    ],
    ["Free events are popular lately", reason("popular", { about: [{ kind: "price", key: "free" }] })],
    ["People with your taste go for jazz", reason("relatedTaste", { about: [genre] })],
    ["People with your taste go for events at Vicar Street", reason("relatedTaste", { about: [venue] })],
    ["People who like 2 events that you saved go for this too", reason("together", { liked: 3, saved: 2 })],
    ["People who like an event that you looked at go for this too", reason("together", { liked: 1 })],
    ["You saved 2 events near Vicar Street", reason("near", { about: [venue], liked: 2, saved: 2 })],
    ["You looked at an event near Vicar Street", reason("near", { about: [venue], liked: 1 })],
    ["Hardly anybody has seen this yet", reason("new")],
    ["Coming up", reason("soon")],
  ])("says %j", (text, given) => {
    expect(reasonText(given, names)).toBe(text);
  });

  it("does with general words where a name is not known", () => {
    expect(reasonText(reason("venue", { about: [venue], saved: 2 }), nameless)).toBe(
      "You saved 2 events at this venue",
    );
    expect(reasonText(reason("preferredArtist", { about: [artist] }), nameless)).toBe(
      "You asked for an artist who plays here",
    );
  });
});

describe("sharedText()", () => {
  it.each<[string, Feature]>([
    ["Also jazz", genre],
    ["Also at Vicar Street", venue],
    ["Also with Sunil Sharpe", artist],
    ["Also by Hidden Agenda", organiser],
  ])("says %j", (text, feature) => {
    expect(sharedText(feature, names)).toBe(text);
  });
});
