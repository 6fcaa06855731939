import { SessionService } from "@craic/proto/craic/gateway/v1/session_service_pb.js";
import { type FormEvent, useRef, useState } from "react";
import { Link, useLocation, useSearchParams } from "wouter";
import { useRememberedCity } from "../city/remembered-city.js";
import { useSessionMutation } from "../session/session-change.js";
import { PageTitle } from "../shell/arrival.js";
import { checkCredentials, type Problems, problemsOf } from "./credentials.js";
import { Field } from "./field.js";
import { useFirstProblem } from "./first-problem.js";
import { nextPage } from "./next-page.js";
import "./account.css";

export function SignUpPage() {
  const [params] = useSearchParams();
  const [, navigate] = useLocation();
  const city = useRememberedCity();
  const register = useSessionMutation(SessionService.method.register);
  const [problems, setProblems] = useState<Problems>({});
  const form = useRef<HTMLFormElement>(null);
  useFirstProblem(form, problems);
  const next = encodeURIComponent(nextPage(params));

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (register.isPending) return;
    const data = new FormData(event.currentTarget);
    const text = (name: string) => String(data.get(name) ?? "");
    const credentials = {
      email: text("email"),
      password: text("password"),
      displayName: text("name").trim(),
    };
    const found = checkCredentials(credentials);
    setProblems(found);
    if (Object.keys(found).length > 0) return;
    try {
      await register.mutateAsync({
        ...credentials,
        preferences: { cityIds: city === undefined ? [] : [city.cityId] },
      });
      navigate(`/welcome?next=${next}`);
    } catch (error) {
      setProblems(problemsOf(error));
    }
  }

  return (
    <div className="account">
      <p className="step">Step 1 of 4</p>
      <PageTitle title="Make it yours" />
      <p className="lead">An account remembers what you save and learns what you enjoy. Nothing else.</p>
      <form ref={form} className="form" noValidate onSubmit={(event) => void submit(event)}>
        {problems.form !== undefined && (
          <p className="form-problem" role="alert">
            {problems.form}
          </p>
        )}
        <Field
          label="Your name"
          name="name"
          autoComplete="given-name"
          maxLength={80}
          required
          problem={problems.displayName}
        />
        <Field
          label="Email"
          name="email"
          type="email"
          autoComplete="email"
          maxLength={254}
          required
          problem={problems.email}
        />
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete="new-password"
          maxLength={200}
          required
          hint="10 characters or more. A few words do well."
          problem={problems.password}
        />
        <button
          type="submit"
          className="button button-primary button-wide"
          aria-disabled={register.isPending}
        >
          {register.isPending ? "One moment…" : "Create account"}
        </button>
      </form>
      <p>
        Been here before? <Link href={`/login?next=${next}`}>Log in</Link>.
      </p>
    </div>
  );
}
