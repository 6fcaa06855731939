import { serve } from "@craic/runtime/serve.js";
import { eventsModule } from "./module.js";

void serve([eventsModule]);
