import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { ExperimentSchema, ExperimentState } from "@craic/proto/craic/experiments/v1/experiment_pb.js";
import { runWords } from "./dates.js";

const at = (day: number) => timestampFromDate(new Date(2026, 5, day, 14, 5));
const now = new Date(2026, 5, 20, 14, 5);
const words = (state: ExperimentState, times: object) =>
  runWords(create(ExperimentSchema, { state, createTime: at(1), ...times }), now);

describe("runWords()", () => {
  it("tells since when an experiment is in its state, and for how long", () => {
    const startTime = at(6);
    expect(words(ExperimentState.DRAFT, {})).toBe("made 1 Jun 2026, never started");
    expect(words(ExperimentState.RUNNING, { startTime })).toBe(
      "running since 6 Jun 2026, 14:05, for 14 days",
    );
    expect(words(ExperimentState.PAUSED, { startTime })).toBe(
      "started 6 Jun 2026, 14:05, 14 days ago; paused",
    );
    expect(words(ExperimentState.STOPPED, { startTime, stopTime: at(9) })).toBe(
      "ran from 6 Jun 2026 to 9 Jun 2026, for 3 days",
    );
  });
});
