'use strict'

/**
 * Fills the cache of compiled code (`bin/code-cache.js`) by running the daily commands once, in a folder of its own:
 * functions that they call are kept compiled, all others are compiled when somebody calls them. Started by the build.
 */
const { mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs')
const { createServer } = require('node:http')
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
  // Before what a machine may not allow.
  save()
  await warmKeyService()
  save()
}

/** The client of AWS is the largest chunk of all: a key of a server here, that wraps nothing. */
async function warmKeyService() {
  const server = createServer((request, response) => {
    const chunks = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const { KeyId, Plaintext, CiphertextBlob } = JSON.parse(Buffer.concat(chunks).toString())
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
      response.end(JSON.stringify({ KeyId, Plaintext: CiphertextBlob, CiphertextBlob: Plaintext }))
    })
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const AWS_ENDPOINT_URL = `http://127.0.0.1:${server.address().port}`
  const env = { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID: 'warm', AWS_SECRET_ACCESS_KEY: 'warm' }
  writeFileSync(path.join(folder, 'b.yaml'), 'a: 1\n')
  try {
    await runWith(env, 'encrypt', '--recipient', 'arn:aws:kms:eu-west-1:111122223333:alias/warm', 'b.yaml')
    await runWith(env, 'decrypt', 'b.yaml')
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

function run(...argv) {
  return runWith({ SECRETS_AGE_KEY_FILE: path.join(folder, 'key.txt') }, ...argv)
}

async function runWith(env, ...argv) {
  const status = await main(argv, environment(env))
  if (status !== 0) throw new Error(`secrets ${argv.join(' ')} ended with ${status}`)
}

function environment(env) {
  const output = { write: (_chunk, done) => done() ?? true, on: () => undefined }
  return {
    env,
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
