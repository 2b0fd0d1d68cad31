/** A repository full of a marked secret, in which a command runs, and the search for what the command left of it. */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { AuditRecord } from '../../src/audit/audit-record.ts'
import { canonicalText } from '../../src/core/scalar.ts'
import { generateIdentity } from '../../src/keys/age/generate.ts'
import { isolatedEnvironment, pathWith } from './isolated-environment.ts'
import { type ProgramResult, runProgram } from './run-program.ts'
import { secretsProgram } from './run-secrets.ts'

/** Letters and digits alone: forms that escape or quote a text leave it as it is. */
export const LEAK_MARKER = `Lk${process.pid}q${Date.now().toString(36)}Z`

/** A command as it is run. */
export interface LeakRun {
  readonly args: readonly string[]
  readonly stdin?: string
  /** Added to the environment; undefined takes a variable out. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** The folders of one run: the repository, a home folder, a folder for temporary files, and tools beside them. */
export class LeakSandbox {
  readonly #root: string
  #log: string
  #key: { readonly identity: string; readonly recipient: string } | undefined

  constructor(root: string) {
    this.#root = root
    this.#log = join(root, 'log', 'openings.jsonl')
  }

  /** Makes the repository: two environments, every format, two commits and a stranger's key. */
  async prepare(): Promise<void> {
    const { identity, recipient } = await generateIdentity({ postQuantum: false })
    this.#key = { identity: canonicalText(identity), recipient }
    for (const folder of ['repo', 'home', 'tmp', 'tools', 'bin']) mkdirSync(join(this.#root, folder))
    this.#writeTools()
    this.write('.secretsrc', configuration(recipient))
    for (const [path, content] of Object.entries(plainFiles())) this.write(path, content)
    await this.#must({ args: ['encrypt'] })
    this.git('init', '--quiet')
    this.git('add', '--all')
    this.git('commit', '--quiet', '--message', 'first')
    await this.#must({ args: ['set', 'secrets/staging.yaml', 'password'], stdin: `${LEAK_MARKER}-two` })
    this.git('commit', '--quiet', '--all', '--message', 'second')
  }

  /** A copy in another folder. */
  copyTo(root: string): LeakSandbox {
    cpSync(this.#root, root, { recursive: true, preserveTimestamps: true })
    const copy = new LeakSandbox(root)
    copy.#key = this.#key
    copy.#writeTools()
    return copy
  }

  write(path: string, content: string): void {
    const target = join(this.#root, 'repo', path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, content)
  }

  read(path: string): string {
    return readFileSync(join(this.#root, 'repo', path), 'utf8')
  }

  git(...args: readonly string[]): string {
    return execFileSync('git', args, {
      cwd: join(this.#root, 'repo'),
      env: this.#env({}),
      encoding: 'utf8',
      stdio: 'pipe',
    })
  }

  /** Runs the command while the arguments of all processes of this machine are watched. */
  async run({ args, stdin, env = {} }: LeakRun): Promise<ProgramResult & { readonly seen: readonly string[] }> {
    const seen = new Set<string>()
    const watch = setInterval(() => {
      for (const line of commandLines()) if (formsOf(LEAK_MARKER).some((form) => line.includes(form))) seen.add(line)
    }, 40)
    try {
      const options = { cwd: join(this.#root, 'repo'), env: this.#env(env), ...(stdin === undefined ? {} : { stdin }) }
      const result = await runProgram(process.execPath, [secretsProgram(), ...args], options)
      return { ...result, seen: [...seen] }
    } finally {
      clearInterval(watch)
    }
  }

  /** Files that hold the marker in any form, objects of git unpacked; `allowed` were asked for. */
  leaks(allowed: readonly string[]): string[] {
    const files = ['repo', 'home', 'tmp', 'log'].flatMap((folder) => filesIn(join(this.#root, folder)))
    const named = files.map((path) => ({ path: relative(this.#root, path), content: readFileSync(path) }))
    const objects = { path: 'objects of git', content: this.#objects() }
    return [...named, objects]
      .filter(({ path }) => !allowed.some((one) => join('repo', one) === path))
      .filter(({ path, content }) => holdsMarker(content) || holdsMarker(Buffer.from(path)))
      .map(({ path }) => path)
  }

  removeKey(): void {
    this.#key = undefined
  }

  /** From now on nothing can be written down of what is opened. */
  breakLog(): void {
    this.#log = join(this.#root, 'repo', '.secretsrc', 'openings.jsonl')
  }

  /** Forgets what was opened until now. */
  clearLog(): void {
    rmSync(this.#log, { force: true })
  }

  /** Events of the log of openings, with their files. */
  openings(): readonly { readonly event: string; readonly files: readonly string[] }[] {
    if (!existsSync(this.#log)) return []
    const lines = readFileSync(this.#log, 'utf8').trimEnd().split('\n')
    return lines.map((line) => {
      const { record }: { readonly record: AuditRecord } = JSON.parse(line)
      return { event: record.event, files: record.what.files }
    })
  }

  #objects(): Buffer {
    const options = { cwd: join(this.#root, 'repo'), env: this.#env({}), maxBuffer: 1 << 28 }
    return execFileSync('git', ['cat-file', '--batch-all-objects', '--batch', '--unordered'], options)
  }

  #env(more: Readonly<Record<string, string | undefined>>): Record<string, string> {
    return isolatedEnvironment(join(this.#root, 'home'), {
      TMPDIR: join(this.#root, 'tmp'),
      XDG_RUNTIME_DIR: join(this.#root, 'tmp'),
      PATH: pathWith(join(this.#root, 'bin')),
      SECRETS_DEBUG: '1',
      SECRETS_EDITOR: `"${process.execPath}" "${join(this.#root, 'tools', 'editor.cjs')}"`,
      SECRETS_AGE_KEY: this.#key?.identity,
      SECRETS_AUDIT: `file:${this.#log}`,
      SECRETS_AUDIT_REQUIRED: 'true',
      ...more,
    })
  }

  async #must(run: LeakRun): Promise<void> {
    const { status, stderr } = await this.run(run)
    if (status !== 0) throw new Error(`secrets ${run.args.join(' ')}: status ${status}\n${stderr}`)
  }

  /** An editor that puts another marked value in, and a git that writes down what it is called with. */
  #writeTools(): void {
    const change = `const fs = require('node:fs'); const file = process.argv.at(-1)
fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/${LEAK_MARKER}-\\w+/, '${LEAK_MARKER}-edited'))`
    writeFileSync(join(this.#root, 'tools', 'editor.cjs'), change)
    mkdirSync(join(this.#root, 'log'), { recursive: true })
    if (process.platform === 'win32') return
    const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
    const log = join(this.#root, 'log', 'git-arguments')
    writeFileSync(join(this.#root, 'bin', 'git'), `#!/bin/sh\nprintf '%s\\n' "$*" >> '${log}'\nexec '${git}' "$@"\n`)
    writeFileSync(
      join(this.#root, 'bin', 'secrets'),
      `#!/bin/sh\nexec '${process.execPath}' '${secretsProgram()}' "$@"\n`,
    )
    for (const program of ['git', 'secrets']) chmodSync(join(this.#root, 'bin', program), 0o755)
  }
}

/** Whether bytes hold the marker as text, hexadecimal or base64 at any alignment. */
export function holdsMarker(content: Uint8Array | string): boolean {
  const text = typeof content === 'string' ? content : Buffer.from(content).toString('latin1')
  return formsOf(LEAK_MARKER).some((form) => text.includes(form))
}

/** The forms that a log or a file would show a text in. */
function formsOf(text: string): string[] {
  const bytes = Buffer.from(text)
  const hex = bytes.toString('hex')
  // The first and last characters of an alignment depend on what stands around the text.
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(4, -4),
  )
  return [text, hex, hex.toUpperCase(), ...base64, encodeURIComponent(text)]
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** Arguments of every process, where the system tells them. */
function commandLines(): string[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return []
    try {
      readlinkSync(join('/proc', pid, 'exe'))
      return [readFileSync(join('/proc', pid, 'cmdline'), 'utf8')]
    } catch {
      return []
    }
  })
}

function configuration(recipient: string): string {
  return `version: 1
recipients:
  alice: ${recipient}
  bob: age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj
environments:
  staging: { files: "secrets/staging.*", recipients: [alice] }
  production: { files: "secrets/production.*", recipients: [alice] }
`
}

function plainFiles(): Record<string, string> {
  const yaml = `# ${LEAK_MARKER}-note\nuser: plain\npassword: ${LEAK_MARKER}-one\nlist:\n  - ${LEAK_MARKER}-two\n`
  return {
    'secrets/staging.yaml': yaml,
    'secrets/production.yaml': yaml,
    'secrets/staging.json': `{"password": "${LEAK_MARKER}-json"}\n`,
    'secrets/staging.env': `PASSWORD=${LEAK_MARKER}-env\n`,
    'secrets/staging.ini': `[db]\npassword = ${LEAK_MARKER}-ini\n`,
    'secrets/staging.bin': `${LEAK_MARKER}-bin`,
  }
}

/** Removes the folders. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}
