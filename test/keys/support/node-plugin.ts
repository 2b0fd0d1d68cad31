/** An age plugin in Node, for tests: it knows no cryptography, and does what the test tells it. */
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeBech32 } from '../../../src/keys/age/bech32.ts'

/** A recipient and an identity of a plugin, with some data in them. */
export function pluginKeys(name: string, data = 'data'): { readonly recipient: string; readonly identity: string } {
  const bytes = Buffer.from(data)
  return {
    recipient: encodeBech32(`age1${name}`, bytes),
    identity: encodeBech32(`AGE-PLUGIN-${name.toUpperCase()}-`, bytes),
  }
}

/**
 * Installs `age-plugin-NAME` in a folder. `body` is the body of `async (ask, protocol, stanzas) => …`, where `stanzas` is
 * what the client opened with and `ask(type, args, text)` sends a stanza and gives the answer; bodies are in base64.
 */
export function installPlugin(folder: string, name: string, body: string): void {
  const path = join(folder, `age-plugin-${name}`)
  writeFileSync(path, `#!${process.execPath}\n${PROGRAM.replace('/* body */', body)}`)
  chmodSync(path, 0o755)
}

/** Wraps by writing the file key down in clear, and finds it there again. */
export const HONEST = `
  if (protocol === 'recipient-v1') {
    const key = stanzas.find((one) => one.type === 'wrap-file-key')
    await ask('recipient-stanza', ['0', 'test', 'arg'], key.body)
    return
  }
  const stanza = stanzas.find((one) => one.type === 'recipient-stanza' && one.args[1] === 'test')
  if (stanza !== undefined) await ask('file-key', ['0'], stanza.body)
`

const PROGRAM = `
const { createInterface } = require('node:readline')
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const b64 = (text) => Buffer.from(text).toString('base64').replace(/=+$/, '')
async function read() {
  const { value: head, done } = await lines.next()
  if (done) process.exit(3)
  const [, type, ...args] = head.split(' ')
  let body = ''
  for (let row = 'x'.repeat(64); row.length === 64; body += row) row = (await lines.next()).value
  return { type, args, body }
}
function write(type, args, body) {
  const rows = body.match(/.{1,64}/g) ?? []
  if (body.length % 64 === 0) rows.push('')
  process.stdout.write(['->', type, ...args].join(' ') + '\\n' + rows.join('\\n') + '\\n')
}
async function ask(type, args = [], body = '') {
  write(type, args, body)
  return read()
}
async function main() {
  const protocol = process.argv[2].replace('--age-plugin=', '')
  const stanzas = []
  for (let one = await read(); one.type !== 'done'; one = await read()) stanzas.push(one)
  await (async (ask, protocol, stanzas, b64) => {/* body */})(ask, protocol, stanzas, b64)
  write('done', [], '')
}
main()
`
