import { join } from "node:path";
import { ModelService } from "@craic/proto/craic/recommender/v1/model_service_pb.js";
import { KubernetesApi } from "@craic/runtime/kubernetes.js";
import type { Logger } from "@craic/runtime/log.js";
import type { Metrics } from "@craic/runtime/metrics.js";
import { type Registration, register } from "@craic/runtime/module.js";
import type { RecommenderConfig } from "../config.js";
import type { LiveState } from "../ranking/live-state.js";
import { TrainingJob } from "../training/training-job.js";
import type { Training } from "../training/training-news.js";
import { TrainingProcess } from "../training/training-process.js";
import { CurrentModel } from "./current-model.js";
import { Guard } from "./guard.js";
import { ModelDirectory } from "./model-directory.js";
import { ModelInventory } from "./model-inventory.js";
import { ModelLifecycle } from "./model-lifecycle.js";
import { publishModelMetrics } from "./model-metrics.js";
import { createModelService } from "./model-service.js";
import { ModelWatch } from "./model-watch.js";
import { Shadow } from "./shadow.js";
import { warmUp } from "./warm-up.js";

interface ModelsOptions {
  readonly config: Pick<
    RecommenderConfig,
    "modelDir" | "modelPollMs" | "guard" | "shadowShare" | "environment" | "retrain"
  >;
  readonly state: LiveState;
  /** Folder of the bundles, with the trainer in it. */
  readonly assets: string;
  readonly now: () => Date;
  readonly random: () => number;
  /** A clock that is never set, in milliseconds since any instant. */
  readonly monotonicMs: () => number;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** How often a training's Job is looked at. */
const JOB_POLL_MS = 500;

/** In a cluster the training is a Job of its own, elsewhere a process beside the replica. */
function trainingBy(
  { retrain, modelDir, environment }: ModelsOptions["config"],
  assets: string,
  log: Logger,
): Training {
  if (retrain === undefined)
    return new TrainingProcess({ script: join(assets, "train.mjs"), environment, log });
  const api = new KubernetesApi(retrain.api);
  return new TrainingJob({ api, cronJob: retrain.cronJob, modelDir, pollMs: JOB_POLL_MS, log });
}

/** The models of a replica, and all that looks after them. */
export interface RunningModels {
  readonly model: CurrentModel;
  readonly lifecycle: ModelLifecycle;
  readonly guard: Guard;
  readonly shadow: Shadow;
  readonly registration: Registration;
  close(): Promise<void>;
}

/** Loads what is published, follows and guards it from then on, and answers operators. */
export async function startModels(options: ModelsOptions): Promise<RunningModels> {
  const { config, state, assets, now, random, monotonicMs, log, metrics } = options;
  const models = new ModelDirectory(config.modelDir);
  const model = new CurrentModel(state, models, now, log);
  const guard = new Guard({ ...config.guard, now, log });
  const lifecycle = new ModelLifecycle({
    model,
    models,
    now,
    log,
    onControl: (change) => guard.switched(change),
  });
  guard.actBy({
    rollBack: (wish, target) => lifecycle.rollBack("control", wish, target),
    reload: () => lifecycle.reload("control", "", ""),
  });
  const shadow = new Shadow(state, model, {
    share: config.shadowShare,
    random,
    now,
    elapsedMs: monotonicMs,
    log,
  });
  const training = trainingBy(config, assets, log);
  publishModelMetrics(metrics, { model, lifecycle, guard, shadow });
  await lifecycle.follow();
  if (model.manifest === undefined) await warmUp(model.ranker, state, now().getTime(), true);
  const watch = new ModelWatch(models.channelsFile, lifecycle, log, () => guard.look());
  watch.start(config.modelPollMs);
  const inventory = new ModelInventory(models);
  const service = createModelService({ model, models, inventory, lifecycle, guard, shadow, training, now });
  return {
    model,
    lifecycle,
    guard,
    shadow,
    registration: register(ModelService, service),
    async close() {
      await Promise.all([watch.close(), training.close()]);
    },
  };
}
