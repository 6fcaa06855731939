import { randomUUID } from "node:crypto";
import { FeedService } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";
import { SessionService } from "@craic/proto/craic/gateway/v1/session_service_pb.js";
import { type CraicModule, register } from "@craic/runtime/module.js";
import { allowList } from "./allow-list.js";
import { BrowserIds, withBrowserId } from "./browser-id.js";
import { limitCalls } from "./call-limits.js";
import { type GatewayConfig, readGatewayConfig } from "./config.js";
import { createDoor } from "./door.js";
import { createFeedService } from "./feed-service.js";
import { createKeySet } from "./key-set.js";
import { createLinkPerson } from "./link-person.js";
import { createPage } from "./page.js";
import { passThrough } from "./pass-through.js";
import { createRateLimiter } from "./rate-limiter.js";
import { createSessionService } from "./session-service.js";
import { loadStaticFiles } from "./static-files.js";
import { createUpstream } from "./upstream.js";

/** The browser's door. It owns no data. */
export const gatewayModule: CraicModule<GatewayConfig> = {
  name: "gateway",
  calls: ["auth", "events", "venues", "djs", "recommender", "experiments"],
  configure: readGatewayConfig,
  async start(config, { log, now, transport }) {
    const files = await loadStaticFiles(config.webDir);
    if (files.size === 0) log.warn({ webDir: config.webDir }, "there is no built page to serve");
    const upstream = createUpstream(transport);
    const secure = config.secureCookies;
    const browserIds = new BrowserIds(randomUUID, secure);
    const linkPerson = createLinkPerson(upstream.experiments, now, log);
    const own = [
      register(FeedService, createFeedService({ upstream, browserIds, now, log })),
      register(SessionService, createSessionService({ auth: upstream.auth, linkPerson, now, secure })),
    ];
    const limits = {
      calls: createRateLimiter({ ...config.callRate, now }),
      sessions: createRateLimiter({ ...config.sessionRate, now }),
    };
    const forwarded = allowList.map((allowed) => withBrowserId(passThrough(allowed, transport)));
    return {
      registrations: own,
      web: [...own, ...forwarded].map((registration) => limitCalls(registration, limits)),
      door: createDoor(config),
      http: createPage({ files, keySet: createKeySet(upstream.auth, now), secure }),
      async close() {},
    };
  },
};
