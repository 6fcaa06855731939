import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type Feedback, FeedbackKind } from "@craic/proto/craic/recommender/v1/feedback_pb.js";
import { RecordFeedbackRequestSchema } from "@craic/proto/craic/recommender/v1/recommender_service_pb.js";
import { ErrorInfoSchema } from "@craic/proto/google/rpc/error_details_pb.js";
import type { Page, Request } from "playwright-core";
import { runPageBed } from "./page-bed.js";
import { allTold, cardsOf, pathsOf, signUp } from "./page-visitor.js";

const bed = runPageBed();

describe("what somebody does", () => {
  it("is told with where the event stood in which recommendation, each thing under an id of its own", async () => {
    const told = feedbackOf(bed.visitor.page);
    await signUp(bed.visitor);
    const { page } = bed.visitor;
    const [first = ""] = await pathsOf(page);
    await page.waitForRequest((request) => kindsOf(request).includes(FeedbackKind.IMPRESSION));
    await cardsOf(page).first().getByRole("button", { name: "Save" }).click();
    await cardsOf(page).first().getByRole("link").click();
    await page.getByRole("heading", { name: "More like this" }).waitFor();
    await allTold(page);

    const ofFirst = told.filter(({ eventId }) => first.endsWith(eventId));
    expect(ofFirst.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining([FeedbackKind.IMPRESSION, FeedbackKind.SAVE, FeedbackKind.CLICK]),
    );
    expect(
      new Set(ofFirst.map(({ position, recommendationId }) => `${position} ${recommendationId}`)).size,
    ).toBe(1);
    expect(ofFirst[0]?.position).toBe(1);
    expect(told.every(({ recommendationId }) => recommendationId !== "")).toBe(true);
    expect(new Set(told.map(({ feedbackId }) => feedbackId)).size).toBe(told.length);
  });

  it("is kept while there is no network, and told when there is one again", async () => {
    await signUp(bed.visitor);
    const { page, goTo } = bed.visitor;
    const [first] = await pathsOf(page);
    await page.context().setOffline(true);
    await page.getByText("You are offline.").waitFor();
    await cardsOf(page).first().getByRole("button", { name: "Save" }).click();
    await page.getByText(/^Saved “/).waitFor();
    await page.context().setOffline(false);
    await allTold(page);
    await goTo("/saved");
    expect(await pathsOf(page)).toEqual([first]);
    bed.visitor.forgive(/ERR_INTERNET_DISCONNECTED/);
  });

  it("outlives the page that could not tell it", async () => {
    await signUp(bed.visitor);
    const { page, goTo } = bed.visitor;
    const [first] = await pathsOf(page);
    await page.route("**/RecordFeedback", (route) => route.abort());
    await cardsOf(page).first().getByRole("button", { name: "Save" }).click();
    await page.getByText(/^Saved “/).waitFor();
    await page.unroute("**/RecordFeedback");
    await goTo("/saved");
    expect(await pathsOf(page)).toEqual([first]);
    bed.visitor.forgive(/ERR_FAILED/);
  });
});

