import { Code, ConnectError } from "@connectrpc/connect";
import { createLogger } from "@craic/runtime/log.js";
import { uuid } from "../../../tests/fixtures/fake-mesh.js";
import { createLinkPerson } from "./link-person.js";
import type { Upstream } from "./upstream.js";

const BROWSER = uuid(0xb0b);

/** Links over experiments that refuse so many times, in this way. */
function linking(refusals: number, code: Code, pausesMs: readonly number[] = [1, 1]) {
  const told: (string | null)[] = [];
  const linkPerson: Upstream["experiments"]["linkPerson"] = async (request, options) => {
    told.push(`${request.anonymousId} ${new Headers(options?.headers).get("authorization")}`);
    if (told.length <= refusals) throw new ConnectError("no", code);
    return {} as Awaited<ReturnType<Upstream["experiments"]["linkPerson"]>>;
  };
  const log = createLogger("silent", "gateway");
  const link = createLinkPerson({ linkPerson }, () => new Date(0), log, pausesMs);
  return { link, told };
}

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe("linkPerson()", () => {
  it("tells that a browser is a person's, on the person's word", async () => {
    const { link, told } = linking(0, Code.Unavailable);
    await link(BROWSER, "Bearer a");
    expect(told).toEqual([`${BROWSER} Bearer a`]);
  });

  it("does not fail while the experiments are away, and tells them later", async () => {
    const { link, told } = linking(2, Code.Unavailable);
    await link(BROWSER, "Bearer a");
    expect(told).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(10);
    expect(told).toHaveLength(3);
  });

  it("gives up after so many times", async () => {
    const { link, told } = linking(9, Code.DeadlineExceeded, [1]);
    await link(BROWSER, "Bearer a");
    await jest.advanceTimersByTimeAsync(10);
    expect(told).toHaveLength(2);
  });

  it("does not tell again what will never be taken", async () => {
    const { link, told } = linking(1, Code.InvalidArgument);
    await link(BROWSER, "Bearer a");
    await jest.advanceTimersByTimeAsync(10);
    expect(told).toHaveLength(1);
  });
});
