import type { DescMethod } from "@bufbuild/protobuf";
import type { HandlerContext } from "@connectrpc/connect";
import { RecommenderService } from "@craic/proto/craic/recommender/v1/recommender_service_pb.js";
import type { Registration } from "@craic/runtime/module.js";
import { principalKey } from "@craic/runtime/principal.js";
import { readCookies } from "./cookies.js";
import { isSameOrigin } from "./cross-origin.js";
import { CLIENT_ENCRYPTED_HEADER } from "./request-headers.js";

const COOKIE = "craic_browser";
/** Longer than any experiment needs; after that the browser is another one. */
const MAX_AGE_S = 180 * 24 * 60 * 60;
/** A random UUID. Accounts have those of version 7. */
const BROWSER_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

type Context = Pick<HandlerContext, "requestHeader">;

/** The id in a browser's cookie; "" where it has none, or one that is not ours. */
export function browserIdOf({ requestHeader }: Context): string {
  const id = readCookies(requestHeader.get("cookie")).get(COOKIE) ?? "";
  return BROWSER_ID.test(id) ? id : "";
}

/** Whether cookies may ask to be sent over TLS only. @param secure all browsers come over TLS */
export function isEncryptedFor({ requestHeader }: Context, secure: boolean): boolean {
  return secure || requestHeader.get(CLIENT_ENCRYPTED_HEADER) === "true";
}

/**
 * What browsers go by in experiments while nobody is signed in: a random id in a cookie that no script can read, given
 * only while an experiment runs that needs it. It is passed on to the recommender and the experiments, and to nobody else.
 */
export class BrowserIds {
  constructor(
    private readonly newId: () => string,
    private readonly secure: boolean,
  ) {}

  /**
   * What the caller of a feed goes by: the cookie's id or, for a page of ours in a browser without one, a new id. "" for
   * a person without a cookie, and for a program, which would not send it again.
   */
  forFeed(context: Pick<HandlerContext, "requestHeader" | "values">): string {
    const id = browserIdOf(context);
    if (id !== "" || context.values.get(principalKey).userId !== "") return id;
    return isSameOrigin(context.requestHeader) ? this.newId() : "";
  }

  /** Has the browser keep its id. */
  keep(id: string, context: Pick<HandlerContext, "requestHeader" | "responseHeader">): void {
    if (browserIdOf(context) === id) return;
    const secure = isEncryptedFor(context, this.secure) ? "; Secure" : "";
    const cookie = `${COOKIE}=${id}; Path=/; SameSite=Lax; HttpOnly; Max-Age=${MAX_AGE_S}${secure}`;
    context.responseHeader.append("set-cookie", cookie);
  }
}

type Handler = (request: unknown, context: HandlerContext) => unknown;

const TAKES_BROWSER_ID: ReadonlySet<DescMethod> = new Set<DescMethod>([
  RecommenderService.method.recommend,
  RecommenderService.method.recordFeedback,
]);

/** The same handlers; to methods that take a browser's id the cookie's goes before what the request says. */
export function withBrowserId({ service, implementation }: Registration): Registration {
  const handlers = Object.entries(implementation).map(([name, handle]) => [
    name,
    (request: object, context: HandlerContext) => {
      const id = TAKES_BROWSER_ID.has(context.method) ? browserIdOf(context) : "";
      return (handle as Handler)(id === "" ? request : { ...request, anonymousId: id }, context);
    },
  ]);
  return { service, implementation: Object.fromEntries(handlers) };
}
