import { as, clientsOf } from "../fixtures/people.js";
import { until } from "../fixtures/until.js";
import { runPageBed } from "./page-bed.js";
import { cardsOf, signUp } from "./page-visitor.js";

const bed = runPageBed();
const experimentId = "recommendation_algo_001";

/** What has been counted so far. */
async function counted() {
  const { experiments } = clientsOf(bed.craic);
  const ask = (metric: string) => experiments.getResults({ experimentId, metric }, as(bed.craic.adminToken));
  const [clicks, saves] = [await ask("click"), await ask("save")];
  const sum = ({ variants }: typeof clicks, of: "users" | "conversions") =>
    variants.reduce((all, variant) => all + Number(variant[of]), 0);
  const shown = saves.variants.filter(({ users }) => users > 0n).map(({ variant }) => variant);
  return {
    shown,
    people: sum(saves, "users"),
    clickers: sum(clicks, "conversions"),
    savers: sum(saves, "conversions"),
  };
}

describe("the page, while an experiment on ranking runs", () => {
  it("counts a visitor once they have seen the feed, and what they open and save, before and after they sign up", async () => {
    const { experiments } = clientsOf(bed.craic);
    await experiments.startExperiment({ experimentId }, as(bed.craic.adminToken));
    const { page, goTo } = bed.visitor;
    const cookie = async () => (await page.context().cookies()).find(({ name }) => name === "craic_browser");
    const seen = async () => {
      await goTo("/cities");
      await page.locator("a.city").first().click();
      await cardsOf(page).first().waitFor();
      return (await cookie()) !== undefined;
    };
    await until(seen);
    expect(await cookie()).toMatchObject({ httpOnly: true, sameSite: "Lax" });
    expect((await counted()).people).toBe(0);
    await until(async () => (await counted()).people === 1);
    const { shown } = await counted();

    await cardsOf(page).first().getByRole("heading").getByRole("link").click();
    await page.getByRole("heading", { level: 1 }).waitFor();
    await until(async () => (await counted()).clickers === 1);

    await signUp(bed.visitor);
    await page
      .getByRole("button", { name: /^Save / })
      .first()
      .click();
    await until(async () => (await counted()).savers === 1);
    expect(await counted()).toEqual({ shown, people: 1, clickers: 1, savers: 1 });
  });
});
