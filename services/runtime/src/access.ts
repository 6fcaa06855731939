import { hash } from "node:crypto";
import { type DescMethod, getOption } from "@bufbuild/protobuf";
import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { access as accessOption, Caller } from "@craic/proto/craic/options/v1/options_pb.js";
import {
  expiredToken,
  type FindKey,
  invalidToken,
  type VerifiedToken,
  verifyAccessToken,
} from "./access-token.js";
import { reasoned } from "./errors.js";
import { LruMap } from "./lru-map.js";
import { anonymous, isAdmin, type Principal, principalKey } from "./principal.js";

/** Tokens that are remembered as good, by their digests: some 300 bytes each. */
const MAX_TOKENS = 12_000;

/**
 * Lets a call through only if its method (craic.options.v1.access) is open to who makes it, and tells the
 * handler who that is. A token that is not good is refused even where none is needed: its bearer should know.
 */
export function access(findKey: FindKey, now: () => number = Date.now, maxTokens = MAX_TOKENS): Interceptor {
  const callers = new Map<DescMethod, readonly Caller[]>();
  const verified = new LruMap<string, VerifiedToken>(maxTokens);
  /** What came last: a call that a service makes on behalf of its caller comes right after theirs. */
  let latest = { authorization: "", token: { principal: anonymous, expiresAtMs: 0 } };

  async function authenticate(authorization: string): Promise<Principal> {
    const nowMs = now();
    if (authorization === latest.authorization && nowMs < latest.token.expiresAtMs) {
      return latest.token.principal;
    }
    const token = /^bearer (\S+)$/i.exec(authorization)?.[1];
    if (token === undefined) throw invalidToken();
    const digest = hash("sha256", token, "base64url");
    const known = verified.get(digest);
    const entry = known ?? (await verifyAccessToken(token, findKey, nowMs));
    if (entry.expiresAtMs <= nowMs) {
      verified.delete(digest);
      throw expiredToken();
    }
    if (known === undefined) verified.set(digest, entry);
    latest = { authorization, token: entry };
    return entry.principal;
  }

  function callersOf(method: DescMethod): readonly Caller[] {
    let found = callers.get(method);
    if (found === undefined) {
      found = getOption(method, accessOption).callers;
      callers.set(method, found);
    }
    return found;
  }

  return (next) => async (request) => {
    const authorization = request.header.get("authorization");
    const principal = authorization === null ? anonymous : await authenticate(authorization);
    const open = callersOf(request.method);
    if (!mayCall(principal, open)) throw refusal(principal, open);
    if (principal !== anonymous) request.contextValues.set(principalKey, principal);
    return next(request);
  };
}

function mayCall(principal: Principal, callers: readonly Caller[]): boolean {
  if (callers.includes(Caller.ANYONE)) return true;
  if (callers.includes(Caller.USER) && principal !== anonymous) return true;
  return callers.includes(Caller.ADMIN) && isAdmin(principal);
}

function refusal(principal: Principal, callers: readonly Caller[]): ConnectError {
  if (callers.length === 0) return new ConnectError("this method is open to nobody", Code.PermissionDenied);
  return principal === anonymous
    ? reasoned(Code.Unauthenticated, "TOKEN_MISSING", "sign in to do this")
    : reasoned(Code.PermissionDenied, "NOT_ALLOWED", "you may not do this");
}
