import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** The gateway serves what this writes; names with a hash may be cached for good. */
export default defineConfig({
  plugins: [react(), binaryOnly()],
  // wouter brings a stand-in for what React has had since 18.
  resolve: { alias: { "use-sync-external-store/shim/index.js": "react" } },
  server: {
    proxy: { "^/craic\\.": { target: process.env.CRAIC_ORIGIN || "http://127.0.0.1:8080" } },
  },
  build: {
    outDir: "../../dist/web",
    emptyOutDir: true,
    target: "es2022",
    // light-dark() and the like are left as they are written.
    cssTarget: ["chrome123", "firefox121", "safari17.5"],
    // The page runs under `default-src 'self'`, which has no room for data: URLs.
    assetsInlineLimit: 0,
    // Every browser that knows es2022 preloads by itself.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // What we did not write changes rarely, and stays in the browser's cache when we release. What only a page
      // that is fetched later needs of it comes with that page.
      output: {
        codeSplitting: { groups: [{ name: "vendor", test: /node_modules/, tags: ["$initial"] }] },
      },
    },
  },
});

/**
 * The page speaks binary Connect (api.ts), yet the transport brings Protobuf's JSON codec along:
 * 6 KB of gzip that no call ever runs. A call that would run it fails with a sentence.
 */
function binaryOnly(): Plugin {
  const codecs = new Map([
    [
      "from-json.js",
      ["fromJson", "fromJsonString", "mergeFromJson", "mergeFromJsonString", "enumFromJson", "isEnumJson"],
    ],
    ["to-json.js", ["toJson", "toJsonString", "enumToJson"]],
  ]);
  return {
    name: "binary-only",
    apply: "build",
    load(id) {
      const [, file = ""] = /@bufbuild\/protobuf\/dist\/esm\/([\w-]+\.js)$/.exec(id) ?? [];
      const names = codecs.get(file);
      if (names === undefined) return undefined;
      const absent = 'throw new Error("this bundle has no JSON codec for messages");';
      return names.map((name) => `export function ${name}() { ${absent} }`).join("\n");
    },
  };
}
