/** A folder with keys and encrypted inputs, and the command lines of the contestants in it. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { programsFolder } from '../peers/peer-cache.js'
import { document, manyDocuments } from './inputs.js'

const program = fileURLToPath(new URL('../../bin/secrets.js', import.meta.url))
const slowKms = fileURLToPath(new URL('slow-kms.cjs', import.meta.url))

/** A key of the stand-in of `kmsFolder`. */
export const KMS_KEY = 'arn:aws:kms:eu-west-1:111122223333:alias/bench'

/** Makes the folder and a key. `remove` deletes it all. */
export function createWorkbench() {
  const folder = mkdtempSync(join(tmpdir(), 'secretsrc-bench-'))
  const env = environment(folder)
  const key = join(folder, 'key.txt')
  const recipient = secrets(['keygen', '--output', key], { env, cwd: folder }).trim()
  const bench = {
    folder,
    recipient,
    options: { env: { ...env, SECRETS_AGE_KEY_FILE: key, SOPS_AGE_KEY_FILE: key }, cwd: folder },
    sops: findSops(env),
    servers: [],
    remove: () => {
      for (const server of bench.servers) server.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return bench
}

/** The command line of ours. */
export function ours(...args) {
  return [process.execPath, program, ...args]
}

/** A plain and an encrypted file of `count` values. */
export function filePair(bench, count) {
  const plain = join(bench.folder, `plain-${count}.yaml`)
  const encrypted = join(bench.folder, `encrypted-${count}.yaml`)
  writeFileSync(plain, document(count))
  const target = openSync(encrypted, 'w')
  secrets(['encrypt', '--stdout', '--recipient', bench.recipient, plain], bench.options, target)
  return { plain, encrypted }
}

/** A folder of `count` encrypted files of `values` values each. */
export function encryptedFolder(bench, count, values) {
  const folder = join(bench.folder, `many-${count}`)
  const files = manyDocuments(folder, count, values)
  secrets(['encrypt', '--recipient', bench.recipient, ...files], bench.options)
  return files
}

/** `count` files that only a KMS key opens, at a stand-in that takes `latency` milliseconds for each call; and the options of commands that use it. */
export function kmsFolder(bench, count, latency) {
  const note = join(bench.folder, `kms-${latency}`)
  bench.servers.push(spawn(process.execPath, [slowKms, note, String(latency)], { stdio: 'ignore' }))
  const pause = new Int32Array(new SharedArrayBuffer(4))
  while (!existsSync(note)) Atomics.wait(pause, 0, 0, 20)
  const address = `http://127.0.0.1:${readFileSync(note, 'utf8')}`
  const credentials = { AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'testing' }
  const options = { ...bench.options, env: { ...bench.options.env, ...credentials, AWS_ENDPOINT_URL: address } }
  const files = manyDocuments(join(bench.folder, 'kms'), count, 1)
  secrets(['encrypt', '--recipient', KMS_KEY, ...files], options)
  return { files, options }
}

/** A new empty folder for the output of a run. */
export function emptyFolder(bench, name) {
  const folder = join(bench.folder, name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  return folder
}

// Node reads NODE_EXTRA_CA_CERTS at every start (50 ms on Node 20), which would falsify every ratio.
function environment(home) {
  const { NODE_EXTRA_CA_CERTS: _, NODE_OPTIONS: __, ...rest } = process.env
  const personal = /^(SECRETS_|SOPS_|XDG_)/
  const kept = Object.entries(rest).filter(([name]) => !personal.test(name))
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    USERPROFILE: home,
    PATH: [programsFolder(), rest.PATH].join(delimiter),
  }
}

function findSops(env) {
  const result = spawnSync('sops', ['--version', '--disable-version-check'], { env, encoding: 'utf8' })
  return result.status === 0 ? result.stdout.trim().split('\n')[0] : undefined
}

function secrets(args, options, stdout = 'pipe') {
  const command = ours(...args)
  const stdio = ['ignore', stdout, 'pipe']
  const result = spawnSync(command[0], command.slice(1), { ...options, stdio, encoding: 'utf8' })
  if (result.status !== 0) throw new Error(`secrets ${args[0]}: ${result.error ?? result.stderr}`)
  return result.stdout
}
