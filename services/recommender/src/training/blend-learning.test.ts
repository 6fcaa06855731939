import { createRandom } from "@craic/numerics/random.js";
import { World } from "../../../../tests/fixtures/live-world.js";
import {
  DAY_MS,
  exampleEvent,
  HOUR_MS,
  nowMs,
  uuid,
} from "../../../../tests/fixtures/recommendable-events.js";
import { uuidToBytes } from "../feedback/uuid-bytes.js";
import { defaultParameters } from "../ranking/ranking-model.js";
import { termNumber } from "../ranking/terms.js";
import { learnBlend } from "./blend-learning.js";
import { FeedbackLog } from "./feedback-log.js";
import { Replay } from "./replay.js";

const EVENTS = 240;
const PEOPLE = 60;
const DAYS = 40;

/**
 * A city whose people care for one thing alone. Its events are unlike each other, each at a venue of its own in one of
 * four quarters, ten kilometres apart; each belongs to one of six circles, of which nothing tells but who goes.
 */
async function learnedFrom(cares: "quarter" | "circle") {
  const random = createRandom(3);
  const quarterOf = (event: number) => event % 4;
  const circleOf = (event: number) => Math.floor(event / 4) % 6;
  const startOf = (event: number) => nowMs - (EVENTS - event) * ((DAYS * DAY_MS) / EVENTS);
  const { state } = new World(
    Array.from({ length: EVENTS }, (_, event) =>
      exampleEvent(event, {
        venueId: uuid(0x900 + event),
        organiser: "",
        startMs: startOf(event),
        endMs: startOf(event) + 5 * HOUR_MS,
      }),
    ),
  );
  for (let event = 0; event < EVENTS; event++) {
    const position = {
      latitude: 53 + 0.1 * quarterOf(event) + 0.004 * random(),
      longitude: -6 + 0.004 * random(),
    };
    state.applyVenue({ venueId: uuid(0x900 + event), cityId: "dublin-ie", position });
  }
  const rows = Array.from({ length: 3_000 }, (_, seq) => {
    const user = Math.floor(random() * PEOPLE);
    const occurMs = nowMs - DAYS * DAY_MS * (1 - seq / 3_000);
    const first = Math.ceil(((occurMs - nowMs) / (DAYS * DAY_MS) + 1) * EVENTS);
    const ahead = Array.from({ length: Math.min(40, EVENTS - first) }, (_, i) => first + i);
    const liked = ahead.filter((event) =>
      cares === "quarter" ? quarterOf(event) === user % 4 : circleOf(event) === user % 6,
    );
    const event = liked[Math.floor(random() * liked.length)] ?? EVENTS - 1;
    return {
      seq,
      userId: uuidToBytes(uuid(0x300_0000 + user)),
      eventId: uuidToBytes(uuid(event)),
      kind: "save" as const,
      occurMs,
    };
  });
  async function* chunks() {
    yield rows;
  }
  const rest = async () => undefined;
  const log = await FeedbackLog.read(chunks(), state, rest);
  const validation = Uint32Array.from({ length: 800 }, (_, i) => 1_500 + i);
  const known = { known: state, log, until: 2_500, validation, random, rest };
  const model = { parameters: defaultParameters, rarities: new Map<string, number>() };
  const { weights } = await learnBlend(known, new Replay(log, state.beforeAnything()), model);
  return { together: weights[termNumber("neighbours.together")]!, near: weights[termNumber("own.near")]! };
}

describe("learnBlend()", () => {
  it("learns from people who stay in their quarter that what is near counts", async () => {
    const { near } = await learnedFrom("quarter");
    expect(near).toBeGreaterThan(2);
  });

  it("learns from people whom only company tells apart that what is liked together counts, and the way does not", async () => {
    const { together, near } = await learnedFrom("circle");
    expect(together).toBeGreaterThan(1);
    expect(near).toBeLessThan(0.1);
  });
});
