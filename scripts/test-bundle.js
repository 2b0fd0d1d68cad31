/**
 * Bundles test files with what they import of ours, split so that they share it: a file then starts in a tenth of a second,
 * where compiling each of a few hundred sources takes one.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The places that modules learn from `import.meta.url` stay those of the sources. */
const sourcePlaces = {
  name: 'source-places',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
      loader: 'ts',
    }))
  },
}

/**
 * From each test file to what runs in its place, in a folder that is gone when this process ends; undefined where they do not
 * compile together: then each is for `tsx`, and the one that is wrong says so.
 */
export async function bundleTests(files) {
  const cache = join(root, 'node_modules', '.cache')
  mkdirSync(cache, { recursive: true })
  // Below the packages of the project, where imports of packages find them.
  const folder = mkdtempSync(join(cache, 'secretsrc-tests-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
  const places = new Map(files.map((file) => [file, relative(root, resolve(file))]))
  try {
    await build(options([...places.values()], folder))
  } catch {
    return undefined
  }
  return new Map([...places].map(([file, place]) => [file, join(folder, place.replace(/\.ts$/, '.js'))]))
}

function options(entryPoints, outdir) {
  return {
    absWorkingDir: root,
    entryPoints,
    outdir,
    outbase: root,
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    sourcemap: 'inline',
    sourcesContent: false,
    plugins: [sourcePlaces],
    logLevel: 'silent',
  }
}
