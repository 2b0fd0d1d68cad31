import type { AccessCell, AccessRow } from '../../project/access/access-matrix.ts'
import type { PastAccess } from '../../project/access/past-access.ts'

/** Who can read what as rows of texts, the head first; `!` marks where configuration and files differ. */
export function matrixRows(
  rows: readonly AccessRow[],
  environments: readonly string[],
): readonly (readonly string[])[] {
  const body = rows.map(({ name, reference, kind, cells }) => [
    name ?? `! ${reference}`,
    name === undefined ? `${kind}, not in the configuration` : kind,
    ...cells.map(cellText),
  ])
  return [['recipient', 'kind', ...environments], ...body]
}

/** Who could ever read which value, from the history: a row for each value. */
export function historyRows(
  found: readonly PastAccess[],
  nameOf: (reference: string) => string,
): readonly (readonly string[])[] {
  const body = found.flatMap(({ reference, file, environment, values }) =>
    values.map(({ path, since, last }) => [
      nameOf(reference),
      environment ?? '',
      file,
      path === '' ? '(all of it)' : path,
      since.slice(0, 10),
      last.slice(0, 10),
    ]),
  )
  return [['recipient', 'environment', 'file', 'value', 'from', 'last version'], ...body]
}

function cellText({ configured, groups, files, readable }: AccessCell): string {
  const yes = groups.length === 0 ? 'yes' : `yes, with others (group ${groups.join(', ')})`
  if (configured && readable === files) return files === 0 ? `${yes}, no file yet` : yes
  if (configured) return `! ${yes}, but not ${files - readable} of ${counted(files)}`
  return readable === 0 ? 'no' : `! only ${readable} of ${counted(files)}`
}

function counted(files: number): string {
  return files === 1 ? '1 file' : `${files} files`
}
