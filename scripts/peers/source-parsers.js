import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { linkProgram, peersFolder } from './peer-cache.js'

/** `parse-source groovy|kotlin FILE` says where a file has an error of syntax: no schema knows these. 5 seconds. */
export const peer = { programs: ['parse-source'], install }

const PACKAGES = ['tree-sitter==0.26.1', 'tree-sitter-groovy==0.1.2', 'tree-sitter-kotlin==1.1.0']

function install() {
  const folder = join(peersFolder(), 'source-parsers-python')
  const made = spawnSync('python3', ['-m', 'venv', folder], { encoding: 'utf8' })
  if (made.status !== 0) return `python3 -m venv failed: ${made.error === undefined ? made.stderr : made.error.message}`
  const pip = spawnSync(join(folder, 'bin', 'pip'), ['install', '--quiet', ...PACKAGES], { encoding: 'utf8' })
  if (pip.status !== 0) return `pip install failed: ${pip.stderr}`
  copyFileSync(fileURLToPath(new URL('source-parsers/parse.py', import.meta.url)), join(folder, 'parse.py'))
  const script = join(folder, 'parse-source')
  writeFileSync(script, `#!/bin/sh\nexec '${folder}/bin/python' '${folder}/parse.py' "$@"\n`)
  chmodSync(script, 0o755)
  return linkProgram(script, 'parse-source')
}
