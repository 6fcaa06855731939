import { timestampDate } from "@bufbuild/protobuf/wkt";
import { type Experiment, ExperimentState } from "@craic/proto/craic/experiments/v1/experiment_pb.js";
import { day, dayAndClock, duration } from "./figures.js";

/** Since when, and for how long: "running since 7 Nov 2026, 14:05, for 14 days". */
export function runWords({ state, createTime, startTime, stopTime }: Experiment, now: Date): string {
  const [made, start, stop] = [createTime, startTime, stopTime].map((time) => time && timestampDate(time));
  if (start === undefined) return made === undefined ? "" : `made ${day(made)}, never started`;
  const ranFor = duration((stop ?? now).getTime() - start.getTime());
  if (stop !== undefined) return `ran from ${day(start)} to ${day(stop)}, for ${ranFor}`;
  if (state === ExperimentState.PAUSED) return `started ${dayAndClock(start)}, ${ranFor} ago; paused`;
  return `running since ${dayAndClock(start)}, for ${ranFor}`;
}
