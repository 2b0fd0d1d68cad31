/**
 * What reads the files that exports write: libraries of Go, Python and Node, and nushell. Half a minute. Shells and others that
 * the system brings (zsh, fish, ruby, direnv, systemd's library) are installed as root on Debian; elsewhere what is missing is skipped.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { debianPackages, linkProgram, peersFolder, programsFolder } from './peer-cache.js'

const sources = fileURLToPath(new URL('export-readers', import.meta.url))
const PYTHON = [
  'python-dotenv==1.2.4',
  'PyYAML==6.0.3',
  'ruamel.yaml==0.19.1',
  'tree-sitter==0.26.1',
  'tree-sitter-powershell==0.26.4',
]
const NODE = [
  'dotenv@18.0.10',
  'dotenv-expand@1000.0.0',
  '@dotenvx/dotenvx@2.38.2',
  'js-yaml@5.5.0',
  'yaml@2.9.1',
  'nushell@0.115.1',
]
const DEBIAN = ['zsh', 'fish', 'ruby', 'ruby-dotenv', 'direnv', 'libsystemd-shared']

export const peer = { programs: ['go-readers', 'python-readers', 'node-readers'], install }

function install() {
  debianPackages(...DEBIAN)
  return installGo() || installPython() || installNode()
}

function installGo() {
  if (spawnSync('go', ['version']).status !== 0) return 'Go is not installed'
  const args = ['build', '-trimpath', '-o', join(programsFolder(), 'go-readers'), '.']
  return outcome('go build', spawnSync('go', args, { cwd: sources, encoding: 'utf8' }))
}

function installPython() {
  const folder = join(peersFolder(), 'export-readers-python')
  const made = outcome('python3 -m venv', spawnSync('python3', ['-m', 'venv', folder], { encoding: 'utf8' }))
  if (made !== '') return made
  const pip = spawnSync(join(folder, 'bin', 'pip'), ['install', '--quiet', ...PYTHON], { encoding: 'utf8' })
  if (pip.status !== 0) return outcome('pip install', pip)
  copyFileSync(join(sources, 'read.py'), join(folder, 'read.py'))
  const script = join(folder, 'python-readers')
  writeFileSync(script, `#!/bin/sh\nexec '${folder}/bin/python' '${folder}/read.py' "$@"\n`)
  chmodSync(script, 0o755)
  return linkProgram(script, 'python-readers')
}

function installNode() {
  const folder = join(peersFolder(), 'export-readers-node')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }))
  const options = { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' }
  const npm = spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...NODE], options)
  if (npm.status !== 0) return outcome('npm install', npm)
  const shell = join(folder, 'node_modules', '@nushell', `${process.platform}-${process.arch}`, 'bin', 'nu')
  if (existsSync(shell)) linkProgram(shell, 'nu')
  copyFileSync(join(sources, 'read.mjs'), join(folder, 'read.mjs'))
  chmodSync(join(folder, 'read.mjs'), 0o755)
  return linkProgram(join(folder, 'read.mjs'), 'node-readers')
}

function outcome(what, { status, error, stderr }) {
  return status === 0 ? '' : `${what} failed: ${error === undefined ? stderr : error.message}`
}
