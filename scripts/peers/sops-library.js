import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { programsFolder } from './peer-cache.js'

/** A program on sops's Go library, which takes the steps of Flux and of other consumers. Minutes the first time. */
export const peer = {
  programs: ['sops-library'],
  slow: true,
  install: () => {
    if (spawnSync('go', ['version']).status !== 0) return 'Go is not installed'
    const cwd = fileURLToPath(new URL('sops-library', import.meta.url))
    const program = join(programsFolder(), process.platform === 'win32' ? 'sops-library.exe' : 'sops-library')
    const result = spawnSync('go', ['build', '-trimpath', '-o', program, '.'], { cwd, encoding: 'utf8' })
    return result.status === 0 ? '' : `go build failed: ${result.stderr}`
  },
}
