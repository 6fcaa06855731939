import { SessionService } from "@craic/proto/craic/gateway/v1/session_service_pb.js";
import { type FormEvent, useState } from "react";
import { Link, useLocation, useSearchParams } from "wouter";
import { useSessionMutation } from "../session/session-change.js";
import { PageTitle } from "../shell/arrival.js";
import { type Problems, problemsOf } from "./credentials.js";
import { Field } from "./field.js";
import { nextPage } from "./next-page.js";
import "./account.css";

export function LogInPage() {
  const [params] = useSearchParams();
  const [, navigate] = useLocation();
  const logIn = useSessionMutation(SessionService.method.logIn);
  const [problems, setProblems] = useState<Problems>({});
  const next = nextPage(params);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (logIn.isPending) return;
    const data = new FormData(event.currentTarget);
    try {
      await logIn.mutateAsync({
        email: String(data.get("email") ?? ""),
        password: String(data.get("password") ?? ""),
      });
      navigate(next, { replace: true });
    } catch (error) {
      setProblems(problemsOf(error));
    }
  }

  return (
    <div className="account">
      <PageTitle title="Log in" />
      <form className="form" onSubmit={(event) => void submit(event)}>
        {problems.form !== undefined && (
          <p className="form-problem" role="alert">
            {problems.form}
          </p>
        )}
        <Field
          label="Email"
          name="email"
          type="email"
          autoComplete="email"
          required
          problem={problems.email}
        />
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
          problem={problems.password}
        />
        <button type="submit" className="button button-primary button-wide" aria-disabled={logIn.isPending}>
          {logIn.isPending ? "One moment…" : "Log in"}
        </button>
      </form>
      <p>
        New here? <Link href={`/signup?next=${encodeURIComponent(next)}`}>Create an account</Link>.
      </p>
    </div>
  );
}
