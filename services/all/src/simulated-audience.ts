import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { FeedbackKind, type FeedbackSchema } from "@craic/proto/craic/recommender/v1/feedback_pb.js";
import { importedId } from "@craic/runtime/imported-id.js";
import { createRandomOf, drawNormal, logistic, type RandomOf } from "./simulated-audience-draws.js";
import type { AudienceEvent } from "./simulated-audience-event.js";
import { createPeople, type SimulatedPerson } from "./simulated-audience-person.js";

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;
const WINDOW_MS = 60 * DAY_MS;
/** Left free before now, for what follows on what was seen. */
const RUN_UP_MS = 900_000;
const MAX_UNTIL_CLICK_MS = 60_000;
const MAX_UNTIL_SAVE_MS = 600_000;
const MAX_UNTIL_UNSAVE_MS = 5 * DAY_MS;

/** Nobody sees everything. */
const MAX_SEEN = 0.9;

/** Log-odds that an average person opens an average event on their screen. */
const BASE_LOG_ODDS = -3.7;
/** What makes one event better than another for everybody, and how much more it is shown; log-odds, log. */
const QUALITY_SPREAD = 0.5;
const PROMINENCE_SPREAD = 0.6;
/** What cannot be explained: part of every decision, and one decision in twenty whole. */
const NOISE_SPREAD = 0.4;
const WHIM_CHANCE = 0.05;
const WHIM_SPREAD = 1.5;
/** Who has opened an event saves it with these log-odds more or less than they opened it with. */
const SAVE_AFTER_CLICK = 0.8;
/** Who has not opened it hides it with these log-odds for an average one, and less the more they like it. */
const HIDE_LOG_ODDS = -3.4;
const UNSAVE_CHANCE = 0.05;

const KIND_NAMES = {
  [FeedbackKind.IMPRESSION]: "impression",
  [FeedbackKind.CLICK]: "click",
  [FeedbackKind.SAVE]: "save",
  [FeedbackKind.UNSAVE]: "unsave",
  [FeedbackKind.HIDE]: "hide",
} as const;

type SimulatedKind = keyof typeof KIND_NAMES;

/** One thing that somebody who does not exist did. */
export interface SimulatedFeedback {
  readonly userId: string;
  readonly eventId: string;
  readonly kind: SimulatedKind;
  readonly occurMs: number;
}

export interface AudienceOptions {
  readonly now: Date;
  readonly seed?: number;
  readonly people?: number;
}

/**
 * The first users' tastes are SIMULATED: there are no such people. They are there so that a first model has
 * something to learn and can be seen to learn it, and they are drawn as follows.
 *
 * - People: 600. Home city by chance in proportion to its events ahead, of the cities with 10 or more; one in
 *   five looks at a second city as well, a quarter as much. Activity by Zipf's law: rank to the power −0.6,
 *   40 events on the screen of an average person in 60 days, but never more than nine in ten of a city's.
 * - Tastes: a Dirichlet draw over all genres, of concentration 0.2 for each that the home city has and 0.01
 *   for others; a quarter of a person's taste makes them like a genre as much as can be. Each artist is a
 *   favourite with chance 0.06, each venue with 0.12, each organiser with 0.15. A budget, log-normal around 35.
 * - An event's own quality, the same for everybody: normal, spread 0.5; how much it is shown: log-normal.
 * - What happens with an event on the screen: log-odds of opening it = −3.7 + 6 × the chance that one of its
 *   genres is liked + 2.6 for a favourite artist + 1.8 for a favourite venue + 1.2 for a favourite organiser
 *   − 1.2 × log of price over budget where it is dearer (+0.4 where it is free) + quality + noise of spread
 *   0.4. One decision in twenty is a whim that none of this explains. Who opens may save; who does not may
 *   hide; one save in twenty is taken back.
 *
 * Everything is decided by seed, person and event alone: the same call gives the same rows, and one event
 * more leaves the rows of the others almost as they were. Only the times depend on `now`.
 *
 * @returns in order of time
 */
