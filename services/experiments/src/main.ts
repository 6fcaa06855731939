import { serve } from "@craic/runtime/serve.js";
import { experimentsModule } from "./module.js";

void serve([experimentsModule]);
