// Builds the package into dist/, the way Node-RED's loader looks for it: for each node the compiled
// .js with its .html beside it, icons/ and locales/ in the same folder.
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const nodes = join(root, 'nodes');
const out = join(root, 'dist', 'nodes');

/** Compiles or checks a TypeScript project; a type error ends the build. */
function typescript(project) {
  try {
    execFileSync(process.execPath, [tsc, '-p', project], { cwd: root, stdio: 'inherit' });
  } catch {
    console.error(`Build stopped: ${project} does not pass the type check.`);
    process.exit(1);
  }
}

/** The editor script of a page, bundled but not minified: the flow library and users read it. */
function bundle(entry) {
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    bundle: true,
    format: 'iife',
    target: 'es2020',
    charset: 'utf8',
    write: false,
  });
  return outputFiles[0].text;
}

rmSync(join(root, 'dist'), { recursive: true, force: true });
typescript('tsconfig.build.json');
typescript('tsconfig.editor.json');

// A page names its script by src; Node-RED wants it inline.
for (const page of readdirSync(nodes).filter((name) => name.endsWith('.html'))) {
  const html = readFileSync(join(nodes, page), 'utf8').replace(
    /(<script type="text\/javascript") src="([^"]+)">(?=<\/script>)/g,
    (_, open, src) => `${open}>\n${bundle(join(nodes, src))}`,
  );
  writeFileSync(join(out, page), html);
}
cpSync(join(nodes, 'locales'), join(out, 'locales'), { recursive: true });
cpSync(join(root, 'icons'), join(out, 'icons'), { recursive: true });
