import type { RefreshResponse } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import { createRefresher } from "./refresher.js";

describe("Refresher", () => {
  it("holds a bounded number of trades, and lets the oldest go", async () => {
    const asked: string[] = [];
    const refresher = createRefresher(
      {
        refresh: async ({ refreshToken = "" }) => {
          asked.push(refreshToken);
          return { tokens: { refreshToken: `after ${refreshToken}` } } as RefreshResponse;
        },
      },
      () => new Date(0),
    );
    for (let i = 0; i < 2_001; i++) await refresher.refresh(`token ${i}`, {});
    await refresher.refresh("token 2000", {});
    expect(asked).toHaveLength(2_001);
    await refresher.refresh("token 0", {});
    expect(asked).toHaveLength(2_002);
  });
});
