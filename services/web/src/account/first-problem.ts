import { type RefObject, useEffect } from "react";
import type { Problems } from "./credentials.js";

/** Takes the person to the first field that something is wrong with. */
export function useFirstProblem(form: RefObject<HTMLFormElement | null>, problems: Problems): void {
  useEffect(() => {
    if (Object.keys(problems).length > 0)
      form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [form, problems]);
}
