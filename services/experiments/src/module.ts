import { randomUUID } from "node:crypto";
import { ExperimentService } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import { type CraicModule, register } from "@craic/runtime/module.js";
import { RepeatedTask } from "@craic/runtime/repeated-task.js";
import { createDynamoAssignmentStore, provideAssignmentTable } from "./assignment-store.dynamo.js";
import { type ExperimentsConfig, readExperimentsConfig } from "./config.js";
import { openDynamo } from "./dynamodb.js";
import { publishExperimentMetrics } from "./experiment-metrics.js";
import { createExperimentService } from "./experiment-service.js";
import { createDynamoExperimentStore, provideExperimentTable } from "./experiment-store.dynamo.js";
import { pauseHarmful } from "./guard.js";
import { LiveExperiments } from "./live-experiments.js";
import { shippedExperiment } from "./shipped-experiment.js";
import { WriteBehind } from "./write-behind.js";
import { WriteLog } from "./write-log.js";
import { createDynamoWriteLogStore } from "./write-log-store.dynamo.js";

const RETRY_MS = { first: 100, most: 10_000 };
/** How long a start waits for the store before it goes on without. */
const START_WITHIN_MS = 10_000;

/** Which ranking, or anything else, is better: decided on real people. */
export const experimentsModule: CraicModule<ExperimentsConfig> = {
  name: "experiments",
  configure: readExperimentsConfig,
  async start(config, { log, metrics, now }) {
    const { experimentsTable, assignmentsTable, rules, queueCapacity, dynamo } = config;
    const client = openDynamo(dynamo);
    const store = createDynamoExperimentStore(client, experimentsTable);
    const assignments = createDynamoAssignmentStore(client, assignmentsTable);
    const live = new LiveExperiments(store, assignments);
    const writeLog = new WriteLog({
      store: createDynamoWriteLogStore(client, assignmentsTable),
      writer: randomUUID(),
      readPeople: (userIds) => live.readPeople(userIds),
      readAll: () => live.load(),
    });
    const writes = new WriteBehind({
      store: assignments,
      rules,
      written: (person) => {
        live.noteWritten(person);
        writeLog.note(person.userId);
      },
      capacity: queueCapacity,
      atOnce: dynamo.connections,
      retryMs: RETRY_MS,
      random: Math.random,
      log,
    });
    publishExperimentMetrics(metrics, writes, live);

    async function load(): Promise<void> {
      await provideExperimentTable(client, experimentsTable);
      await provideAssignmentTable(client, assignmentsTable);
      await store.create(shippedExperiment(now().getTime()));
      await writeLog.begin();
    }
    const loading = Promise.withResolvers<void>();
    const first: RepeatedTask = new RepeatedTask(
      async () => {
        await load();
        loading.resolve();
        void first.close();
      },
      RETRY_MS.first,
      (error) => log.warn({ err: error }, "the experiments cannot be read yet"),
    ).start();
    const late = setTimeout(loading.resolve, START_WITHIN_MS);
    await loading.promise;
    clearTimeout(late);

    const whenLoaded = (task: () => Promise<void>) => async () => {
      if (live.isLoaded) await task();
    };
    const failed = (what: string) => (error: unknown) => log.warn({ err: error }, what);
    const tasks = [
      first,
      new RepeatedTask(
        whenLoaded(() => live.refresh()),
        config.pollMs,
        failed("other replicas' experiments cannot be read"),
      ).start(),
      new RepeatedTask(
        whenLoaded(() => writeLog.sync()),
        config.pollMs,
        failed("other replicas cannot be told of people, or their people not be read"),
      ).start(),
      new RepeatedTask(
        whenLoaded(() => pauseHarmful({ store, live, now, log })),
        config.guardMs,
        failed("experiments cannot be looked at for harm"),
      ).start(),
      // A replica that is killed tells nobody whom it has just written.
      new RepeatedTask(
        whenLoaded(async () => {
          if (writeLog.othersWrote) await writeLog.begin();
        }),
        config.rereadMs,
        failed("everybody cannot be read again"),
      ).start(),
    ];
    return {
      registrations: [
        register(ExperimentService, createExperimentService({ store, live, writes, writeLog, now })),
      ],
      async close() {
        await Promise.all(tasks.map((task) => task.close()));
        const lost = await writes.close(config.drainMs);
        if (lost > 0) log.error({ lost }, "exposures and conversions could not be written, and are lost");
        if (live.isLoaded) await writeLog.sync().catch(failed("other replicas cannot be told of people"));
        client.destroy();
      },
    };
  },
};
