import { type Client, ConnectError } from "@connectrpc/connect";
import {
  ExperimentState,
  type Experiment as Message,
} from "@craic/proto/craic/experiments/v1/experiment_pb.js";
import type { ExperimentService } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import type { Experiment } from "../experiment.js";
import { experimentFromProto } from "../experiment-from-proto.js";

interface Followed {
  readonly experiment: Experiment;
  readonly revision: bigint;
}

/** The experiments that run or are paused, as the service told last. */
export class FollowedExperiments {
  private known: ReadonlyMap<string, Followed> | undefined;

  /** @param unreadable is told of an experiment that this program is too old to understand, or that is broken */
  constructor(
    private readonly client: Pick<Client<typeof ExperimentService>, "listRunningExperiments">,
    private readonly timeoutMs: number,
    private readonly unreadable: (experimentId: string, error: ConnectError) => void,
  ) {}

  /** Whether the service has told them at all. */
  get isLoaded(): boolean {
    return this.known !== undefined;
  }

  get(experimentId: string): Experiment | undefined {
    return this.known?.get(experimentId)?.experiment;
  }

  /** Asks the service. Returns the ids of those that came, went or changed; throws what the call throws. */
  async fetch(): Promise<string[]> {
    const { experiments } = await this.client.listRunningExperiments({}, { timeoutMs: this.timeoutMs });
    const before = this.known ?? new Map<string, Followed>();
    const after = new Map<string, Followed>();
    for (const message of experiments) {
      const { experimentId, revision } = message;
      const known = before.get(experimentId);
      const followed = known?.revision === revision ? known : this.read(message);
      if (followed !== undefined) after.set(experimentId, followed);
    }
    this.known = after;
    const ids = new Set([...before.keys(), ...after.keys()]);
    return [...ids].filter((id) => before.get(id) !== after.get(id));
  }

  private read(message: Message): Followed | undefined {
    const state = message.state === ExperimentState.PAUSED ? "paused" : "running";
    try {
      return { experiment: { ...experimentFromProto(message), state }, revision: message.revision };
    } catch (error) {
      this.unreadable(message.experimentId, ConnectError.from(error));
      return undefined;
    }
  }
}
