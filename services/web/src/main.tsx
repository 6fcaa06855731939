import { TransportProvider } from "@connectrpc/connect-query";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createApi } from "./api.js";
import { App } from "./app.js";
import { Feedback } from "./feedback/feedback.js";
import { Toasts } from "./shell/toasts.js";
import { Now } from "./time/use-now.js";
import "./design/design.css";

const api = createApi(location.origin, () => new Date());
const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element with the id root");

createRoot(root).render(
  <StrictMode>
    <TransportProvider transport={api.transport}>
      <QueryClientProvider client={api.queries}>
        <Now clock={api.clock}>
          <Toasts>
            <Feedback api={api}>
              <App />
            </Feedback>
          </Toasts>
        </Now>
      </QueryClientProvider>
    </TransportProvider>
  </StrictMode>,
);
