import { defineConfig } from "vite";
import { portOf } from "../lib/port-of.ts";

/** Host and port come from services.yaml, on the command line. The page talks to its own origin only; what follows hands it on. */
export default defineConfig({
  appType: "mpa",
  clearScreen: false,
  // The page imports no package: nothing to look for, nothing to bundle in advance.
  optimizeDeps: { noDiscovery: true },
  server: {
    proxy: {
      "/api/": {
        target: `http://127.0.0.1:${portOf("backend")}`,
        rewrite: (path) => path.slice("/api".length),
      },
      "/monitor/": {
        target: `http://127.0.0.1:${portOf("monitor")}`,
        rewrite: (path) => path.slice("/monitor".length),
      },
    },
  },
});
