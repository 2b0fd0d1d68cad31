'use strict'

/**
 * Fills the cache of compiled code (`bin/code-cache.js`) by running the daily commands once, in a folder of its own:
 * functions that they call are kept compiled, all others are compiled when somebody calls them. Started by the build.
 */
const { mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const path = require('node:path')
const { recordCodeCache } = require('../bin/code-cache.js')

const save = recordCodeCache()
const { main } = require('../dist/cli/main.js')
const folder = mkdtempSync(path.join(tmpdir(), 'secretsrc-warm-'))

void warm().finally(() => rmSync(folder, { recursive: true, force: true }))

async function warm() {
  writeFileSync(path.join(folder, 'a.yaml'), '# first\na: 1 # behind\nb:\n  - "x"\n  - c: |\n      text\n')
  writeFileSync(path.join(folder, 'a.json'), '{ "a": 1, "b": ["x", { "c": true }] }\n')
  writeFileSync(path.join(folder, 'a.env'), '# first\nA=1\nB="x"\n')
  await run('keygen', '--output', 'key.txt')
  const recipient = /public key: (\S+)/.exec(readFileSync(path.join(folder, 'key.txt'), 'utf8'))[1]
  for (const name of ['a.yaml', 'a.json', 'a.env']) {
    await run('encrypt', '--recipient', recipient, name)
    await run('decrypt', name)
  }
  await run('get', 'a.yaml', 'a')
  await run('--help')
  save()
}

async function run(...argv) {
  const status = await main(argv, environment())
  if (status !== 0) throw new Error(`secrets ${argv.join(' ')} ended with ${status}`)
}

function environment() {
  const output = { write: (_chunk, done) => done() ?? true, on: () => undefined }
  return {
    env: { SECRETS_AGE_KEY_FILE: path.join(folder, 'key.txt') },
    cwd: folder,
    home: folder,
    platform: process.platform,
    stdin: process.stdin,
    stdout: output,
    stderr: output,
    isTerminal: () => false,
    signals: { signal: new AbortController().signal, caught: () => undefined, takeOver: () => () => undefined },
    now: () => new Date(),
  }
}
