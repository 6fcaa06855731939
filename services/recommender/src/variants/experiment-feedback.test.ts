import { timestampMs } from "@bufbuild/protobuf/wkt";
import { ConversionKind } from "@craic/proto/craic/experiments/v1/exposure_pb.js";
import { person } from "../../../../tests/fixtures/live-world.js";
import { nowMs, uuid } from "../../../../tests/fixtures/recommendable-events.js";
import { uuidv7At } from "../../../../tests/fixtures/uuid-v7.js";
import type { Feedback, FeedbackKind } from "../feedback/feedback.js";
import type { Origin, Serving } from "../traces/trace-store.js";
import type { ExperimentBatch } from "./experiment-events.js";
import { ExperimentFeedback } from "./experiment-feedback.js";
import { unassigned } from "./served.js";

const BROWSER = uuid(0xb0b);
const teller = { authorization: "Bearer a", anonymousId: BROWSER };
const recommendationId = uuidv7At(nowMs);

function setUp({ isAny = true } = {}) {
  const told: ExperimentBatch[] = [];
  const events = { offer: (batch: ExperimentBatch) => void told.push(batch) };
  const feedback = new ExperimentFeedback(events, { isAny }, () => uuid(0xfa11));
  const exposures = () => told.flatMap((batch) => batch.exposures);
  const conversions = () => told.flatMap((batch) => batch.conversions);
  return { feedback, told, exposures, conversions };
}

const made = (serving: Partial<Serving> | undefined): Origin => {
  const of = { experimentId: "ranking", cityId: "dublin-ie", isNew: true, latencyMs: 3 };
  return { modelVersion: "1.0.0", variant: "new", serving: serving && { ...of, ...serving } };
};

const deed = (kind: FeedbackKind, changes: Partial<Feedback> = {}): Feedback => ({
  feedbackId: uuid(1),
  userId: person(1),
  eventId: uuid(2),
  kind,
  occurMs: nowMs + 4_000,
  recommendationId,
  position: 1,
  ...changes,
});

describe("an exposure", () => {
  it("is the first impression of what a variant made, under the recommendation's id", () => {
    const { feedback, told, exposures } = setUp();
    const origin = made({});
    for (const kind of ["click", "impression", "impression"] as const) {
      feedback.attributed(origin, deed(kind), teller);
    }
    expect(exposures()).toMatchObject([
      {
        exposureId: recommendationId,
        experimentId: "ranking",
        variant: "new",
        userId: person(1),
        anonymousId: "",
        cityId: "dublin-ie",
        isNew: true,
        latencyMs: 3,
      },
    ]);
    expect(timestampMs(exposures()[0]!.occurTime as never)).toBe(nowMs + 4_000);
    expect(told[0]?.authorization).toBe("Bearer a");
  });

  it("is the browser's where nobody is signed in", () => {
    const { feedback, exposures } = setUp();
    feedback.attributed(made({}), deed("impression", { userId: "" }), teller);
    expect(exposures()).toMatchObject([{ userId: "", anonymousId: BROWSER }]);
  });

  it("is theirs who signed in after the browser was served", () => {
    const { feedback, exposures } = setUp();
    feedback.attributed(made({}), deed("impression"), teller);
    expect(exposures()).toMatchObject([{ userId: person(1), anonymousId: "" }]);
  });

  it("is not before the recommendation, whatever the browser's clock says", () => {
    const { feedback, exposures } = setUp();
    feedback.attributed(made({}), deed("impression", { occurMs: nowMs - 86_400_000 }), teller);
    expect(timestampMs(exposures()[0]!.occurTime as never)).toBe(nowMs);
  });

  it("is none of what no experiment made", () => {
    const { feedback, told } = setUp();
    feedback.attributed(made(undefined), deed("impression"), teller);
    expect(told).toEqual([]);
  });
});

describe("conversions", () => {
  it("are saves, clicks and hides, under the feedback's id and at its time", () => {
    const { feedback, conversions } = setUp();
    const kinds = ["save", "unsave", "hide", "unhide", "click", "impression"] as const;
    feedback.told(
      kinds.map((kind, i) => deed(kind, { feedbackId: uuid(i), occurMs: nowMs - i })),
      teller,
      true,
    );
    const { SAVE, HIDE, CLICK } = ConversionKind;
    expect(conversions()).toMatchObject([
      { conversionId: uuid(0), kind: SAVE, userId: person(1), anonymousId: "" },
      { conversionId: uuid(2), kind: HIDE },
      { conversionId: uuid(4), kind: CLICK },
    ]);
    expect(conversions().map(({ occurTime }) => timestampMs(occurTime as never))).toEqual([
      nowMs,
      nowMs - 2,
      nowMs - 4,
    ]);
  });

  it("are the browser's where nobody is signed in", () => {
    const { feedback, conversions } = setUp();
    feedback.told([deed("click", { userId: "" })], teller, false);
    expect(conversions()).toMatchObject([{ userId: "", anonymousId: BROWSER }]);
  });

  it.each([
    { isAny: false, isOwn: true, told: 1 },
    { isAny: true, isOwn: false, told: 1 },
    { isAny: false, isOwn: false, told: 0 },
  ])("are told $told times with isAny $isAny and isOwn $isOwn", ({ isAny, isOwn, told }) => {
    const { feedback, conversions } = setUp({ isAny });
    feedback.told([deed("save")], teller, isOwn);
    expect(conversions()).toHaveLength(told);
  });
});

describe("a failure", () => {
  const subject = { userId: "", anonymousId: BROWSER, cityId: "dublin-ie", isNew: true };

  it("of a variant is an exposure that failed", () => {
    const { feedback, exposures } = setUp();
    const served = { ...unassigned, experimentId: "ranking", variant: "new" };
    feedback.failed(served, subject, { occurMs: nowMs, authorization: "" });
    expect(exposures()).toMatchObject([
      { exposureId: uuid(0xfa11), variant: "new", userId: "", anonymousId: BROWSER, failed: true },
    ]);
  });

  it("of what no experiment served is none", () => {
    const { feedback, told } = setUp();
    feedback.failed(unassigned, subject, { occurMs: nowMs, authorization: "" });
    expect(told).toEqual([]);
  });
});
