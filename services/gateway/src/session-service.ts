import { Code, ConnectError, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import type { TokenPair } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import type { User } from "@craic/proto/craic/auth/v1/user_pb.js";
import type { SessionService } from "@craic/proto/craic/gateway/v1/session_service_pb.js";
import { onward } from "@craic/runtime/onward.js";
import { browserIdOf, isEncryptedFor } from "./browser-id.js";
import { clearSessionCookies, readSessionCookies, setSessionCookies } from "./cookies.js";
import type { LinkPerson } from "./link-person.js";
import { createRefresher } from "./refresher.js";
import { isExpired } from "./token-expiry.js";
import type { Upstream } from "./upstream.js";

export interface SessionServiceDeps {
  readonly auth: Upstream["auth"];
  readonly linkPerson: LinkPerson;
  readonly now: () => Date;
  /** Browsers may send the cookies over TLS only, whatever the last hop to here looks like. */
  readonly secure: boolean;
}

/** Hashing a password takes its time. */
const TIMEOUT_MS = 10_000;

/** The handlers of craic.gateway.v1.SessionService; the contract is in its .proto file. */
export function createSessionService(deps: SessionServiceDeps): ServiceImpl<typeof SessionService> {
  const { auth, linkPerson, now, secure } = deps;
  const refresher = createRefresher(auth, now);

  function keepTokens(context: HandlerContext, tokens: TokenPair | undefined): void {
    if (tokens === undefined) throw new ConnectError("the session has no tokens", Code.Internal);
    append(context.responseHeader, setSessionCookies(tokens, isSecure(context), now()));
  }

  const isSecure = (context: HandlerContext) => isEncryptedFor(context, secure);

  /** What experiments showed in the browser so far, while nobody was signed in, is from here on the person's. */
  async function takeOver(context: HandlerContext, tokens: TokenPair | undefined): Promise<void> {
    const browserId = browserIdOf(context);
    if (browserId !== "" && tokens !== undefined) await linkPerson(browserId, bearer(tokens.accessToken));
  }

  /** Who the cookies' session belongs to, in tokens that are good; undefined when nobody is signed in. */
  async function resume(
    context: HandlerContext,
  ): Promise<{ authorization: string; user?: User } | undefined> {
    const { accessToken, refreshToken } = readSessionCookies(context.requestHeader.get("cookie"));
    if (accessToken !== undefined && !isExpired(accessToken, now())) {
      const authorization = bearer(accessToken);
      const user = await unlessRefused(getUser(context, authorization));
      if (user !== undefined) return { authorization, user };
    }
    if (refreshToken === undefined) return undefined;
    const traded = await unlessRefused(refresher.refresh(refreshToken, onward(context)));
    if (traded === undefined) return undefined;
    keepTokens(context, traded.tokens);
    return { authorization: bearer(traded.tokens?.accessToken ?? ""), user: traded.user };
  }

  async function getUser(context: HandlerContext, authorization: string): Promise<User | undefined> {
    return (await auth.getUser({}, onBehalf(context, authorization))).user;
  }

  return {
    async register(request, context) {
      const { email, password, displayName, preferences } = request;
      const account = { email, password, displayName, preferences };
      const { user, tokens } = await auth.register(account, onward(context, { timeoutMs: TIMEOUT_MS }));
      keepTokens(context, tokens);
      await takeOver(context, tokens);
      return { user };
    },

    async logIn({ email, password }, context) {
      const { user, tokens } = await auth.logIn(
        { email, password },
        onward(context, { timeoutMs: TIMEOUT_MS }),
      );
      keepTokens(context, tokens);
      await takeOver(context, tokens);
      return { user };
    },

    async logOut(_, context) {
      const { refreshToken } = readSessionCookies(context.requestHeader.get("cookie"));
      const cookies = clearSessionCookies(isSecure(context));
      append(context.responseHeader, cookies);
      if (refreshToken === undefined) return {};
      refresher.forget(refreshToken);
      await auth.logOut({ refreshToken }, onward(context, { timeoutMs: TIMEOUT_MS }));
      return {};
    },

    async getSession(_, context) {
      // A program's own token has been verified by now, or the call would have been refused.
      const own = context.requestHeader.get("authorization");
      const session = own === null ? await resume(context) : { authorization: own, user: undefined };
      if (session === undefined) {
        append(context.responseHeader, clearSessionCookies(isSecure(context)));
        return {};
      }
      const { authorization } = session;
      const [user, { preferences }] = await Promise.all([
        session.user ?? getUser(context, authorization),
        auth.getPreferences({}, onBehalf(context, authorization)),
      ]);
      return { user, preferences };
    },
  };
}

function bearer(accessToken: string): string {
  return `Bearer ${accessToken}`;
}

/** Options for a call under another identity than the one the call being answered came with. */
function onBehalf(context: HandlerContext, authorization: string) {
  const options = onward(context, { timeoutMs: TIMEOUT_MS });
  const headers = new Headers(options.headers);
  headers.set("authorization", authorization);
  return { ...options, headers, contextValues: undefined };
}

/** What was promised, or undefined when the token is refused or its owner's account is gone. */
async function unlessRefused<T>(promised: Promise<T>): Promise<T | undefined> {
  try {
    return await promised;
  } catch (error) {
    const { code } = ConnectError.from(error);
    if (code === Code.Unauthenticated || code === Code.NotFound) return undefined;
    throw error;
  }
}

function append(headers: Headers, cookies: readonly string[]): void {
  for (const cookie of cookies) headers.append("set-cookie", cookie);
}
