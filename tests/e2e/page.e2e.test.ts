import { randomUUID } from "node:crypto";
import { as, clientsOf } from "../fixtures/people.js";
import { runPageBed } from "./page-bed.js";
import { allTold, cardsOf, fillSignUp, newAccount, pathsOf, signUp, until } from "./page-visitor.js";

const bed = runPageBed();

describe("somebody new", () => {
  it("finds a city, wants to keep an event, makes an account, says what they like, and has the event", async () => {
    const { page, goTo } = bed.visitor;
    await goTo("/");
    await page.getByLabel("City or country").fill("germany berl");
    await page.getByRole("link", { name: /^Berlin Germany/ }).click();
    await page.getByRole("heading", { level: 1, name: "What is on in Berlin" }).waitFor();
    const [wanted] = await pathsOf(page);
    await cardsOf(page).first().getByRole("button", { name: "Save" }).click();
    await page.getByRole("dialog").getByRole("link", { name: "Create an account" }).click();

    const account = newAccount();
    await fillSignUp(page, { ...account, password: "short" });
    await page.getByText("At least 10 characters.").waitFor();
    await fillSignUp(page, account);
    await page.getByText("Step 2 of 4").waitFor();
    await page.getByLabel("conference", { exact: true }).check();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByLabel("Find an artist").fill("orch");
    await page.getByRole("list", { name: "Artists to add" }).getByRole("button").first().click();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("checkbox", { name: /Berlin Germany home/ }).waitFor();
    await page.getByRole("button", { name: "Show me my list" }).click();

    await page.getByRole("heading", { level: 1, name: "For you in Berlin" }).waitFor();
    await cardsOf(page).getByText("Why:").first().waitFor();
    await page.getByRole("link", { name: "Saved" }).click();
    await page.getByRole("heading", { level: 1, name: "Saved" }).waitFor();
    expect(await pathsOf(page)).toEqual([wanted]);

    await page.getByRole("link", { name: account.name }).click();
    expect(await page.getByLabel("conference", { exact: true }).isChecked()).toBe(true);
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByRole("link", { name: "Saved" }).click();
    await page.getByText("Nothing is saved without an account").waitFor();
    await page.getByRole("main").getByRole("link", { name: "Log in" }).click();
    await page.getByLabel("Email").fill(account.email);
    await page.getByLabel("Password").fill("not the password");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByText("Email and password do not belong together.").waitFor();
    await page.getByLabel("Password").fill(account.password);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("heading", { level: 1, name: "Saved" }).waitFor();
    expect(await pathsOf(page)).toEqual([wanted]);
    bed.visitor.forgive(/status of 401/);
  }, 120_000);

  it("is taken back to their city by the front page, and to any by its address", async () => {
    const { page, goTo } = bed.visitor;
    await goTo("/cities");
    const address = (await page.locator("a.city").nth(1).getAttribute("href")) ?? "";
    await goTo(address);
    await cardsOf(page).first().waitFor();
    await goTo("/");
    await page.waitForURL(bed.craic.origin + address);
  });
});

describe("the feed", () => {
  it("is another one after a save, at the person's word", async () => {
    await signUp(bed.visitor);
    const { page } = bed.visitor;
    const before = await cardsOf(page).allInnerTexts();
    await cardsOf(page).nth(1).getByRole("button", { name: "Save" }).click();
    await page.getByText(/^Saved “/).waitFor();
    expect(await pathsOf(page)).toHaveLength(before.length);
    await page.getByRole("button", { name: "Refresh for what you just told us" }).click();
    await page.getByText("This is your new list.").waitFor();
    expect((await cardsOf(page).allInnerTexts()).map(withoutSaved)).not.toEqual(before.map(withoutSaved));
    await page
      .getByRole("button", { name: "Refresh for what you just told us" })
      .waitFor({ state: "hidden" });
  });

  it("says why each event is there, and all the reasons when it is asked", async () => {
    await signUp(bed.visitor, { genres: 5 });
    const { page } = bed.visitor;
    const count = (await pathsOf(page)).length;
    expect(await cardsOf(page).filter({ hasText: "Why:" }).count()).toBe(count);
    const more = page.getByRole("button", { name: /more reasons?$/ }).first();
    await more.click();
    const reasons = page.locator(".why-list:visible").getByRole("listitem");
    expect(await reasons.count()).toBeGreaterThan(1);
    for (const text of await reasons.allTextContents()) expect(text).toMatch(/\d+% of why it stands here$/);
  });

  it("loses what is hidden at once and for good, unless it is undone", async () => {
    await signUp(bed.visitor);
    const { page } = bed.visitor;
    const [first, second] = await pathsOf(page);
    await cardsOf(page).first().getByRole("button", { name: "Hide" }).click();
    expect((await pathsOf(page))[0]).toBe(second);
    await page.getByRole("button", { name: "Undo" }).click();
    expect((await pathsOf(page))[0]).toBe(first);

    await cardsOf(page).first().getByRole("button", { name: "Hide" }).click();
    await page.keyboard.press("Control+z");
    expect((await pathsOf(page))[0]).toBe(first);

    await cardsOf(page).first().getByRole("button", { name: "Hide" }).click();
    await allTold(page);
    await page.reload();
    expect(await pathsOf(page)).not.toContain(first);
  });

  it("gives more events as it is read on", async () => {
    const { page, goTo } = bed.visitor;
    await goTo("/cities");
    await page.locator("a.city").first().click();
    const count = (await pathsOf(page)).length;
    await page.getByRole("contentinfo").scrollIntoViewIfNeeded();
    await cardsOf(page).nth(count).waitFor();
    expect(new Set(await pathsOf(page)).size).toBe(await cardsOf(page).count());
  });
});

