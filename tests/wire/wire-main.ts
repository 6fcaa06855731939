// A process of its own with the echo service, for the tests that send it signals.

import { serve } from "../../services/runtime/src/serve.js";
import { createEcho } from "./echo.js";
import { createTokenIssuer } from "./token-issuer.js";
import { wireModules } from "./ways.js";

const echo = createEcho(() => {
  throw new Error("this process calls nobody");
});
void serve(wireModules(echo, createTokenIssuer()));
