import { randomUUID } from "node:crypto";

interface Feed {
  readonly experimentId?: string;
  readonly variant: string;
  readonly recommendationId: string;
  readonly items: readonly [{ readonly event: { readonly eventId: string } }];
}

/** What a browser sends from a page of ours, and keeps, without the page. */
export class BrowserWithoutPage {
  private readonly jar = new Map<string, string>();

  constructor(private readonly origin: string) {}

  /** What a cookie holds; "" where there is none. */
  cookie(name: string): string {
    return this.jar.get(name) ?? "";
  }

  feed(cityId: string): Promise<Feed> {
    return this.call("gateway.v1.FeedService/GetFeed", { cityId, pageSize: 5 });
  }

  /** Tells of an event in a recommendation what was done with it. */
  async record(eventId: string, kind: string, recommendationId: string): Promise<void> {
    const feedback = [{ feedbackId: randomUUID(), eventId, kind, recommendationId, position: 1 }];
    await this.call("recommender.v1.RecommenderService/RecordFeedback", { feedback });
  }

  async register(): Promise<void> {
    const email = `${randomUUID()}@example.org`;
    const account = { email, password: randomUUID(), displayName: "Niamh" };
    await this.call("gateway.v1.SessionService/Register", account);
  }

  private async call<Answer>(method: string, message: object): Promise<Answer> {
    const response = await fetch(`${this.origin}/craic.${method}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "connect-protocol-version": "1",
        origin: this.origin,
        cookie: [...this.jar].map(([name, value]) => `${name}=${value}`).join("; "),
      },
      body: JSON.stringify(message),
    });
    for (const text of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^(\w+)=([^;]*)/.exec(text) ?? [];
      this.jar.set(name, value);
    }
    if (!response.ok) throw new Error(`${method}: ${await response.text()}`);
    return (await response.json()) as Answer;
  }
}
