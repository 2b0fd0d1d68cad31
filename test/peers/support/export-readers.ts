/** Programs and libraries that read what exports write: each gives the values that it finds in a file. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { needPeer, peer } from '../../support/peer.ts'
import { runProgram } from '../../support/run-program.ts'
import type { TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** What was read, by name. */
export type ReadValues = Readonly<Record<string, unknown>>

/** A way to read a file: a program of the peers' or the system, and its arguments for a file. */
interface Reader {
  readonly program: string
  readonly args: (file: string) => readonly string[]
  /** Whether the program comes with the peers; one of the system may be missing. */
  readonly isPeer?: boolean
}

const ENVIRONMENT = 'process.stdout.write(JSON.stringify(process.env))'
const JAVA = fileURLToPath(new URL('ReadProperties.java', import.meta.url))

const library = (program: string, kind: string): Reader => ({ program, args: (file) => [kind, file], isPeer: true })
const shell = (program: string, ...options: readonly string[]): Reader => ({
  program,
  args: (file) => [...options, '-c', 'set -a; . "$1"; exec "$2" -e "$3"', '_', file, process.execPath, ENVIRONMENT],
})
/** What `eval "$(…)"` makes of it, which loses line breaks at the end. */
const evaluated = (program: string, ...options: readonly string[]): Reader => ({
  program,
  args: (file) => [...options, '-c', 'eval "$(cat "$1")"; exec "$2" -e "$3"', '_', file, process.execPath, ENVIRONMENT],
})

const READERS = {
  bash: shell('bash', '--noprofile', '--norc'),
  'bash in POSIX mode': shell('bash', '--posix', '--noprofile', '--norc'),
  'eval in bash': evaluated('bash', '--noprofile', '--norc'),
  dash: shell('dash'),
  'eval in dash': evaluated('dash'),
  zsh: shell('zsh', '-f'),
  fish: {
    program: 'fish',
    args: (file) => [
      '--no-config',
      '-c',
      'source $argv[1]; exec $argv[2] -e $argv[3]',
      file,
      process.execPath,
      ENVIRONMENT,
    ],
  },
  nushell: {
    program: 'nu',
    args: (file) => ['--no-config-file', '-c', `source '${file}'; ^'${process.execPath}' -e '${ENVIRONMENT}'`],
    isPeer: true,
  },
  direnv: {
    program: 'bash',
    args: (file) => [
      '-c',
      'cd "$(dirname "$1")" && direnv allow . && direnv exec . "$2" -e "$3"',
      '_',
      file,
      process.execPath,
      ENVIRONMENT,
    ],
  },
  'node --env-file': { program: process.execPath, args: (file) => [`--env-file=${file}`, '-e', ENVIRONMENT] },
  'util.parseEnv': library('node-readers', 'parse-env'),
  'npm dotenv': library('node-readers', 'dotenv'),
  dotenvx: library('node-readers', 'dotenvx'),
  'python-dotenv': library('python-readers', 'dotenv'),
  'python-dotenv without interpolation': library('python-readers', 'dotenv-raw'),
  'ruby dotenv': {
    program: 'ruby',
    args: (file) => ['-rdotenv', '-rjson', '-e', 'print Dotenv.load(ARGV[0]).to_json', file],
  },
  godotenv: library('go-readers', 'godotenv'),
  'docker --env-file': library('go-readers', 'docker'),
  'docker compose': library('go-readers', 'compose'),
  systemd: library('python-readers', 'systemd'),
  'grammar of PowerShell': library('python-readers', 'powershell'),
  'java.util.Properties of UTF-8': { program: 'java', args: (file) => [JAVA, file, 'UTF-8'] },
  'java.util.Properties of ISO-8859-1': { program: 'java', args: (file) => [JAVA, file, 'ISO-8859-1'] },
  'tomllib of Python': library('python-readers', 'toml'),
  'BurntSushi/toml': library('go-readers', 'toml'),
  PyYAML: library('python-readers', 'pyyaml'),
  'ruamel.yaml': library('python-readers', 'ruamel'),
  'js-yaml': library('node-readers', 'js-yaml'),
  'yaml of npm': library('node-readers', 'yaml'),
  'yaml.v3 of Go': library('go-readers', 'yaml'),
  Psych: {
    program: 'ruby',
    args: (file) => ['-ryaml', '-rjson', '-e', 'print YAML.safe_load(File.read(ARGV[0])).to_json', file],
  },
  'json of Python': library('python-readers', 'json'),
  'JSON.parse': library('node-readers', 'json'),
  'hashicorp/hcl': library('go-readers', 'hcl'),
} as const satisfies Readonly<Record<string, Reader>>

/** The name of a reader. */
export type ReaderName = keyof typeof READERS

/**
 * What a reader finds in a text, its own variables left out. Skips the test where the reader is not there, and fails it where the
 * reader refuses the text.
 */
export async function readExport(name: ReaderName, text: string, context: TestContext): Promise<ReadValues> {
  const reader: Reader = READERS[name]
  const program = reader.isPeer === true ? needPeer(reader.program, context) : systemProgram(reader.program, context)
  if (name === 'direnv') systemProgram('direnv', context)
  if (name === 'systemd') needSystemd(context)
  const folder = temporaryFolder(context)
  const file = join(folder, name === 'direnv' ? '.envrc' : 'export')
  writeFileSync(file, text)
  const { PATH = '' } = process.env
  const env = { PATH, HOME: folder, LC_ALL: 'C.UTF-8' }
  const { status, stdout, stderr } = await runProgram(program, reader.args(file), { cwd: folder, env })
  if (status !== 0) throw new Error(`${name} refuses the file: ${stderr}`)
  return valuesOf(stdout)
}

function systemProgram(program: string, { skip }: Pick<TestContext, 'skip'>): string {
  const found = program === process.execPath ? { path: program } : peer(program)
  return 'path' in found ? found.path : skip(`${program} is not installed`)
}

function needSystemd({ skip }: Pick<TestContext, 'skip'>): void {
  if (process.platform !== 'linux' || !('path' in peer('python-readers'))) skip('there is no systemd')
}

function valuesOf(json: string): ReadValues {
  const values: unknown = JSON.parse(json)
  if (typeof values !== 'object' || values === null) throw new Error('the reader gives no values')
  return Object.fromEntries(Object.entries(values))
}
