/** Where peers live: a folder outside of the repository, shared by all checkouts of this machine. */
import { spawnSync } from 'node:child_process'
import { accessSync, constants, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

/** `SECRETS_PEERS_DIR`, or `secretsrc-peers` in the user's cache folder. */
export function peersFolder() {
  const { SECRETS_PEERS_DIR: chosen, XDG_CACHE_HOME: cache } = process.env
  if (chosen !== undefined && chosen !== '') return chosen
  return join(cache !== undefined && cache !== '' ? cache : join(homedir(), '.cache'), 'secretsrc-peers')
}

/** The folder of the peers' programs. */
export function programsFolder() {
  return join(peersFolder(), 'bin')
}

/** Environment in which the peers' programs come first. */
export function peersEnvironment() {
  return {
    ...process.env,
    SECRETS_PEERS_DIR: peersFolder(),
    PATH: [programsFolder(), process.env.PATH].join(delimiter),
  }
}

/** Whether the cache holds the program. */
export function isInstalled(program) {
  try {
    accessSync(join(programsFolder(), program + (process.platform === 'win32' ? '.exe' : '')), constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Installs Go commands into the cache. Gives '' or why it did not work. */
export function goInstall(...packages) {
  mkdirSync(programsFolder(), { recursive: true })
  if (spawnSync('go', ['version']).status !== 0) return 'Go is not installed'
  const env = { ...process.env, GOBIN: programsFolder() }
  const result = spawnSync('go', ['install', ...packages], { env, encoding: 'utf8' })
  return result.status === 0 ? '' : `go install failed: ${result.stderr}`
}

/** Installs Python packages into an environment of their own in the cache and links the program. Gives '' or why not. */
export function pythonInstall(program, ...packages) {
  const folder = join(peersFolder(), `${program}-python`)
  const made = spawnSync('python3', ['-m', 'venv', folder], { encoding: 'utf8' })
  if (made.status !== 0)
    return `python3 -m venv failed: ${made.error === undefined ? made.stderr : 'Python is not installed'}`
  const pip = spawnSync(join(folder, 'bin', 'pip'), ['install', '--quiet', ...packages], { encoding: 'utf8' })
  if (pip.status !== 0) return `pip install failed: ${pip.stderr}`
  return linkProgram(join(folder, 'bin', program), program)
}

/** Installs packages of Debian that are missing, as root. Best effort: who is not root has what is there. */
export function debianPackages(...names) {
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0) return
  const missing = names.filter((name) => spawnSync('dpkg', ['-s', name]).status !== 0)
  if (missing.length === 0) return
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const install = ['install', '-y', '-qq', '--no-install-recommends', ...missing]
  if (spawnSync('apt-get', install, { env, stdio: 'ignore' }).status === 0) return
  // The list of packages may be missing, or old.
  spawnSync('apt-get', ['update', '-qq'], { env, stdio: 'ignore' })
  spawnSync('apt-get', install, { env, stdio: 'ignore' })
}

/** Makes a file of the cache one of its programs. Gives ''. */
export function linkProgram(file, program) {
  mkdirSync(programsFolder(), { recursive: true })
  rmSync(join(programsFolder(), program), { force: true })
  symlinkSync(file, join(programsFolder(), program))
  return ''
}
