import { randomUUID } from "node:crypto";
import { exampleEvent, nowMs, uuid } from "../../../../tests/fixtures/recommendable-events.js";
import { createTestDatabase, type TestDatabase } from "../../../../tests/fixtures/test-database.js";
import { createMysqlMirrorStore } from "../catalogue/mirror-store.mysql.js";
import { createMysqlVenueStore } from "../catalogue/venue-store.mysql.js";
import type { Feedback } from "../feedback/feedback.js";
import { createMysqlFeedbackStore } from "../feedback/feedback-store.mysql.js";
import type { TrainingSnapshot } from "./training-data.js";
import { createMysqlTrainingData } from "./training-data-store.mysql.js";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase("recommender");
});
afterAll(() => database.close());

const saveOf = (event: number): Feedback => ({
  feedbackId: randomUUID(),
  userId: uuid(7),
  eventId: uuid(event),
  kind: "save",
  occurMs: nowMs,
  recommendationId: "",
  position: 0,
});

async function contentsOf(snapshot: TrainingSnapshot) {
  let [rows, events] = [0, 0];
  for await (const chunk of snapshot.feedback()) rows += chunk.length;
  for await (const chunk of snapshot.events()) events += chunk.length;
  return { rows, events, venues: (await snapshot.venues()).length };
}

describe("createMysqlTrainingData()", () => {
  it("sees everything as it was at one moment, whatever is stored meanwhile", async () => {
    const feedback = createMysqlFeedbackStore(database);
    const mirror = createMysqlMirrorStore(database);
    const venues = createMysqlVenueStore(database);
    const venue = (number: number) => ({ venueId: uuid(number), cityId: "dublin-ie", position: undefined });
    await mirror.save([exampleEvent(1)], "");
    await feedback.insert([saveOf(1), saveOf(2)]);
    await venues.save([venue(1)]);
    const data = createMysqlTrainingData(database);
    const seen = await data.atOneMoment(async (snapshot) => {
      await feedback.insert([saveOf(3)]);
      await mirror.save([exampleEvent(2)], "");
      await venues.save([venue(2), venue(3)]);
      return { counted: await snapshot.countFeedback(), ...(await contentsOf(snapshot)) };
    });
    expect(seen).toEqual({ counted: 2, rows: 2, events: 1, venues: 1 });
    expect(await data.atOneMoment(contentsOf)).toEqual({ rows: 3, events: 2, venues: 3 });
  });

  it("gives its connection back, also when reading fails", async () => {
    const data = createMysqlTrainingData(database);
    const broken = new Error("broken");
    for (let time = 0; time < 20; time++) {
      await expect(data.atOneMoment(() => Promise.reject(broken))).rejects.toBe(broken);
    }
    expect(await data.atOneMoment(({ countFeedback }) => countFeedback())).toBe(3);
  });
});
