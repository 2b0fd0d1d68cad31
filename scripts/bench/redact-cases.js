/** A log through `secrets redact`: what the whole pipe takes, with a hundred and with a thousand values. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { document } from './inputs.js'
import { filePair, ours } from './workbench.js'

/** Eight values of ten are texts, which are masked; numbers and words are not. */
export const redactCases = [redactCase(100, 125, 200), redactCase(1_000, 1_250, 60), oneLine()]

/** `megabytes` are to take two seconds at most, start-up, decryption and index with them. */
function redactCase(values, entries, megabytes) {
  return {
    name: `redact ${megabytes} MB for ${values.toLocaleString('en')} values`,
    rounds: 5,
    goals: [{ of: 'two seconds', milliseconds: 2_000, most: 1, aim: 0.75 }],
    contestants: (bench) => {
      const { encrypted } = filePair(bench, entries)
      const log = join(bench.folder, `${megabytes}.log`)
      writeFileSync(log, logOf(megabytes))
      return [
        { name: 'cat', steps: [['sh', '-c', 'cat "$0" | cat > /dev/null', log]] },
        { name: 'secrets', steps: [['sh', '-c', 'cat "$0" | "$@" > /dev/null', log, ...ours('redact', encrypted)]] },
      ]
    },
  }
}

/** A gigabyte without a line break: its memory is what counts. */
function oneLine() {
  const line = `yes 'a line that does not end, ' | tr -d '\\n' | head -c 1000000000 | "$@" > /dev/null`
  return {
    name: 'redact 1 GB on one line for 100 values',
    rounds: 1,
    large: true,
    goals: [],
    contestants: (bench) => {
      const { encrypted } = filePair(bench, 125)
      return [{ name: 'secrets', steps: [['sh', '-c', line, 'sh', ...ours('redact', encrypted)]] }]
    },
  }
}

/** What logs are made of: lines with times and numbers, JSON, addresses, colours, base64, hexadecimal, and a configuration. */
function logOf(megabytes) {
  const lines = [
    '2026-11-23T12:00:00.123Z INFO  server request id=4f2a91c0 path=/api/v1/items?page=3&q=a%20b status=200 took 12ms',
    '{"level":"warn","time":1795435200123,"msg":"slow query","sql":"select * from \\"items\\" where id = $1","ms":812}',
    '\u001b[32m  PASS \u001b[0m src/components/table.test.tsx \u001b[2m(5.4 s)\u001b[22m',
    'sha256:9f2c6b0e4b7d1a3f5e8c7b6a5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b8c7d6e  dist/assets/index-B7Qy3k1P.js',
    'eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkphbmUgRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.c2lnbmF0dXJlLW9mLW5vdGhpbmc',
    document(40, 3).trimEnd(),
  ]
  const block = Buffer.from(`${lines.join('\n')}\n`)
  return Buffer.alloc(megabytes * 1_000_000, block)
}
