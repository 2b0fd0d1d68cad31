import { SecretsError } from '../../../core/errors.ts'
import type { ExportEntry, ExportFormat } from '../export-format.ts'
import { fileNameProblem, filesOf } from '../secret-files.ts'

/** `CREDENTIALS_TOTAL_SIZE_MAX` of systemd: all credentials of a service together. */
const TOTAL_SIZE = 1024 * 1024

/** A folder of files, one for each credential, for `LoadCredential=` and `systemd-creds encrypt`. */
export const format: ExportFormat = {
  name: 'systemd-credentials',
  summary: 'a folder with a file for each value, for LoadCredential= of systemd',
  shape: 'flat',
  bytes: true,
  freeNames: true,
  problem: ({ name }) => fileNameProblem(name) ?? credentialProblem(name),
  write: (entries) => ({ files: checkedFiles(entries) }),
}

/** `credential_name_valid` of systemd: a name of a file, and of a file descriptor (`fdname_is_valid`). */
function credentialProblem(name: string): string | undefined {
  return /^[ -9;-~]+$/.test(name) ? undefined : 'a name of a credential has no colon, and nothing beyond ASCII'
}

function checkedFiles(entries: readonly ExportEntry[]): ReturnType<typeof filesOf> {
  const files = filesOf(entries)
  const size = files.reduce((sum, { content }) => sum + content.length, 0)
  if (size <= TOTAL_SIZE) return files
  throw new SecretsError(
    'LIMIT_EXCEEDED',
    `systemd gives a service 1 MiB of credentials, and these have ${size} bytes`,
    {
      hint: 'choose the entries that the service needs with --only',
    },
  )
}
