import { serve } from "@craic/runtime/serve.js";
import { venuesModule } from "./module.js";

void serve([venuesModule]);
