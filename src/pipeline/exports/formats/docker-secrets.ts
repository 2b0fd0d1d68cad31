import { entryBytes } from '../entry-bytes.ts'
import type { ExportEntry, ExportFormat, ExportOptions } from '../export-format.ts'
import { fileNameProblem, filesOf } from '../secret-files.ts'

/** Names that swarms take (swarmkit, `isValidConfigOrSecretName`); podman's `secret create` takes more. */
const SWARM_NAME = /^[a-zA-Z0-9]+(?:[a-zA-Z0-9-_.]*[a-zA-Z0-9])?$/
/** `MaxSecretSize` of swarmkit, which is more than a secret may have; podman has the same number as its limit. */
const SECRET_SIZE = 500 * 1024

/** A folder of files, one for each secret, for `docker secret create`, `podman secret create` and `secrets:` of Compose. */
export const format: ExportFormat = {
  name: 'docker-secrets',
  summary: 'a folder with a file for each value, for secrets of Docker, Podman and Compose',
  shape: 'flat',
  bytes: true,
  freeNames: true,
  dialects: [
    { name: 'docker', summary: 'for docker secret create and podman secret create' },
    { name: 'compose', summary: 'for secrets of Compose that are files: of any size, empty too' },
  ],
  problem: (entry, options) => fileNameProblem(entry.name) ?? swarmProblem(entry, options),
  write: (entries) => ({ files: filesOf(entries) }),
}

function swarmProblem(entry: ExportEntry, { dialect }: ExportOptions): string | undefined {
  if (!SWARM_NAME.test(entry.name)) {
    return 'a name of a secret has letters, digits, - _ and . alone, and a letter or digit at both ends'
  }
  if (entry.name.length > 64) return 'a name of a secret has 64 characters at most'
  if (dialect === 'compose') return undefined
  const { length } = entryBytes(entry)
  if (length === 0) return 'Docker takes no secret that is empty'
  return length < SECRET_SIZE ? undefined : 'a secret of Docker has less than 500 KiB'
}
