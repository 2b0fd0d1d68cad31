import { SecretsError } from '../../../core/errors.ts'
import { valueText } from '../../choice/value-text.ts'
import { bash } from '../dotenv/bash.ts'
import { chooseNotation, whyNone } from '../dotenv/choose-notation.ts'
import { compose } from '../dotenv/compose.ts'
import type { DotenvDialect } from '../dotenv/dialect.ts'
import { docker } from '../dotenv/docker.ts'
import { dotenvx } from '../dotenv/dotenvx.ts'
import { go } from '../dotenv/go.ts'
import { node } from '../dotenv/node.ts'
import { npmDotenv } from '../dotenv/npm-dotenv.ts'
import { portableAmong } from '../dotenv/portable.ts'
import { python } from '../dotenv/python.ts'
import { ruby } from '../dotenv/ruby.ts'
import type { ExportEntry, ExportFormat, ExportOptions } from '../export-format.ts'
import { variableProblem } from '../text-problem.ts'

const READERS: readonly DotenvDialect[] = [npmDotenv, node, dotenvx, python, ruby, go, docker, compose, bash]
const DIALECTS: readonly DotenvDialect[] = [...READERS, portableAmong(READERS)]

/** `.env` files: there is no one dialect, so the reader is named, and every value read back as that reader does. */
export const format: ExportFormat = {
  name: 'dotenv',
  summary: 'an .env file, for one of its readers',
  shape: 'flat',
  dialects: DIALECTS.map(({ name, summary }) => ({ name, summary })),
  problem: ({ path, value }, options) => {
    const notText = variableProblem(path, value)
    if (notText !== undefined) return notText
    const [dialect, text] = [dialectOf(options), valueText(value)]
    return chooseNotation(dialect, text) === undefined ? whyNone(dialect, text) : undefined
  },
  write: (entries, options) => ({ text: checked(entries, dialectOf(options)) }),
}

function dialectOf({ dialect }: ExportOptions): DotenvDialect {
  return DIALECTS.find(({ name }) => name === dialect) ?? npmDotenv
}

/** The file as a whole is read back too: lines must not change what others mean. */
function checked(entries: readonly ExportEntry[], dialect: DotenvDialect): string {
  const values = entries.map(({ name, value }): [string, string] => [name, valueText(value)])
  const text = values.map(([name, value]) => `${name}=${chooseNotation(dialect, value) ?? ''}\n`).join('')
  const read = dialect.read(text)
  if (read?.size === values.length && values.every(([name, value]) => read.get(name) === value)) return text
  throw new SecretsError('UNREPRESENTABLE', 'these values cannot stand in one file so that the same are read back')
}
