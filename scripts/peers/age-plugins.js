import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { goInstall, programsFolder } from './peer-cache.js'

/** Plugins of age that need no device: one that asks and fails as it is told, and those of age itself. */
export const peer = {
  programs: ['age-plugin-demo', 'age-plugin-pq', 'age-plugin-tag', 'age-plugin-tagpq'],
  install: () => goInstall('filippo.io/age/extra/...@v1.3.2') || buildDemo(),
}

function buildDemo() {
  const cwd = fileURLToPath(new URL('age-plugin-demo', import.meta.url))
  const program = join(programsFolder(), process.platform === 'win32' ? 'age-plugin-demo.exe' : 'age-plugin-demo')
  const result = spawnSync('go', ['build', '-trimpath', '-o', program, '.'], { cwd, encoding: 'utf8' })
  return result.status === 0 ? '' : `go build failed: ${result.stderr}`
}
