import { spawnSync } from 'node:child_process'
import { debianPackages, linkProgram } from './peer-cache.js'

/** Builds images without a daemon, from Debian. 5 seconds. */
export const peer = { programs: ['buildah'], install }

function install() {
  debianPackages('buildah')
  const found = spawnSync('sh', ['-c', 'command -v buildah'], { encoding: 'utf8' })
  return found.status === 0 ? linkProgram(found.stdout.trim(), 'buildah') : 'buildah is not installed'
}
