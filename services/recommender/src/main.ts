import { serve } from "@craic/runtime/serve.js";
import { recommenderModule } from "./module.js";

void serve([recommenderModule]);
