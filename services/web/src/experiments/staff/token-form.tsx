import { useState } from "react";
import { Field } from "../../account/field.js";
import { PageTitle } from "../../shell/arrival.js";
import { useNow } from "../../time/use-now.js";
import { readStaffToken, type StaffToken } from "./staff-token.js";

/** Says that experiments are for staff, and how somebody who is staff comes in. */
export function TokenForm({
  name,
  wasRefused,
  onToken,
}: {
  /** Of whoever is logged in, without being staff. */
  name: string | undefined;
  wasRefused: boolean;
  onToken: (token: StaffToken) => void;
}) {
  const now = useNow();
  const [pasted, setPasted] = useState("");
  const [problem, setProblem] = useState(
    wasRefused ? "That token is not taken any more: make a new one." : undefined,
  );
  return (
    <form
      className="staff-form"
      onSubmit={(event) => {
        event.preventDefault();
        const token = readStaffToken(pasted, now);
        if (typeof token === "string") setProblem(token);
        else onToken(token);
      }}
    >
      <PageTitle title="Experiments are for staff" />
      <p>
        This part of Craic is for those who run it.
        {name !== undefined && ` You are logged in as ${name}, whose account is not staff’s.`}
      </p>
      <p>
        Are you one of them? Where Craic runs, print a token, and paste it here:
        <code className="command">npm start -- admin-token --minutes 60</code>
      </p>
      <Field
        label="Operator’s token"
        hint="Stays in this tab, and is forgotten with it."
        problem={problem}
        type="password"
        autoComplete="off"
        spellCheck={false}
        required
        value={pasted}
        onChange={({ target }) => {
          setPasted(target.value);
          setProblem(undefined);
        }}
      />
      <button type="submit" className="button button-primary">
        Open the experiments
      </button>
    </form>
  );
}
