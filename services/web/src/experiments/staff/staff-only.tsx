import { TransportProvider, useTransport } from "@connectrpc/connect-query";
import { type ReactNode, useMemo, useState } from "react";
import { useSession } from "../../session/session.js";
import { useNow } from "../../time/use-now.js";
import { clock } from "../figures.js";
import { dropStaffToken, keepStaffToken, keptStaffToken, type StaffToken } from "./staff-token.js";
import { TokenForm } from "./token-form.js";
import { withToken } from "./with-token.js";

/**
 * For those who run Craic: whose account has the role admin, or who bring a token that says so. The page only asks;
 * the services are who lets nobody else in.
 */
export function StaffOnly({ children }: { children: ReactNode }) {
  const { user, isPending } = useSession();
  const transport = useTransport();
  const now = useNow();
  const [token, setToken] = useState<StaffToken | undefined>(() => keptStaffToken(now));
  const [wasRefused, setWasRefused] = useState(false);

  const staff = useMemo(() => {
    const refuse = () => {
      dropStaffToken();
      setToken(undefined);
      setWasRefused(true);
    };
    return token && withToken(transport, token.text, refuse);
  }, [transport, token]);

  function open(given: StaffToken): void {
    keepStaffToken(given);
    setToken(given);
    setWasRefused(false);
  }
  function leave(): void {
    dropStaffToken();
    setToken(undefined);
  }

  if (user?.roles.includes("admin")) return children;
  if (token === undefined || staff === undefined) {
    return isPending ? null : <TokenForm name={user?.displayName} wasRefused={wasRefused} onToken={open} />;
  }
  return (
    <TransportProvider transport={staff}>
      {children}
      <p className="staff-until">
        You are here with an operator’s token, until {clock(token.expiresAt)}.{" "}
        <button type="button" className="button button-quiet" onClick={leave}>
          Forget it
        </button>
      </p>
    </TransportProvider>
  );
}