export function simulateAudience(
  events: readonly AudienceEvent[],
  { now, seed = 1, people = 600 }: AudienceOptions,
): SimulatedFeedback[] {
  const randomOf = createRandomOf(seed);
  const billed = events.map((event) => billedEvent(event, randomOf));
  const byCity = Map.groupBy(billed, ({ event }) => event.cityId);
  const run: Run = { nowMs: now.getTime(), randomOf };
  return createPeople(events, { seed, people, randomOf })
    .flatMap((person) =>
      person.cities.flatMap(({ cityId, impressions }) =>
        seenEvents(person, byCity.get(cityId) ?? [], impressions, run).flatMap((event) =>
          reactionsTo(event, person, run),
        ),
      ),
    )
    .sort((a, b) => a.occurMs - b.occurMs);
}

/** The row as the recommender takes it; the same person, event and kind always have the same id. */
export function feedbackMessage(row: SimulatedFeedback): MessageInitShape<typeof FeedbackSchema> {
  const { userId, eventId, kind, occurMs } = row;
  const externalId = `${userId}:${eventId}:${KIND_NAMES[kind]}`;
  const feedbackId = importedId("feedback", { name: "simulated-audience", externalId });
  return { feedbackId, userId, eventId, kind, occurTime: timestampFromMs(occurMs) };
}

interface Run {
  readonly nowMs: number;
  readonly randomOf: RandomOf;
}

/** An event, and what holds of it for everybody. */
interface BilledEvent {
  readonly event: AudienceEvent;
  /** Log-odds. */
  readonly quality: number;
  /** How much more often it is shown than another. */
  readonly prominence: number;
}

function billedEvent(event: AudienceEvent, randomOf: RandomOf): BilledEvent {
  return {
    event,
    quality: QUALITY_SPREAD * drawNormal(randomOf("quality", event.eventId)),
    prominence: Math.exp(PROMINENCE_SPREAD * drawNormal(randomOf("prominence", event.eventId))),
  };
}

/** Each event is seen or not on its own, prominent ones more often, so that `impressions` of them are on average. */
function seenEvents(
  { userId }: SimulatedPerson,
  events: readonly BilledEvent[],
  impressions: number,
  { randomOf }: Run,
): BilledEvent[] {
  const total = events.reduce((sum, { prominence }) => sum + prominence, 0);
  return events.filter(({ event, prominence }) => {
    const chance = Math.min(MAX_SEEN, (impressions * prominence) / total);
    return randomOf(userId, "sees", event.eventId)() < chance;
  });
}

function reactionsTo(
  { event, quality }: BilledEvent,
  person: SimulatedPerson,
  { nowMs, randomOf }: Run,
): SimulatedFeedback[] {
  const { userId } = person;
  const { eventId } = event;
  const random = randomOf(userId, "decides", eventId);
  // Everything is drawn in any case, so that no number depends on which branch was taken.
  const [isWhim, whim, noise] = [random() < WHIM_CHANCE, drawNormal(random), drawNormal(random)];
  const [clicks, saves, hides, unsaves] = [random(), random(), random(), random()];
  const [when, untilClick, untilSave, untilUnsave] = [random(), random(), random(), random()];
  const logOdds =
    BASE_LOG_ODDS + (isWhim ? WHIM_SPREAD * whim : person.liking(event) + quality + NOISE_SPREAD * noise);

  const seenMs = nowMs - RUN_UP_MS - when * (WINDOW_MS - RUN_UP_MS);
  const clickMs = seenMs + SECOND_MS + MAX_UNTIL_CLICK_MS * untilClick;
  const saveMs = clickMs + SECOND_MS + MAX_UNTIL_SAVE_MS * untilSave;
  const unsaveMs = saveMs + SECOND_MS + MAX_UNTIL_UNSAVE_MS * untilUnsave;
  const row = (kind: SimulatedKind, occurMs: number): SimulatedFeedback => ({
    userId,
    eventId,
    kind,
    occurMs: Math.floor(occurMs),
  });

  const rows = [row(FeedbackKind.IMPRESSION, seenMs)];
  if (clicks < logistic(logOdds)) {
    rows.push(row(FeedbackKind.CLICK, clickMs));
    if (saves < logistic(logOdds + SAVE_AFTER_CLICK)) {
      rows.push(row(FeedbackKind.SAVE, saveMs));
      if (unsaves < UNSAVE_CHANCE && unsaveMs < nowMs) rows.push(row(FeedbackKind.UNSAVE, unsaveMs));
    }
  } else if (hides < logistic(HIDE_LOG_ODDS + BASE_LOG_ODDS - logOdds)) {
    rows.push(row(FeedbackKind.HIDE, clickMs));
  }
  return rows;
}