describe("the foot of every page", () => {
  it("credits whose places and venues the page may hold", async () => {
    const { page, goTo } = bed.visitor;
    await goTo("/cities");
    for (const [name, href] of [
      ["GeoNames", "https://www.geonames.org"],
      ["CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"],
      ["OpenStreetMap contributors", "https://www.openstreetmap.org/copyright"],
    ] as const) {
      const link = page.getByRole("contentinfo").getByRole("link", { name });
      expect(await link.getAttribute("href")).toBe(href);
    }
  });
});

describe("an event", () => {
  it("has a page with its facts, its source and what resembles it, and Back finds the list as it was left", async () => {
    await signUp(bed.visitor);
    const { page } = bed.visitor;
    const link = cardsOf(page).nth(4).getByRole("link");
    const title = (await link.textContent()) ?? "";
    await link.click();
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
    const facts = page.locator(".facts");
    expect(await facts.locator("dt").allInnerTexts()).toEqual(
      expect.arrayContaining(["When", "Where", "Price"]),
    );
    expect(await facts.getByRole("time").textContent()).toMatch(/\d{1,2} \p{L}+ \d{4}/u);
    await page
      .getByText(/^Source: /)
      .first()
      .waitFor();

    const similar = page.getByRole("region", { name: "More like this" }).getByRole("article").first();
    const other = (await similar.getByRole("link").textContent()) ?? "";
    await similar.getByRole("link").click();
    await page.getByRole("heading", { level: 1, name: other }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: /^For you in / }).waitFor();
    await until(page, "document.activeElement.closest('.card-title') !== null && scrollY > 0");
    expect(await page.locator(":focus").textContent()).toBe(title);
  });

  it("that is cancelled says so, and is in the feed no more", async () => {
    const { page, goTo } = bed.visitor;
    await goTo("/cities");
    await page.locator("a.city").first().click();
    await cardsOf(page).first().waitFor();
    const link = cardsOf(page).first().getByRole("link");
    const [title, path] = [(await link.textContent()) ?? "", (await link.getAttribute("href")) ?? ""];
    const eventId = path.split("/").at(-1) ?? "";
    await clientsOf(bed.craic).events.cancelEvent({ eventId }, as(bed.craic.adminToken));
    await goTo(path);
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
    await page.getByText("Cancelled", { exact: true }).waitFor();
  });

  it("that does not exist is said not to, like a page that does not", async () => {
    const { page, goTo } = bed.visitor;
    await goTo(`/event/${randomUUID()}`);
    await page.getByRole("heading", { name: "There is no such event" }).waitFor();
    await goTo("/event/7");
    await page.getByRole("heading", { name: "There is no such event" }).waitFor();
    await goTo("/city/1");
    await page.getByRole("heading", { name: "We do not know that city" }).waitFor();
    await goTo("/nowhere");
    await page.getByRole("heading", { name: "There is no such page" }).waitFor();
    bed.visitor.forgive(/status of 40[04]/);
  });
});

describe("a search", () => {
  it("narrows by words, dates and genres, stands in the address, and says when nothing matches", async () => {
    const { page, goTo } = bed.visitor;
    await goTo("/search");
    await page.getByRole("searchbox").fill("conf");
    await page.waitForURL(/[?&]q=conf$/);
    await page.getByLabel("This weekend").check();
    await page.getByLabel("Any time").check();
    const genre = page.getByRole("group", { name: "Genres" }).getByRole("checkbox").first();
    await genre.check();
    await page.waitForURL(/q=conf&genre=\w+/);
    await cardsOf(page).first().waitFor();
    await page.reload();
    await cardsOf(page).first().waitFor();
    expect(await page.getByRole("searchbox").inputValue()).toBe("conf");
    expect(await genre.isChecked()).toBe(true);
    await page.getByRole("searchbox").fill("no event is called that");
    await page.getByRole("heading", { name: "Nothing matches" }).waitFor();
    await page.getByRole("button", { name: "Clear the search" }).click();
    await cardsOf(page).first().waitFor();
    expect(new URL(page.url()).search).toBe("");
  });
});

/** A card's text, whether or not it is saved. */
function withoutSaved(text: string): string {
  return text.replace(/\nSaved?\n/, "\n");
}
