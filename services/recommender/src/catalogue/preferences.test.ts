import { Code, ConnectError, createRouterTransport } from "@connectrpc/connect";
import { AuthService } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import type { Logger } from "@craic/runtime/log.js";
import { createFindPreferences } from "./preferences.js";

/** An auth service that is away while `clock.away`, and what is logged about it. */
function setUp() {
  const clock = { ms: 0, away: false, genres: ["jazz"] };
  const warnings: object[] = [];
  const transport = createRouterTransport(({ service }) => {
    service(AuthService, {
      getPreferences() {
        if (clock.away) throw new ConnectError("gone", Code.Unavailable);
        return { preferences: { genres: clock.genres, djIds: ["a"], cityIds: [] } };
      },
    });
  });
  const log = { warn: (fields: object) => warnings.push(fields) } as unknown as Logger;
  const find = createFindPreferences(transport, () => new Date(clock.ms), log);
  return { clock, warnings, find: () => find("somebody", {}) };
}

describe("createFindPreferences()", () => {
  it("finds what a person says they like", async () => {
    const { find, warnings } = setUp();
    expect(await find()).toMatchObject({ genres: ["jazz"], djIds: ["a"] });
    expect(warnings).toEqual([]);
  });

  it("goes by what a person said last while the auth service is away", async () => {
    const { clock, find } = setUp();
    await find();
    clock.genres = ["techno"];
    await find();
    clock.away = true;
    expect(await find()).toEqual({ genres: ["techno"], djIds: ["a"] });
  });

  it("goes without where nothing was known before the auth service went away, and says so once in ten seconds, without a stack", async () => {
    const { clock, find, warnings } = setUp();
    clock.away = true;
    for (let second = 0; second <= 10; second++) {
      clock.ms = second * 1_000;
      expect(await find()).toEqual({ genres: [], djIds: [] });
    }
    expect(warnings).toEqual([
      { dependency: "auth", code: "Unavailable" },
      { dependency: "auth", code: "Unavailable", suppressed: 9 },
    ]);
  });
});
