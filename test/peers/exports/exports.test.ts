// parts: 2
/** What exports write, given to the programs that it is for: all values come back, and nothing else does. */
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { ExportEntry, ExportFormat, ExportOptions } from '../../../src/pipeline/exports/export-format.ts'
import { exportFormatNamed } from '../../../src/pipeline/exports/find-export-format.ts'
import { awkwardText } from '../../pipeline/exports/awkward-text.ts'
import { entry, textOf } from '../../pipeline/exports/entries.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { type ReaderName, readExport } from '../support/export-readers.ts'

const VALUES = 400 * Number(process.env['SECRETS_TEST_RUNS'] ?? 1)

/** Values that somebody has, and that some notation or other breaks. */
const COMMON: readonly string[] = [
  '',
  'p4ss-word_1',
  "it's",
  'say "hi"',
  `both ' and "`,
  'all \' " `',
  '$HOME ${HOME} $(id) `id` $$ ${HOME:-x} $1',
  'C:\\new\\table\\',
  'a\\nb\\',
  '\\',
  '# no comment',
  'x #y',
  '-----BEGIN PRIVATE KEY-----\nMIIEvQ+/==\n-----END PRIVATE KEY-----\n',
  '{"type":"service_account","key":"-----BEGIN\\nx\\n"}',
  'a\r\nb\r\n',
  '\r',
  '  blanks  ',
  '\ttab\t',
  'postgres://u:p%40ss@db.example:5432/app?sslmode=require&x=1#y',
  'encrypted:BG8',
  'Zürich 中文 🔑',
  'true',
  '~',
  '~/x:~/y',
  '=ls',
  'x:=ls',
  '*?[a]{b,c}!',
  'export X=1',
  '"quoted"',
  "'quoted'",
  '0123',
  '%PATH% !x! ^& | < > ( )',
  'x'.repeat(20_000),
]

/** Entries called V0, V1, …, of values that the format holds; at least `least` of the common ones. */
function held(format: ExportFormat, options: ExportOptions, values: readonly string[]): readonly ExportEntry[] {
  return values
    .map((value, index) => entry(`V${index}`, value))
    .filter((each) => format.problem?.(each, options) === undefined)
}

/** All that is read and was not there without the file. */
function ofExport(read: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const surroundings =
    /^(?:PATH|HOME|LC_ALL|PWD|OLDPWD|SHLVL|_|LINES|COLUMNS|DIRENV_\w+|XPC_\w+|__CF_\w+|NU_\w+|FILE_PWD|CURRENT_FILE|PROMPT_\w+|CMD_DURATION_MS|LAST_EXIT_CODE|MAIL|LOGNAME|USER)$/
  return Object.fromEntries(Object.entries(read).filter(([name]) => !surroundings.test(name)))
}

interface Case {
  readonly format: string
  readonly dialect?: string
  readonly readers: readonly ReaderName[]
  /** So many of the common values it has to hold, so that no format is right by refusing. */
  readonly holds: number
}

async function assertReadBack(
  { format: name, dialect, holds }: Case,
  reader: ReaderName,
  context: TestContext,
): Promise<void> {
  const format = await exportFormatNamed(name)
  const options: ExportOptions = dialect === undefined ? {} : { dialect }
  const seed = Math.trunc(Math.random() * 2 ** 31)
  const common = held(format, options, COMMON)
  assert.ok(common.length >= holds, `holds ${common.length} of ${COMMON.length}`)
  const entries = held(format, options, [...COMMON, ...fc.sample(awkwardText, { numRuns: VALUES, seed })])
  const read = ofExport(await readExport(reader, textOf(format, entries, options), context))
  const expected = Object.fromEntries(entries.map((each) => [each.name, each.value.canonical]))
  const different = Object.keys(expected).filter((each) => read[each] !== expected[each])
  assert.equal(
    different.map((each) => [expected[each], read[each]]),
    [],
    `seed ${seed}`,
  )
  assert.equal(Object.keys(read).sort(), Object.keys(expected).sort(), `seed ${seed}`)
}

const CASES: readonly Case[] = [
  {
    format: 'sh',
    holds: COMMON.length,
    readers: ['bash', 'bash in POSIX mode', 'eval in bash', 'dash', 'eval in dash', 'zsh'],
  },
  { format: 'direnv', holds: COMMON.length, readers: ['direnv'] },
  { format: 'fish', holds: COMMON.length, readers: ['fish'] },
  { format: 'nushell', holds: COMMON.length, readers: ['nushell'] },
  { format: 'powershell', holds: COMMON.length - 1, readers: ['grammar of PowerShell'] },
  { format: 'systemd-environment', holds: COMMON.length, readers: ['systemd'] },
  { format: 'json-flat', holds: COMMON.length, readers: ['json of Python', 'JSON.parse'] },
  { format: 'json', holds: COMMON.length, readers: ['json of Python', 'JSON.parse'] },
  { format: 'dotnet', holds: COMMON.length, readers: ['JSON.parse'] },
  {
    format: 'yaml',
    holds: COMMON.length,
    readers: ['PyYAML', 'ruamel.yaml', 'js-yaml', 'yaml of npm', 'yaml.v3 of Go', 'Psych'],
  },
  { format: 'toml', holds: COMMON.length, readers: ['tomllib of Python', 'BurntSushi/toml'] },
  {
    format: 'properties',
    holds: COMMON.length,
    readers: ['java.util.Properties of UTF-8', 'java.util.Properties of ISO-8859-1'],
  },
  { format: 'dotenv', dialect: 'npm', holds: COMMON.length, readers: ['npm dotenv'] },
  { format: 'dotenv', dialect: 'node', holds: 30, readers: ['node --env-file', 'util.parseEnv'] },
  { format: 'dotenv', dialect: 'dotenvx', holds: 25, readers: ['dotenvx'] },
  { format: 'dotenv', dialect: 'python', holds: 32, readers: ['python-dotenv', 'python-dotenv without interpolation'] },
  { format: 'dotenv', dialect: 'ruby', holds: 27, readers: ['ruby dotenv'] },
  { format: 'dotenv', dialect: 'go', holds: 29, readers: ['godotenv'] },
  { format: 'dotenv', dialect: 'docker', holds: 28, readers: ['docker --env-file'] },
  { format: 'dotenv', dialect: 'compose', holds: COMMON.length, readers: ['docker compose'] },
  { format: 'dotenv', dialect: 'bash', holds: COMMON.length, readers: ['bash', 'dash', 'zsh'] },
  {
    format: 'dotenv',
    dialect: 'portable',
    holds: 5,
    readers: [
      'npm dotenv',
      'node --env-file',
      'dotenvx',
      'python-dotenv',
      'ruby dotenv',
      'godotenv',
      'docker --env-file',
      'docker compose',
      'systemd',
      'bash',
      'dash',
      'zsh',
    ],
  },
]

suite('exports and their readers', (test) => {
  for (const each of CASES) {
    const { format, dialect } = each
    for (const reader of each.readers) {
      test(`${format}${dialect === undefined ? '' : ` (${dialect})`}: ${reader} reads all values back, and no others`, async (context) =>
        assertReadBack(each, reader, context))
    }
  }
})
