// Builds the editor for web pages into the package's files: `npm run build`.
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const here = import.meta.dirname;
const target = path.join(here, "../../dovetail/lsp/assets/monaco");
const monaco = path.join(here, "node_modules/monaco-editor");

fs.rmSync(target, { recursive: true, force: true });
const common = { bundle: true, minify: true, format: "esm", target: "es2022", legalComments: "none", logLevel: "warning" };
await build({
  ...common,
  entryPoints: { "dovetail-editor": path.join(here, "src/editor.ts") },
  outdir: target,
  loader: { ".ttf": "file" },
  assetNames: "[name]",
});
await build({ ...common, entryPoints: { "editor.worker": path.join(monaco, "esm/vs/editor/editor.worker.js") }, outdir: target });

// Monaco brings its icons without their licence.
const ICONS = `codicon.ttf

Visual Studio Code - Icons (https://github.com/microsoft/vscode-codicons), Copyright (c) Microsoft Corporation, unchanged.
Licensed under Creative Commons Attribution 4.0 International (https://creativecommons.org/licenses/by/4.0/legalcode).
`;
const licences = ["monaco-editor/LICENSE", "monaco-editor/ThirdPartyNotices.txt", "marked/LICENSE.md", "dompurify/LICENSE"];
fs.writeFileSync(
  path.join(target, "LICENSES.txt"),
  licences
    .map((name) => `${name}\n\n${fs.readFileSync(path.join(here, "node_modules", name), "utf8")}`)
    .concat(ICONS)
    .join("\n\n---\n\n"),
);

// What the bundle was built from, so that a test can tell without npm whether it is of these sources.
const digest = createHash("sha256");
for (const file of ["build.mjs", "package-lock.json", ...fs.readdirSync(path.join(here, "src")).sort().map((name) => `src/${name}`)]) {
  digest.update(file + "\0" + fs.readFileSync(path.join(here, file), "utf8"));
}
fs.writeFileSync(path.join(target, "SOURCES"), digest.digest("hex") + "\n");
