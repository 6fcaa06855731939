import type { RecordFeedbackRequest } from "@craic/proto/craic/recommender/v1/recommender_service_pb.js";
import { CITY, exampleEvent, uuid } from "../../../tests/fixtures/fake-mesh.js";
import { type GatewayBed, startGateway } from "../../../tests/fixtures/gateway-bed.js";

const GET_FEED = "craic.gateway.v1.FeedService/GetFeed";
const RECORD = "craic.recommender.v1.RecommenderService/RecordFeedback";
const RECOMMEND = "craic.recommender.v1.RecommenderService/Recommend";
const LOG_IN = "craic.gateway.v1.SessionService/LogIn";
const BROWSER = uuid(0xb0b);

const open: GatewayBed[] = [];
afterEach(() => {
  for (const bed of open.splice(0)) bed.close();
});

async function gateway(environment: Record<string, string> = {}) {
  const bed = await startGateway([exampleEvent(1), exampleEvent(2)], environment);
  open.push(bed);
  bed.mesh.isExperimenting = true;
  const page = { origin: bed.origin };
  const askedFor = () => bed.mesh.callsOf("Recommend").map(({ request }) => (request as Marked).anonymousId);
  const feed = (headers: Record<string, string> = {}) => bed.post(GET_FEED, headers, { cityId: CITY });
  return { ...bed, page, feed, askedFor };
}

type Marked = Pick<RecordFeedbackRequest, "anonymousId">;

const cookieOf = (response: Response) =>
  response.headers.getSetCookie().find((cookie) => cookie.startsWith("craic_browser=")) ?? "";

describe("a browser that nobody is signed in to", () => {
  it("is given a random id while an experiment runs that goes by it, and asks under it from the first feed on", async () => {
    const { feed, page, askedFor } = await gateway();
    const cookie = cookieOf(await feed(page));
    expect(cookie).toMatch(
      /^craic_browser=[0-9a-f-]{14}4[0-9a-f-]{21}; Path=\/; SameSite=Lax; HttpOnly; Max-Age=15552000$/,
    );
    const again = await feed({ ...page, cookie: cookie.split(";", 1)[0]! });
    expect(again.headers.getSetCookie()).toEqual([]);
    const [first, second] = askedFor();
    expect(cookie).toContain(`craic_browser=${first};`);
    expect(second).toBe(first);
    expect(cookieOf(await feed(page))).not.toBe(cookie);
  });

  it("is given none while no experiment runs", async () => {
    const { feed, page, mesh } = await gateway();
    mesh.isExperimenting = false;
    expect((await feed(page)).headers.getSetCookie()).toEqual([]);
  });

  it("is asked to send it over TLS only where all browsers come over TLS", async () => {
    const { feed, page } = await gateway({ CRAIC_SECURE_COOKIES: "true" });
    expect(cookieOf(await feed(page))).toMatch(/; Secure$/);
  });

  it("has its impressions and clicks told under its id, whatever the request says", async () => {
    const { post, mesh, page } = await gateway();
    const message = { anonymousId: uuid(7), feedback: [feedback()] };
    await post(RECORD, { ...page, cookie: `craic_browser=${BROWSER}` }, message);
    await post(RECORD, page, message);
    const told = mesh.callsOf("RecordFeedback").map(({ request }) => (request as Marked).anonymousId);
    expect(told).toEqual([BROWSER, uuid(7)]);
  });

  it("goes by its id where it asks the recommender itself", async () => {
    const { post, askedFor } = await gateway();
    await post(RECOMMEND, { cookie: `craic_browser=${BROWSER}` }, { cityId: CITY });
    expect(askedFor()).toEqual([BROWSER]);
  });
});

describe("an id", () => {
  it("is given to no program, which would not send it again, and to no page of others", async () => {
    const { feed, page, askedFor } = await gateway();
    const responses = [await feed(), await feed({ origin: "https://elsewhere.example" })];
    expect(responses.map(cookieOf)).toEqual(["", ""]);
    expect(askedFor()).toEqual(["", ""]);
    expect(cookieOf(await feed(page))).not.toBe("");
  });

  it("is given to nobody who is signed in, and stays where somebody signs in", async () => {
    const { feed, page, token, askedFor } = await gateway();
    const session = `craic_access=${token("user-1")}`;
    expect(cookieOf(await feed({ ...page, cookie: session }))).toBe("");
    expect(cookieOf(await feed({ ...page, cookie: `${session}; craic_browser=${BROWSER}` }))).toBe("");
    expect(askedFor()).toEqual(["", BROWSER]);
  });

  it("that is not one of ours is as good as none", async () => {
    const { feed, page, askedFor } = await gateway();
    const cookie = "craic_browser=019ee630-8501-7408-8167-ac1fca5633d4";
    expect(cookieOf(await feed({ ...page, cookie }))).not.toBe("");
    expect(askedFor()).not.toContain("019ee630-8501-7408-8167-ac1fca5633d4");
  });
});

describe("signing in", () => {
  it("makes what was shown in the browser the person's", async () => {
    const { post, page, mesh } = await gateway();
    const credentials = { email: "niamh@example.org", password: "correct horse" };
    const response = await post(LOG_IN, { ...page, cookie: `craic_browser=${BROWSER}` }, credentials);
    const [link] = mesh.callsOf("LinkPerson");
    expect(link?.request).toMatchObject({ anonymousId: BROWSER, userId: "" });
    const accessToken = /craic_access=([^;]+)/.exec(response.headers.getSetCookie().join())?.[1];
    expect(link?.headers.get("authorization")).toBe(`Bearer ${accessToken}`);
  });

  it("does not fail with the experiments", async () => {
    const { post, page, mesh } = await gateway();
    mesh.away.set("LinkPerson", "refusing");
    const credentials = { email: "niamh@example.org", password: "correct horse" };
    const response = await post(LOG_IN, { ...page, cookie: `craic_browser=${BROWSER}` }, credentials);
    expect(response.status).toBe(200);
  });
});

function feedback() {
  const ids = { feedbackId: uuid(1), eventId: uuid(1), recommendationId: uuid(0xabc) };
  return { ...ids, kind: "FEEDBACK_KIND_IMPRESSION", position: 1 };
}
