import { serve } from "@craic/runtime/serve.js";
import { authModule } from "./module.js";

void serve([authModule]);
