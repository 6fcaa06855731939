import { serve } from "@craic/runtime/serve.js";
import { gatewayModule } from "./module.js";

void serve([gatewayModule]);
