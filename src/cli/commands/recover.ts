import { SecretsError } from '../../core/errors.ts'
import { formatPath } from '../../core/path-syntax.ts'
import type { RecoveredEntry, RecoveredState } from '../../core/recover.ts'
import { formatNames } from '../../formats/find-format.ts'
import { type RecoveredFile, recoverFile } from '../../project/recover-file.ts'
import { resolveTargets, type TargetFile } from '../../project/targets.ts'
import { type Command, defineCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { EXIT_STATUS } from '../exit-status.ts'

const STYLES = {
  authentic: 'added',
  damaged: 'error',
  clear: 'faint',
  unprotected: 'warning',
} as const satisfies Record<RecoveredState, string>

/** `secrets recover` */
export const command: Command = defineCommand({
  name: 'recover',
  group: 'daily',
  summary: 'print what can still be read of a damaged file',
  description: [
    'The one command that does not refuse a file whose MAC is wrong. It prints each entry with what it is worth: ' +
      '"authentic" was decrypted at its own place, but may be an older value of it, or have lost its neighbours; ' +
      '"damaged" could not be; "clear" is left in clear by the selection, and "unprotected" stands in clear where it ' +
      'should not: anybody may have written those two.',
    'Of a file that was cut off it reads the lines before the cut. The metadata at its end can be taken from an older copy. ' +
      'The exit status is 51 for a damaged file.',
  ],
  examples: [
    { line: 'secrets recover secrets/production.yaml', description: 'what is left, with its values' },
    {
      line: 'secrets recover --metadata-from older.yaml secrets/production.yaml',
      description: 'a file that lost its end; older.yaml is from: git show HEAD:…',
    },
  ],
  positionals: { file: { arity: 'one', description: 'the damaged file', complete: 'file' } },
  options: {
    metadataFrom: {
      type: 'string',
      value: 'FILE',
      description: 'an older copy of the file, for its metadata',
      complete: 'file',
    },
    format: {
      type: 'string',
      choices: formatNames(),
      description: 'format of the file, if its name does not say it',
      complete: 'format',
    },
  },
  json: true,
  async run({ file, metadataFrom, format }, context) {
    const project = await context.projectIfAny()
    const recovered = await recoverFile(await oneFile(file, context), {
      project,
      keyring: await context.keyring(),
      format,
      metadataFrom: metadataFrom === undefined ? undefined : await oneFile(metadataFrom, context),
    })
    if (context.json) await context.terminal.json(asJson(recovered))
    else await print(recovered, context)
    return report(recovered, file, context)
  },
})

async function oneFile(name: string, context: CommandContext): Promise<TargetFile> {
  const [only, ...others] = await resolveTargets([name], { project: await context.projectIfAny(), cwd: context.cwd })
  if (only !== undefined && others.length === 0) return only
  throw new SecretsError('USAGE', `${name} stands for several files`, { hint: 'recover one file at a time' })
}

async function print({ entries }: RecoveredFile, { terminal }: CommandContext): Promise<void> {
  for (const entry of entries) {
    const state = terminal.paint(STYLES[entry.state], entry.state.padEnd(11), 'stdout')
    await terminal.line(`${state}  ${formatPath(entry.path)}  ${shownValue(entry)}`.trimEnd())
  }
}

/** In one line; what would break it, or the terminal, is spelled as in JSON. */
function shownValue({ scalar }: RecoveredEntry): string {
  if (scalar === undefined) return ''
  if (scalar.type === 'null') return 'null'
  const text = textOf(scalar.plaintext)
  return /\p{C}/u.test(text) ? JSON.stringify(text) : text
}

function textOf(content: string | Uint8Array): string {
  return typeof content === 'string' ? content : Buffer.from(content).toString('utf8')
}

function asJson({ entries, intact, lostFrom }: RecoveredFile): unknown {
  return {
    intact,
    lostFromLine: lostFrom ?? null,
    entries: entries.map(({ path, document, line, state, scalar }) => ({
      path: formatPath(path),
      document,
      line,
      state,
      ...(scalar === undefined ? {} : { type: scalar.type, ...jsonValue(scalar.plaintext) }),
    })),
  }
}

function jsonValue(content: string | Uint8Array): { readonly value: string } | { readonly base64: string } {
  return typeof content === 'string' ? { value: content } : { base64: Buffer.from(content).toString('base64') }
}

function report({ entries, intact, lostFrom }: RecoveredFile, file: string, { terminal }: CommandContext): number {
  if (intact) {
    terminal.note(`${file} is whole: its MAC is right`)
    return 0
  }
  const damaged = entries.filter(({ state }) => state === 'damaged').length
  const unprotected = entries.filter(({ state }) => state === 'unprotected').length
  const findings = [
    ...(damaged === 0 ? [] : [`${damaged} of ${entries.length} entries cannot be decrypted`]),
    ...(unprotected === 0 ? [] : [`${unprotected} in clear where they should not be`]),
    ...(lostFrom === undefined ? [] : [`its text cannot be read from line ${lostFrom} on`]),
  ]
  terminal.warn(
    `${file}: ${[...findings, 'the MAC does not vouch for these values'].join('; ')}`,
    'an authentic value may still be an older one of its place: compare with git log before you use it',
  )
  return EXIT_STATUS.MAC_MISMATCH
}
