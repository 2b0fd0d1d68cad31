import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { rotatedFiles } from '../../audit/chain/chain-files.ts'
import { type FoundLine, readChain } from '../../audit/chain/read-chain.ts'
import { readAuditSettings } from '../../audit/settings/read-settings.ts'
import { SecretsError } from '../../core/errors.ts'
import { systemCode, systemReason } from '../../project/system-errors.ts'
import type { CommandContext } from '../context.ts'

/**
 * The lines of the log that is given, else of the first file that the settings name. Throws `CONFIG_NOT_FOUND` without any, `FILE_NOT_FOUND`,
 * `READ_FAILED`, and what reading settings throws.
 */
export async function readLog(given: string | undefined, context: CommandContext): Promise<readonly FoundLine[]> {
  const path = given === undefined ? await configuredLog(context) : resolve(context.cwd, given)
  try {
    // Of a log that was put aside just now, the old file alone is there.
    if ((await rotatedFiles(path)).length === 0) await stat(path)
    const lines: FoundLine[] = []
    for await (const line of readChain(path)) lines.push(line)
    return lines
  } catch (error) {
    const place = { file: path }
    if (systemCode(error) === 'ENOENT') {
      throw new SecretsError('FILE_NOT_FOUND', 'there is no log yet', { place, hint: 'the first opening makes it' })
    }
    throw new SecretsError('READ_FAILED', `the log cannot be read: ${systemReason(error)}`, { place, cause: error })
  }
}

async function configuredLog(context: CommandContext): Promise<string> {
  const { env, home, platform, systemSettings } = context
  const { sinks } = await readAuditSettings({ env, home, platform, systemSettings })
  const file = sinks.find((sink) => sink.kind === 'file')
  if (file !== undefined) return file.path
  const elsewhere = sinks.length > 0
  throw new SecretsError(
    'CONFIG_NOT_FOUND',
    elsewhere ? 'openings are written to no file here' : 'no log is kept here',
    {
      hint: elsewhere
        ? `look where they go: ${sinks.map(({ name }) => name).join(', ')}`
        : 'set SECRETS_AUDIT=file:/PATH, or write ~/.config/secretsrc/config.yaml: docs/audit.md',
    },
  )
}
