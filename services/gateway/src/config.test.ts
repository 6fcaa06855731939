import { Settings, SettingsError } from "@craic/runtime/settings.js";
import { readGatewayConfig } from "./config.js";

function read(environment: Record<string, string>) {
  const settings = new Settings(environment);
  const config = readGatewayConfig(settings);
  settings.check();
  return config;
}

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    read(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe("readGatewayConfig", () => {
  it("needs no setting", () => {
    expect(read({})).toEqual({
      webDir: "dist/web",
      allowedOrigins: new Set(),
      trustedProxies: 0,
      secureCookies: false,
      callRate: { perSecond: 50, burst: 100 },
      sessionRate: { perSecond: 1, burst: 10 },
      maxCallsAtOnce: 50,
    });
  });

  it("reads every setting", () => {
    expect(
      read({
        CRAIC_WEB_DIR: "/srv/web",
        CRAIC_ALLOWED_ORIGINS: "https://craic.example, http://localhost:5173",
        CRAIC_TRUSTED_PROXIES: "2",
        CRAIC_SECURE_COOKIES: "true",
        CRAIC_RATE_LIMIT_PER_SECOND: "0.5",
        CRAIC_RATE_LIMIT_BURST: "7",
        CRAIC_AUTH_RATE_LIMIT_PER_SECOND: "0",
        CRAIC_AUTH_RATE_LIMIT_BURST: "3",
        CRAIC_MAX_CALLS_AT_ONCE: "9",
      }),
    ).toEqual({
      webDir: "/srv/web",
      allowedOrigins: new Set(["https://craic.example", "http://localhost:5173"]),
      trustedProxies: 2,
      secureCookies: true,
      callRate: { perSecond: 0.5, burst: 7 },
      sessionRate: { perSecond: 0, burst: 3 },
      maxCallsAtOnce: 9,
    });
  });

  it.each(["*", "craic.example", "https://craic.example/", "https://*.craic.example/x", "null"])(
    "rejects %s, which no browser sends as an origin",
    (origin) => {
      expect(problemsOf({ CRAIC_ALLOWED_ORIGINS: origin })).toEqual([expect.stringContaining(`"${origin}"`)]);
    },
  );

  it("names all that is wrong at once", () => {
    const problems = problemsOf({
      CRAIC_ALLOWED_ORIGINS: "*",
      CRAIC_TRUSTED_PROXIES: "-1",
      CRAIC_RATE_LIMIT_BURST: "0",
    });
    expect(problems).toHaveLength(3);
  });
});
