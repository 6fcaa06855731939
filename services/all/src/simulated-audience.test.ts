import { join } from "node:path";
import { FeedbackKind } from "@craic/proto/craic/recommender/v1/feedback_pb.js";
import { importedId } from "@craic/runtime/imported-id.js";
import { readCatalogueLines, upcomingEvents } from "./catalogue.js";
import { feedbackMessage, type SimulatedFeedback, simulateAudience } from "./simulated-audience.js";
import { createRandomOf } from "./simulated-audience-draws.js";
import { type AudienceEvent, audienceEvent } from "./simulated-audience-event.js";
import { createPeople } from "./simulated-audience-person.js";

const DAY_MS = 86_400_000;
const now = new Date("2026-11-21T08:00:00Z");

const events = shippedEvents();
const eventById = new Map(events.map((event) => [event.eventId, event]));
const rows = simulateAudience(events, { now });
const byKind = Map.groupBy(rows, ({ kind }) => kind);

describe("simulateAudience()", () => {
  it("gives the same rows for the same seed and others for another", () => {
    const one = simulateAudience(events, { now, people: 60 });
    expect(simulateAudience(events, { now, people: 60 })).toEqual(one);
    expect(shared(simulateAudience(events, { now, people: 60, seed: 2 }), one)).toBe(0);
  });

  it("keeps ids and decisions when it is called later, and moves the times alone", () => {
    const earlier = simulateAudience(events, { now, people: 60 });
    const later = simulateAudience(events, { now: new Date(now.getTime() + 3_600_000), people: 60 });
    // An unsave may fall behind the earlier call's now.
    const lasting = (list: readonly SimulatedFeedback[]) =>
      idsOf(list.filter(({ kind }) => kind !== FeedbackKind.UNSAVE));
    expect(lasting(later)).toEqual(lasting(earlier));
  });

  it("has a feedback id once, and users that keep to UUID form", () => {
    expect(idsOf(rows).size).toBe(rows.length);
    const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    expect([...idsOf(rows)].filter((id) => !uuid.test(id ?? ""))).toEqual([]);
    expect(rows.filter(({ userId }) => !uuid.test(userId))).toEqual([]);
  });

  it("lets everything happen in the 60 days before now, in order of time", () => {
    const times = rows.map(({ occurMs }) => occurMs);
    expect(Math.max(...times)).toBeLessThanOrEqual(now.getTime());
    expect(Math.min(...times)).toBeGreaterThan(now.getTime() - 60 * DAY_MS);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it("lets nobody open what they have not seen, save what they have not opened, or hide what they have opened", () => {
    const earlier = new Map<string, number>();
    for (const { userId, eventId, kind, occurMs } of rows)
      earlier.set(`${userId} ${eventId} ${kind}`, occurMs);
    const before = (row: SimulatedFeedback, kind: FeedbackKind) =>
      (earlier.get(`${row.userId} ${row.eventId} ${kind}`) ?? Number.POSITIVE_INFINITY) < row.occurMs;
    const of = (kind: SimulatedFeedback["kind"]) => byKind.get(kind) ?? [];
    expect(of(FeedbackKind.CLICK).every((row) => before(row, FeedbackKind.IMPRESSION))).toBe(true);
    expect(of(FeedbackKind.SAVE).every((row) => before(row, FeedbackKind.CLICK))).toBe(true);
    expect(of(FeedbackKind.UNSAVE).every((row) => before(row, FeedbackKind.SAVE))).toBe(true);
    expect(of(FeedbackKind.HIDE).some((row) => before(row, FeedbackKind.CLICK))).toBe(false);
  });

  it("has the stated size and proportions on the catalogue that ships", () => {
    expect(rows.length).toBeGreaterThan(15_000);
    expect(rows.length).toBeLessThan(25_000);
    const share = (kind: SimulatedFeedback["kind"]) => (byKind.get(kind)?.length ?? 0) / rows.length;
    expect(share(FeedbackKind.IMPRESSION)).toBeCloseTo(0.72, 1);
    expect(share(FeedbackKind.CLICK)).toBeCloseTo(0.15, 1);
    expect(share(FeedbackKind.SAVE)).toBeCloseTo(0.1, 1);
    expect(share(FeedbackKind.HIDE)).toBeGreaterThan(0.005);
    expect(share(FeedbackKind.HIDE)).toBeLessThan(0.04);
    const unsaved =
      (byKind.get(FeedbackKind.UNSAVE)?.length ?? 0) / (byKind.get(FeedbackKind.SAVE)?.length ?? 0);
    expect(unsaved).toBeGreaterThan(0.03);
    expect(unsaved).toBeLessThan(0.07);
  });

  it("has 600 people, of whom the tenth most active see by Zipf's law a quarter of everything", () => {
    const seen = [...Map.groupBy(byKind.get(FeedbackKind.IMPRESSION) ?? [], ({ userId }) => userId).values()];
    const counts = seen.map((list) => list.length).sort((a, b) => b - a);
    expect(counts.length).toBeGreaterThan(590);
    const share = counts.slice(0, 60).reduce((a, b) => a + b, 0) / counts.reduce((a, b) => a + b, 0);
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.35);
  });

  it("draws homes in proportion to the events ahead", () => {
    const homes = Map.groupBy(
      createPeople(events, { seed: 1, people: 600, randomOf: createRandomOf(1) }),
      ({ cities }) => cities[0]?.cityId ?? "",
    );
    const newYork = homes.get("5128581")?.length ?? 0;
    const counts = [...Map.groupBy(events, ({ cityId }) => cityId).values()].map((list) => list.length);
    const withAudience = counts.filter((count) => count >= 10).reduce((a, b) => a + b, 0);
    const expected = (600 * events.filter(({ cityId }) => cityId === "5128581").length) / withAudience;
    // Four standard deviations of a binomial draw.
    expect(Math.abs(newYork - expected)).toBeLessThan(4 * Math.sqrt(expected));
    expect(homes.size).toBeGreaterThan(40);
  });

  it("leaves the other events' rows almost as they were when an event is added", () => {
    const template = events.find(({ cityId }) => cityId === "2950159") as AudienceEvent;
    const added = { ...template, eventId: importedId("event", { name: "test", externalId: "added" }) };
    const before = simulateAudience(events, { now, people: 200 });
    const after = simulateAudience([...events, added], { now, people: 200 });
    expect(after.some(({ eventId }) => eventId === added.eventId)).toBe(true);
    expect(shared(after, before) / before.length).toBeGreaterThan(0.97);
  });
});

describe("the structure there is to learn", () => {
  const seen = byKind.get(FeedbackKind.IMPRESSION) ?? [];
  const opened = new Set(
    (byKind.get(FeedbackKind.CLICK) ?? []).map(({ userId, eventId }) => `${userId} ${eventId}`),
  );
  const rate = (list: readonly SimulatedFeedback[]) =>
    list.filter(({ userId, eventId }) => opened.has(`${userId} ${eventId}`)).length / list.length;

  it("lets what a person opened of a genre, venue, organiser or artist tell what else they open", () => {
    for (const traits of [
      ({ genres }: AudienceEvent) => genres.slice(0, 1),
      ({ venue }: AudienceEvent) => [venue],
      ({ organiser }: AudienceEvent) => [organiser],
      ({ artists }: AudienceEvent) => artists.slice(1),
    ]) {
      const traitsOf = (row: SimulatedFeedback) =>
        traits(eventById.get(row.eventId) as AudienceEvent).filter((trait) => trait !== "");
      const liked = new Map<string, Set<string>>();
      for (const row of seen.filter(({ userId, eventId }) => opened.has(`${userId} ${eventId}`))) {
        for (const trait of traitsOf(row)) {
          const name = `${row.userId} ${trait}`;
          liked.set(name, (liked.get(name) ?? new Set()).add(row.eventId));
        }
      }
      // Whether another event of the trait was opened.
      const [with_, without] = [true, false].map((wanted) =>
        seen.filter((row) => {
          const names = traitsOf(row).map((trait) => `${row.userId} ${trait}`);
          const others = names.some((name) => {
            const events = liked.get(name) ?? new Set();
            return events.size > (events.has(row.eventId) ? 1 : 0);
          });
          return names.length > 0 && others === wanted;
        }),
      );
      expect(rate(with_ ?? [])).toBeGreaterThan(1.4 * rate(without ?? []));
    }
  });

  it("lets people open free events more often than dear ones", () => {
    const prices = [0, 9_000];
    const priced = Array.from({ length: 100 }, (_, i) => ({
      eventId: importedId("event", { name: "test", externalId: `${i}` }),
      cityId: "1",
      genres: [`genre ${Math.floor(i / 2) % 20}`],
      artists: [],
      venue: "",
      organiser: "",
      minPriceCents: prices[i % 2],
    }));
    const dear = new Set(priced.filter((_, i) => i % 2 === 1).map(({ eventId }) => eventId));
    const run = simulateAudience(priced, { now, people: 200 });
    const clicks = run.filter(({ kind }) => kind === FeedbackKind.CLICK);
    const dearClicks = clicks.filter(({ eventId }) => dear.has(eventId)).length;
    expect(clicks.length).toBeGreaterThan(500);
    expect(dearClicks).toBeLessThan(0.4 * clicks.length);
  });
});

function shippedEvents(): AudienceEvent[] {
  const lines = readCatalogueLines(join(__dirname, "../catalogue"), "events");
  return [...upcomingEvents(lines, now)].map((event) => ({
    ...audienceEvent(event),
    eventId: importedId("event", event.source!),
  }));
}

function idsOf(list: readonly SimulatedFeedback[]): Set<string | undefined> {
  return new Set(list.map((row) => feedbackMessage(row).feedbackId));
}

/** How many ids two runs have in common. */
function shared(one: readonly SimulatedFeedback[], other: readonly SimulatedFeedback[]): number {
  const ids = idsOf(other);
  return one.filter((row) => ids.has(feedbackMessage(row).feedbackId)).length;
}
