import { serve } from "@craic/runtime/serve.js";
import { djsModule } from "./module.js";

void serve([djsModule]);