describe("somebody who logs out", () => {
  it("and goes on before that is done stays where they went", async () => {
    const account = await signUp(bed.visitor);
    const { page } = bed.visitor;
    await page.getByRole("link", { name: account.name }).click();
    const isThere = Promise.withResolvers<void>();
    await page.route("**/LogOut", async (route) => {
      await isThere.promise;
      await route.continue();
    });
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByRole("link", { name: "Saved" }).click();
    await page.getByRole("heading", { name: "Nothing saved yet" }).waitFor();
    isThere.resolve();
    await page.getByText("You are logged out.").waitFor();
    await page.getByRole("heading", { name: "Nothing is saved without an account" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/saved");
  });

  it("and waits is taken to the front page", async () => {
    const account = await signUp(bed.visitor);
    const { page } = bed.visitor;
    const feed = new URL(page.url()).pathname;
    await page.getByRole("link", { name: account.name }).click();
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByText("You are logged out.").waitFor();
    await page.waitForURL(bed.craic.origin + feed);
    await page.getByRole("heading", { level: 1, name: /^What is on in / }).waitFor();
  });
});

describe("a session that ended elsewhere", () => {
  it("is noticed, and what was done meanwhile is told after the next log-in", async () => {
    const account = await signUp(bed.visitor);
    const { page } = bed.visitor;
    const [first] = await pathsOf(page);
    await page.context().clearCookies();
    await cardsOf(page).first().getByRole("button", { name: "Save" }).click();
    await page.getByText("You are logged out. What you just did is kept until you log in again.").waitFor();
    await page.getByRole("link", { name: "Log in" }).click();
    await page.getByLabel("Email").fill(account.email);
    await page.getByLabel("Password").fill(account.password);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("link", { name: account.name }).waitFor();
    await allTold(page);
    await page.getByRole("link", { name: "Saved" }).click();
    await page.getByRole("heading", { level: 1, name: "Saved" }).waitFor();
    expect(await pathsOf(page)).toEqual([first]);
    bed.visitor.forgive(/status of 401/);
  });
});

describe("the page", () => {
  it("refreshes a session whose token ran out, once, and goes on", async () => {
    await signUp(bed.visitor);
    const { page } = bed.visitor;
    const refreshed: string[] = [];
    page.on("request", (request) => {
      if (request.url().endsWith("/GetSession")) refreshed.push(request.url());
    });
    await page.route(
      "**/ListSaved",
      (route) => route.fulfill({ status: 401, contentType: "application/json", body: tokenExpired() }),
      { times: 1 },
    );
    await page.getByRole("link", { name: "Saved" }).click();
    await page.getByRole("heading", { name: "Nothing saved yet" }).waitFor();
    expect(refreshed).toHaveLength(1);
    bed.visitor.forgive(/status of 401/);
  });

  it("says what could not be had, and has it on another try", async () => {
    const { page, goTo } = bed.visitor;
    await goTo("/cities");
    const path = (await page.locator("a.city").first().getAttribute("href")) ?? "";
    await page.route("**/GetFeed", (route) => route.abort());
    await goTo(path);
    await page.getByRole("heading", { name: "The feed could not be loaded" }).waitFor();
    await page.unroute("**/GetFeed");
    await page.getByRole("button", { name: "Try again" }).click();
    await cardsOf(page).first().waitFor();
    bed.visitor.forgive(/ERR_FAILED/);
  });

  it("says so when saving is refused for good, and does not show it as saved", async () => {
    await signUp(bed.visitor);
    const { page } = bed.visitor;
    await page.route("**/RecordFeedback", (route) =>
      route.fulfill({
        status: 404,
        contentType: "application/json",
        body: JSON.stringify({ code: "not_found" }),
      }),
    );
    await cardsOf(page).first().getByRole("button", { name: "Save" }).click();
    await page.getByText("That event is gone, so this could not be kept.").waitFor();
    await cardsOf(page).first().getByRole("button", { name: "Save", pressed: false }).waitFor();
    bed.visitor.forgive(/status of 404/);
  });
});

/** Collects what the page tells from now on. */
function feedbackOf(page: Page): Feedback[] {
  const told: Feedback[] = [];
  page.on("request", (request) => told.push(...parse(request)));
  return told;
}

function kindsOf(request: Request): FeedbackKind[] {
  return parse(request).map(({ kind }) => kind);
}

function parse(request: Request): Feedback[] {
  if (!request.url().endsWith("/RecordFeedback")) return [];
  return fromBinary(RecordFeedbackRequestSchema, request.postDataBuffer() ?? new Uint8Array()).feedback;
}

/** The gateway's answer to an access token that is past its time, in the words of Connect. */
function tokenExpired(): string {
  const info = create(ErrorInfoSchema, { reason: "TOKEN_EXPIRED", domain: "craic" });
  const value = Buffer.from(toBinary(ErrorInfoSchema, info)).toString("base64").replace(/=+$/, "");
  const details = [{ type: ErrorInfoSchema.typeName, value }];
  return JSON.stringify({ code: "unauthenticated", message: "token expired", details });
}
