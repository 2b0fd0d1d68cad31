import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import type { TestContext } from './suite.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** The path of a script that plain Node runs, made of a source file and all that it imports: compiling it at each start takes far longer. */
export function bundledScript(source: URL, context: Pick<TestContext, 'onCleanup'>): string {
  const path = fileURLToPath(source)
  const outfile = join(temporaryFolder(context), basename(path).replace(/\.ts$/, '.mjs'))
  const banner = { js: "import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)" }
  buildSync({
    entryPoints: [path],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    banner,
  })
  return outfile
}
