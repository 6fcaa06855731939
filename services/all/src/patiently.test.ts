import { Code, ConnectError } from "@connectrpc/connect";
import { retryLater } from "@craic/runtime/errors.js";
import { patiently } from "./patiently.js";

const log = { warn: jest.fn() };

describe("patiently()", () => {
  it("begins again until what was away is back, and waits as long as it is asked to", async () => {
    const away = [
      retryLater(Code.Unavailable, "no database", 40),
      new ConnectError("gone", Code.Unavailable),
    ];
    const waits: number[] = [];
    const work = async () => {
      const error = away.shift();
      if (error !== undefined) throw error;
      return "loaded";
    };
    const sleep = async (ms: number) => void waits.push(ms);
    expect(await patiently(work, { log, sleep })).toBe("loaded");
    expect(waits).toEqual([40, 1_000]);
  });

  it.each([new ConnectError("no such venue", Code.InvalidArgument), new TypeError("a fault of ours")])(
    "gives up at once on %s",
    async (error) => {
      const sleep = () => Promise.reject(new Error("it waited"));
      await expect(patiently(() => Promise.reject(error), { log, sleep })).rejects.toBe(error);
    },
  );
});
