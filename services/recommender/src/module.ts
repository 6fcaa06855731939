import { randomUUIDv7 } from "node:crypto";
import { dirname } from "node:path";
import { createClient } from "@connectrpc/connect";
import { EventService } from "@craic/proto/craic/events/v1/event_service_pb.js";
import { RecommenderService } from "@craic/proto/craic/recommender/v1/recommender_service_pb.js";
import { type CraicModule, type Host, type RunningModule, register } from "@craic/runtime/module.js";
import { openDatabase } from "@craic/runtime/mysql.js";
import { EventMirror } from "./catalogue/event-mirror.js";
import { createMysqlMirrorStore } from "./catalogue/mirror-store.mysql.js";
import { createFindNames } from "./catalogue/names.js";
import { createFindPreferences } from "./catalogue/preferences.js";
import { VenueMirror } from "./catalogue/venue-mirror.js";
import { createMysqlVenueStore } from "./catalogue/venue-store.mysql.js";
import { type RecommenderConfig, readRecommenderConfig } from "./config.js";
import { DriftMonitor } from "./drift/drift-monitor.js";
import { FeedbackFollower } from "./feedback/feedback-follower.js";
import { createMysqlFeedbackStore } from "./feedback/feedback-store.mysql.js";
import { tellingOfSaves } from "./feedback/telling-of-saves.js";
import { startModels } from "./models/start-models.js";
import { LiveState } from "./ranking/live-state.js";
import { RankedLists } from "./ranking/ranked-lists.js";
import { Recommend } from "./ranking/recommend.js";
import { publishRecommendationMetrics } from "./ranking/recommendation-metrics.js";
import { WatchedRecommend } from "./ranking/watched-recommend.js";
import { createRecommenderService } from "./recommender-service.js";
import { Provenance } from "./traces/provenance.js";
import { createMysqlTraceStore } from "./traces/trace-store.mysql.js";
import { startVariants } from "./variants/start-variants.js";

/** How long the later pages of a recommendation can be asked for. */
const PAGES_MS = 15 * 60_000;
const RETRY_MS = { first: 250, most: 10_000 };
/** How long telling experiments what waits may take at the end. */
const TELL_WITHIN_MS = 2_000;

/** The recommender, running. */
export interface RunningRecommender extends RunningModule {
  /**
   * Loads the model that channels.json now names as control and lets it rank, without a restart. Returns the
   * version that ranks then; undefined while popularity does.
   */
  reloadModel(): Promise<string | undefined>;
}

/** What people like, and what to recommend to them. */
export const recommenderModule = {
  name: "recommender",
  calls: ["auth", "events", "venues", "djs", "experiments"],
  configure: readRecommenderConfig,
  async start(
    config: RecommenderConfig,
    { log, metrics, now, migrationsDir, transport }: Host,
  ): Promise<RunningRecommender> {
    const database = await openDatabase(config.mysqlUrl, migrationsDir, log);
    const state = new LiveState();
    const store = createMysqlFeedbackStore(database);
    const mirror = new EventMirror({
      client: createClient(EventService, transport),
      store: createMysqlMirrorStore(database),
      state,
      log,
      retryMs: RETRY_MS,
    });
    const venues = new VenueMirror({
      transport,
      store: createMysqlVenueStore(database),
      state,
      now,
      log,
    });
    const follower = new FeedbackFollower(store, state, now, log);
    await mirror.load();
    await venues.load();
    await follower.look();
    state.behaviour.compact();
    const monotonicMs = () => performance.now();
    // Bundles have the trainer and the folder of migrations beside them.
    const assets = dirname(dirname(migrationsDir));
    const random = Math.random;
    const models = await startModels({ config, state, assets, now, random, monotonicMs, log, metrics });
    const { model, lifecycle, guard, shadow } = models;
    mirror.start();
    venues.start();
    follower.start(config.pollMs);
    const { answersMs, listBytes: maxBytes } = config;
    const lists = new RankedLists(state, { maxBytes, pagesMs: PAGES_MS, answersMs });
    const drift = new DriftMonitor(config.driftMs, now);
    drift.compareWith(model.ranker.model.drift);
    model.onSwap(() => drift.compareWith(model.ranker.model.drift));
    const provenance = new Provenance(createMysqlTraceStore(database), config.traces, now, log);
    provenance.start();
    const variants = await startVariants({
      pollMs: config.experimentsPollMs,
      queueCapacity: config.experimentsQueue,
      attribution: provenance.attribution,
      transport,
      metrics,
      now,
      random,
      log,
    });
    publishRecommendationMetrics(metrics, lists, provenance, drift);
    const recommend = new Recommend(state, lists, drift, randomUUIDv7, config.explorationShare);
    const service = createRecommenderService({
      state,
      store: tellingOfSaves(store, (...save) => guard.saved(...save)),
      model,
      lists,
      recommend: new WatchedRecommend(recommend, { guard, shadow, monotonicMs }),
      provenance,
      assignments: variants.assignments,
      experimentFeedback: variants.feedback,
      findPreferences: createFindPreferences(transport, now, log),
      findNames: createFindNames(transport, now, log),
      now,
      monotonicMs,
    });
    return {
      registrations: [register(RecommenderService, service), models.registration],
      ready: () => mirror.isReady,
      async reloadModel() {
        await lifecycle.follow();
        return model.manifest?.version;
      },
      async close() {
        await Promise.all([
          mirror.close(),
          venues.close(),
          follower.close(),
          models.close(),
          provenance.close(),
          variants.close(TELL_WITHIN_MS),
        ]);
        await database.close();
      },
    };
  },
} satisfies CraicModule<RecommenderConfig>;
